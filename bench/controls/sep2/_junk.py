"""Hostile answers of a server, by class, and hostile bytes for a device's own port: what a parser has to survive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bench.controls.sep2._acts import exchange_of
from bench.controls.trial import Trial
from bench.exchanges.sep2_events import new_mrid
from drivers.sep2.codec import MAX_DOCUMENT_BYTES
from drivers.sep2.server import HttpRequest, HttpResponse
from drivers.sep2.vocabulary import NAMESPACE

Class = Callable[[Trial, bytes], HttpResponse]


def _random(trial: Trial, _body: bytes) -> HttpResponse:
    return HttpResponse(200, trial.random.randbytes(200))


def _truncated(trial: Trial, body: bytes) -> HttpResponse:
    return HttpResponse(200, body[: trial.random.randrange(1, max(2, len(body) - 1))])


def _too_long(_trial: Trial, body: bytes) -> HttpResponse:
    return HttpResponse(200, body[:-1] + b" " * (MAX_DOCUMENT_BYTES + 1) + body[-1:])


def _nested(_trial: Trial, _body: bytes) -> HttpResponse:
    return HttpResponse(200, b"<a>" * 5000 + b"</a>" * 5000)


def _entities(_trial: Trial, body: bytes) -> HttpResponse:
    declared = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return HttpResponse(200, declared + body.partition(b"?>")[2])


def _unknown(_trial: Trial, _body: bytes) -> HttpResponse:
    return HttpResponse(200, f'<Sesame xmlns="{NAMESPACE}"/>'.encode())


def _no_http(trial: Trial, _body: bytes) -> HttpResponse:
    return HttpResponse(200, raw=trial.random.randbytes(64))


def _error(_trial: Trial, _body: bytes) -> HttpResponse:
    return HttpResponse(500, b"<html>broken</html>")


CLASSES: dict[str, Class] = {
    "random bytes": _random,
    "a document that breaks off": _truncated,
    "a document far too long": _too_long,
    "elements nested without end": _nested,
    "entities that multiply": _entities,
    "an element that nobody knows": _unknown,
    "no HTTP": _no_http,
    "an error of the server": _error,
}


class Junk:
    """An alteration: answers to requests whose path contains ``where`` are of a hostile class; ``sent`` counts them."""

    def __init__(self, trial: Trial, name: str, where: str = "/") -> None:
        self._trial = trial
        self._make = CLASSES[name]
        self._where = where
        self.sent = 0

    def __call__(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if self._where not in request.path or not exchange_of(self._trial).counterpart.is_read(request):
            return response
        self.sent += 1
        return self._make(self._trial, response.body)


@asynccontextmanager
async def junk_beside(trial: Trial) -> AsyncIterator[Callable[[str], None]]:
    """Junk where the device reads beside the row's program: in another program of the server, or at another server.

    What is yielded sets the class of the junk.
    """
    exchange = exchange_of(trial)
    beside = exchange.server_beside()
    if beside is not None:
        async with beside:
            yield lambda name: setattr(beside, "alter", Junk(trial, name))
        return
    counterpart = exchange.counterpart
    bad = counterpart.resources.add_program(exchange.content.kind, new_mrid(exchange.random), 9, "junk")
    await counterpart.found_anew()
    try:
        yield lambda name: setattr(counterpart, "alter", Junk(trial, name, bad.path + "/"))
    finally:
        counterpart.alter = None


RAW: dict[str, Callable[[Trial], bytes]] = {
    "random bytes": lambda trial: trial.random.randbytes(64),
    "a request that breaks off": lambda _trial: b"GET /dcap HTTP/1.1\r\nHost: x",
    "a header without end": lambda _trial: b"GET / HTTP/1.1\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
    "a wrong length": lambda _trial: b"POST /rsps/1/rsp HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
    "a method that nobody knows": lambda _trial: b"SESAME / HTTP/1.1\r\nHost: x\r\n\r\n",
}
"""Hostile requests for a device's own server."""
