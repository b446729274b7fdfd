"""What an answer, or an entry of a log, tells of a device's inside: traces, paths, queries, builds."""

from __future__ import annotations

import re
from collections.abc import Mapping

TELL_TALES: Mapping[str, re.Pattern[bytes]] = {
    "stack trace": re.compile(
        rb'Traceback|File \\?"[^"]+\\?", line \d|\bat [\w.$]+\([\w.]+:\d+\)|\w+(Error|Exception)\b|goroutine \d+'
    ),
    "path of a file": re.compile(
        rb"/(usr|home|opt|var|srv|root|etc|tmp|mnt|app|site-packages)/[\w.-]+|[A-Z]:\\\\?\w+\\|\w\.(py|java|go|cs)\b"
    ),
    "SQL": re.compile(rb"SQLSTATE|ORA-\d{5}|syntax error at or near|SELECT\s.+\sFROM|sqlite3|psycopg|INSERT INTO"),
    "build": re.compile(
        rb"(?i)\b(uvicorn|starlette|hypercorn|gunicorn|werkzeug|nginx|apache|tomcat|jetty|openssl|python|java|php)\b"
        rb"[/ ]?v?\d*|x-powered-by"
    ),
}
"""By their names."""


def told_of_the_inside(data: bytes) -> list[str]:
    """The names of those that are in it."""
    return [name for name, pattern in TELL_TALES.items() if pattern.search(data)]
