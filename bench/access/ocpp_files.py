"""A small file server of the bench, from which a charging station fetches firmware, and to which it delivers logs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Self

from drivers.sep2.server import HttpRequest, HttpResponse, Sep2Server


class FileServer:
    """``files`` by name are served; what is delivered stands in ``delivered``. Plain HTTP."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.files: dict[str, bytes] = {}
        self.delivered: dict[str, bytes] = {}
        self.fetched: list[str] = []
        self._server = Sep2Server(self._answer, host=host)

    @property
    def url(self) -> str:
        """Where the files are."""
        return self._server.url.replace("https://", "http://")

    async def __aenter__(self) -> Self:
        self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Listen. Raises OSError."""
        self._server.reserve()
        self._server.open(None)

    def close(self) -> None:
        """Let go of the port. Twice is fine."""
        self._server.release()

    def _answer(self, request: HttpRequest) -> HttpResponse:
        name = request.path.removeprefix("/")
        if request.method in ("PUT", "POST"):
            self.delivered[name] = request.body
            return HttpResponse(HTTPStatus.CREATED)
        self.fetched.append(name)
        if name not in self.files:
            return HttpResponse(HTTPStatus.NOT_FOUND)
        return HttpResponse(HTTPStatus.OK, self.files[name], {"content-type": "application/octet-stream"})
