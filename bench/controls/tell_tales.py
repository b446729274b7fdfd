"""What an answer, or an entry of a log, tells of a device's inside: traces, paths, queries, builds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

TELL_TALES: Mapping[str, re.Pattern[bytes]] = {
    "stack trace": re.compile(
        rb'Traceback|File \\?"[^"]+\\?", line \d|\bat [\w.$]+\([\w.]+:\d+\)|\w+(Error|Exception)\b|goroutine \d+'
    ),
    "crash": re.compile(rb"(?i)\bat 0x[0-9a-f]{4,}|\bsegfault|\bsegmentation fault|\bstack (trace|overflow|smashing)"),
    "path of a file": re.compile(
        rb"/(usr|home|opt|var|srv|root|etc|tmp|mnt|app|site-packages)/[\w.-]+|[A-Z]:\\\\?\w+\\|\w\.(py|java|go|cs)\b"
        rb"|\w\.(c|cpp|rs)[:(]\d"
    ),
    "SQL": re.compile(rb"SQLSTATE|ORA-\d{5}|syntax error at or near|SELECT\s.+\sFROM|sqlite3|psycopg|INSERT INTO"),
    "build": re.compile(
        rb"(?i)\b(uvicorn|starlette|hypercorn|gunicorn|werkzeug|nginx|apache|tomcat|jetty|openssl|python|java|php)\b"
        rb"[/ ]?v?\d*|x-powered-by"
    ),
}
"""By their names."""


def told_of_the_inside(data: bytes, known: Iterable[bytes] = ()) -> list[str]:
    """The names of those that are in it. ``known`` are words that tell nothing: the protocol's own, or the asker's."""
    for word in known:
        data = data.replace(word, b"")
    return [name for name, pattern in TELL_TALES.items() if pattern.search(data)]
