"""Alterations of a VTN that repeat or hold back payloads."""

from __future__ import annotations

from bench.access.openadr_vtn import OadrCounterpart
from drivers.openadr.registration import Response
from drivers.openadr.vocabulary import MEDIA_TYPE
from drivers.sep2.server import HttpRequest, HttpResponse


class Repeating:
    """Answers every poll with a payload that was recorded; ``sent`` counts them."""

    def __init__(self, counterpart: OadrCounterpart, payload: bytes) -> None:
        self._counterpart = counterpart
        self._payload = payload
        self.sent = 0

    def __call__(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not self._counterpart.is_read(request) or response.status != 200:
            return response
        self.sent += 1
        return HttpResponse(200, self._payload, {"content-type": MEDIA_TYPE})


class Holding:
    """Keeps the payload that holds ``mark``, and lets the device hear that there is nothing."""

    def __init__(self, counterpart: OadrCounterpart) -> None:
        self._counterpart = counterpart
        self.mark = b"?"
        self.held = b""

    def __call__(self, _request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if self.mark not in response.body:
            return response
        self.held = response.body
        return self._counterpart.vtn.vtn.reply(Response())
