"""Malformed traffic for an office system, class by class (controls A-L2, A-M1, A-H1, A-H4, A-H5)."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.controls.office._http import as_http
from bench.controls.office._provocations import MESSAGES
from drivers.cim.canonical import Request
from drivers.cim.messenger import MESSAGE_PATH

_GOOD = MESSAGES[MESSAGE_PATH]
_JSON = {"content-type": "application/json"}
_DEEP = 400
_LONG = 300_000


@dataclass(frozen=True)
class Hostile:
    """Bytes to send. ``in_the_clear``: not under TLS. ``breaks_off``: the sender goes without waiting for more."""

    data: bytes
    in_the_clear: bool = False
    breaks_off: bool = False


Maker = Callable[[random.Random, str], Hostile]


def _post(host: str, body: str | bytes, length: int | None = None) -> bytes:
    content = body.encode() if isinstance(body, str) else body
    return as_http(Request("POST", MESSAGE_PATH, _JSON, content), host, length)


def _random_bytes(draw: random.Random, _host: str) -> Hostile:
    return Hostile(b"\x00" + draw.randbytes(draw.randint(1, 120)) + b"\r\n\r\n")


def _bytes_for_tls(draw: random.Random, _host: str) -> Hostile:
    """Bytes on the TCP connection that are no TLS, or the beginning of a record that goes wrong."""
    start = b"" if draw.random() < 0.5 else b"\x16\x03\x01\x00\x80"
    return Hostile(start + draw.randbytes(128), in_the_clear=True)


def _truncated(draw: random.Random, host: str) -> Hostile:
    """A message that ends before its length, and with it the connection."""
    whole = _post(host, _GOOD)
    return Hostile(whole[: len(whole) - draw.randint(1, len(_GOOD) - 1)], breaks_off=True)


def _over_long(draw: random.Random, host: str) -> Hostile:
    return Hostile(_post(host, '{"Header":"' + draw.choice("abc") * _LONG + '"}'))


def _wrong_length(draw: random.Random, host: str) -> Hostile:
    """A message that says it is shorter than it is: what is left over looks like another request."""
    return Hostile(_post(host, _GOOD, length=draw.randint(1, len(_GOOD) - 2)))


def _illegal_type(draw: random.Random, host: str) -> Hostile:
    """Readable JSON in which a part is of a type that it cannot have."""
    wrong = draw.choice(['"Header":null', '"Header":[{}]', '"Header":7', '"Header":{"Verb":{"get":1}}'])
    return Hostile(_post(host, "{" + wrong + "}"))


def _nested(draw: random.Random, host: str) -> Hostile:
    opening, closing = draw.choice([("[", "]"), ('{"a":', "}")])
    return Hostile(_post(host, opening * _DEEP + "1" + closing * _DEEP))


def _unknown_verb(draw: random.Random, host: str) -> Hostile:
    return Hostile(_post(host, _GOOD.replace('"get"', f'"frobnicate{draw.randrange(1000)}"')))


def _unknown_noun(draw: random.Random, host: str) -> Hostile:
    return Hostile(_post(host, _GOOD.replace('"MeterReadings"', f'"Frobnication{draw.randrange(1000)}"')))


CLASSES: Mapping[str, Maker] = {
    "random bytes": _random_bytes,
    "bytes that are no TLS": _bytes_for_tls,
    "truncated message": _truncated,
    "over-long message": _over_long,
    "wrong length": _wrong_length,
    "illegal type": _illegal_type,
    "nested depth": _nested,
    "unknown verb": _unknown_verb,
    "unknown noun": _unknown_noun,
}
"""Makers of malformed traffic by class."""
