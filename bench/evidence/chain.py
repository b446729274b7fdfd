"""Hash chaining of journal lines.

A line is one JSON object in the order ``n`` (record number from 0), ``kind``, ``t`` (UTC, s), ``mono`` (monotonic
clock, s), ``data`` and last ``hash``: SHA-256, in hex, over the previous line's hash and this line without its
``hash``. Cutting, changing or reordering lines breaks the chain at the first line concerned.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

GENESIS = "0" * 64
_ENCODER = msgspec.json.Encoder()


def seal(record: dict[str, Any], previous: str) -> tuple[bytes, str]:
    """The journal line for ``record`` (without newline) and its hash, which the next line builds on."""
    body = _ENCODER.encode(record)
    digest = hashlib.sha256(previous.encode() + body).hexdigest()
    return body[:-1] + b',"hash":"' + digest.encode() + b'"}', digest


def check(line: bytes, previous: str) -> str | None:
    """The hash of ``line`` if it follows ``previous``, else None."""
    cut = line.rfind(b',"hash":"')
    if cut < 0 or not line.endswith(b'"}'):
        return None
    digest = line[cut + 9 : -2].decode("ascii", "replace")
    expected = hashlib.sha256(previous.encode() + line[:cut] + b"}").hexdigest()
    return digest if digest == expected else None
