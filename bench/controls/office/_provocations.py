"""Requests that make a service refuse or stumble, and what its words must not hold then."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.controls.office._http import as_http
from bench.controls.tell_tales import told_of_the_inside
from drivers.cim.canonical import Request
from drivers.cim.messenger import MESSAGE_PATH

INJECTED = "x' OR '1'='1"
_NESTED = 400
_LONG_PATH = 6000
_BIG_HEADER = 20_000


@dataclass(frozen=True)
class Provocation:
    """``what`` it is in words, and the bytes of the request."""

    what: str
    data: bytes


MESSAGES: Mapping[str, str] = {
    MESSAGE_PATH: '{"Header":{"Verb":"get","Noun":"MeterReadings","Timestamp":"2026-01-05T00:00:00.000Z",'
    '"Source":"bench","MessageID":"m-1"},"Request":{"GetMeterReadings":{"meters":["1"],"kinds":["energy"]}}}'
}
FORMS: Mapping[str, str] = {"/portal/moves": '{"kind":"in","meter":"1"}'}
"""Paths at which a party with a certificate, and a customer, leave documents; and one of the right form."""


def provocations(host: str, headers: Mapping[str, str], documents: Mapping[str, str]) -> Iterator[Provocation]:
    """Requests with wrong forms of everything. ``headers`` go with each, such as a token; ``documents``: see above."""
    for what, method, path in _WRONG_REQUESTS:
        yield Provocation(what, as_http(Request(method, path, headers), host))
    for path, good in documents.items():
        for what, body in _wrong_documents(good):
            request = Request("POST", path, {**headers, "content-type": "application/json"}, body)
            yield Provocation(f"{what} for {path}", as_http(request, host))
    yield Provocation("header without end", b"GET /health HTTP/1.1\r\nno colon here\r\n\r\n")
    yield Provocation("no version", f"GET /health HTTP/one\r\nhost: {host}\r\n\r\n".encode())
    yield Provocation("no HTTP", b"\x16\x03\x01 what is this\r\n\r\n")
    length = f"POST {MESSAGE_PATH} HTTP/1.1\r\nhost: {host}\r\ncontent-length: many\r\n\r\n"
    yield Provocation("length that is no number", length.encode())
    big = as_http(Request("GET", "/health", {**headers, "x-filler": "a" * _BIG_HEADER}), host)
    yield Provocation("header of 20 kB", big)


def tell_tales(answer: bytes) -> list[str]:
    """What an answer holds of `bench.controls.tell_tales`, what was sent to it and came back aside."""
    return told_of_the_inside(answer, (INJECTED.encode(),))


_WRONG_REQUESTS = (
    ("unknown path", "GET", "/no/such/thing"),
    ("wrong method", "DELETE", "/health"),
    ("unknown method", "BREW", "/health"),
    ("way out of the tree", "GET", "/readings/..%2f..%2f..%2fetc%2fpasswd"),
    ("quotes in the path", "GET", "/readings/x'%20OR%20'1'='1"),
    ("zero byte in the path", "GET", "/readings/%00"),
    ("endless path", "GET", "/readings/" + "9" * _LONG_PATH),
)


def _wrong_documents(good: str) -> Iterator[tuple[str, bytes]]:
    """Wrong forms of a document that would be right."""
    yield "no document", b""
    yield "no JSON", b"<xml>hello</xml>"
    yield "half a document", good[: len(good) // 2].encode()
    yield "list for an object", b"[1, 2, 3]"
    yield "deep nesting", b"[" * _NESTED + b"]" * _NESTED
    yield "number without end", b'{"Header": 1e999}'
    yield "no UTF-8", b'{"Header": "\xff\xfe"}'
    yield "zero byte", b'{"Header": "\x00"}'
    yield "unknown word", good.replace('"get"', '"frobnicate"').encode()
    yield "unknown field", good.replace("{", '{"extra":1,', 1).encode()
    yield "wrong type", re.sub(r'"(meter|meters|old|kind)":("[^"]*"|\[[^]]*\])', r'"\1":{"a":1}', good).encode()
    yield "quotes in a value", re.sub(r'\["1"\]', f'["{INJECTED}"]', good).encode()
