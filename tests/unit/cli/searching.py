"""Searching a whole results directory for secrets. Shares nothing with the bench's own search."""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

_PEM_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----(.*?)-----END", re.DOTALL)
_PACKED = re.compile(rb'"([A-Za-z0-9+/]{40,}=*)"')
"""Long strings in Robot's log.html: base64 of zlib."""


def shapes(secret: bytes) -> set[bytes]:
    """How a secret looks raw, in hexadecimal, in base64, and as a text in JSON, XML or a Python literal."""
    if b"-----BEGIN" in secret:
        keys = _PEM_KEY.findall(secret)
        lines = {line for key in keys for line in key.split() if len(line) > 40}
        return lines.union(*(shapes(base64.b64decode(b"".join(key.split()))) for key in keys))
    digits = secret.hex()
    pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    found = {secret, digits.encode(), digits.upper().encode(), repr(secret)[2:-1].encode()}
    found |= {" ".join(pairs).encode(), " ".join(pairs).upper().encode()}
    whole = secret[: len(secret) // 3 * 3]
    found |= {base64.b64encode(whole), base64.urlsafe_b64encode(whole)}
    if secret.isascii():
        text = secret.decode()
        found |= {json.dumps(text)[1:-1].encode(), html.escape(text).encode()}
    return {shape for shape in found if len(shape) >= 6}


def contents(directory: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below ``directory``, and what is packed into pages of Robot's."""
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        data = path.read_bytes()
        yield path.name, data
        if path.suffix == ".html":
            for packed in _PACKED.findall(data):
                with suppress(ValueError, zlib.error):
                    yield f"{path.name}, packed", zlib.decompress(base64.b64decode(packed))


def leaks(directory: Path, secrets: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """(file, name of the secret) for every secret that is in a file in some shape."""
    wanted = {name: shapes(secret) for name, secret in secrets.items()}
    return [
        (where, name)
        for where, data in contents(directory)
        for name, forms in wanted.items()
        if any(form in data for form in forms)
    ]
