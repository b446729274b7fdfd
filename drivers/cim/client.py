"""HTTPS client of an office system, with its taps.

Two layers can be tapped: ``plain``, the JSON text of a message before it is signed, and ``message``, the canonical
bytes of the whole request with its signature (`drivers.cim.canonical`). What a probe changes on ``plain`` is
signed as changed; what it changes on ``message`` goes out with the signature it had. Bytes below HTTP:
`drivers.cim.raw`.

HTTPS runs on real time, so time-outs here are real seconds; time stamps are the station clock's.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from drivers.cim.canonical import NotCanonicalError, Request, Response, own_headers
from drivers.cim.credentials import Credential, TlsOptions, client_context
from drivers.cim.errors import (
    BadAnswerError,
    OfficeClosedError,
    OfficeRefusedError,
    OfficeSilenceError,
    OfficeTlsError,
    OfficeUnreachableError,
)
from drivers.cim.http import ConnectError, HttpPool, NoRequestError, Session
from drivers.clock import Clock, is_remote
from drivers.transport.tap import Tap

DEFAULT_TIMEOUT_S = 20.0
_TURNS_TO_CLOSE = 3
_LEFT_IN_PATHS = "%/:=&?~#+!$,;'@()*[]"
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
"""Methods whose requests say how long their body is even when there is none (RFC 9110, 8.6)."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer. ``sent_at`` and ``received_at`` are station time (s); ``peer_certificate`` is DER, empty on
    plain HTTP.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    sent_at: float
    received_at: float
    peer_certificate: bytes = b""
    tls: tuple[str, str] | None = None

    @property
    def elapsed_s(self) -> float:
        """From sending to the last byte of the answer, in station time."""
        return self.received_at - self.sent_at

    def json(self) -> Any:
        """The body as JSON. Raises BadAnswerError."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadAnswerError("the answer's body is not JSON") from error

    def code(self) -> str:
        """The error code in the body, empty when there is none."""
        try:
            error = self.json().get("error", "")
            return str(error.get("code", "") if isinstance(error, dict) else error)
        except (BadAnswerError, AttributeError):
            return ""

    def raise_for_refusal(self) -> Answer:
        """This answer, unless its status is 400 or above: then OfficeRefusedError."""
        if self.status >= 400:
            raise OfficeRefusedError(self.status, self.code())
        return self


class OfficeClient:
    """One peer of an office system: a URL, a credential, kept connections.

    ``url`` is ``https://host:port`` (``http://`` only to show that a system does not answer there). A credential
    without key is anonymous. ``timeout_s`` is real time. ``http``: connections of others, which `close` leaves open.
    """

    def __init__(
        self,
        url: str,
        credential: Credential,
        clock: Clock,
        *,
        options: TlsOptions | None = None,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        http: HttpPool | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.credential = credential
        self.clock = clock
        self.options = options or TlsOptions()
        self.timeout_s = timeout_s
        self.plain = Tap("plain", clock)
        self.message = Tap("message", clock)
        self.token = ""
        self._http = http
        self._lent = http is not None

    async def __aenter__(self) -> OfficeClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection; the next request opens a new one. Never raises."""
        http, self._http = self._http, None
        lent, self._lent = self._lent, False
        if http is not None and not lent:
            await http.close()

    # -- requests ------------------------------------------------------------------------------------------------

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """GET ``path`` (with query). Any status is an answer."""
        return await self.request("GET", path, headers=headers)

    async def request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request through the tap ``message``. Any status is an answer; see `Answer.raise_for_refusal`.

        Raises OfficeUnreachableError, OfficeTlsError, OfficeClosedError, OfficeSilenceError.
        """
        fields = own_headers(headers or {})
        if self.token and "authorization" not in fields:
            fields["authorization"] = f"Bearer {self.token}"
        if body and "content-type" not in fields:
            fields["content-type"] = "application/json"
        asked = Request(method, path, fields, body)
        if self.message.idle:
            return await self._exchange(asked)
        return await self.send(asked.to_bytes())

    async def send(self, canonical: bytes) -> Answer:
        """Send a request given as canonical bytes: a captured one, for example. Goes through the tap ``message``.

        What the tap repeats is sent again, and the last answer is given back; what it drops ends in
        OfficeSilenceError.
        """
        answer: Answer | None = None
        for data in await self.message.outbound(canonical):
            try:
                asked = Request.from_bytes(data)
            except NotCanonicalError as error:
                text = f"the altered request is no HTTP any more ({error}); use a raw connection"
                raise BadAnswerError(text) from error
            answer = await self._exchange(asked)
        if answer is None:
            raise OfficeSilenceError("the request was dropped at the tap")
        return answer

    async def _exchange(self, request: Request) -> Answer:
        sent_at = self.clock.now()
        response, session = await self._transfer(request)
        if is_remote(self.clock):
            # The system may have let station time pass before it answered.
            await self.clock.refresh()
        if not self.message.idle:
            delivered = await self.message.inbound(response.to_bytes())
            if not delivered:
                raise OfficeSilenceError("the answer was dropped at the tap")
            response = Response.from_bytes(delivered[-1])
        certificate = session.certificate if session is not None else b""
        tls = (session.version, session.cipher) if session is not None else None
        received_at = self.clock.now()
        return Answer(response.status, response.headers, response.body, sent_at, received_at, certificate, tls)

    async def _transfer(self, request: Request) -> tuple[Response, Session | None]:
        http = self._opened()
        await _let_closings_arrive()
        target = urlsplit(self.url + quote(request.path, safe=_LEFT_IN_PATHS))
        path = f"{target.path or '/'}?{target.query}" if target.query else target.path or "/"
        try:
            got = await http.request(request.method, path, self._wire_headers(request), request.body)
        except ssl.SSLError as error:
            raise OfficeTlsError(error.reason or type(error).__name__) from error
        except TimeoutError as error:
            raise OfficeSilenceError(f"{self.url} did not answer within {self.timeout_s:g} s") from error
        except ConnectError as error:
            raise OfficeUnreachableError(str(error)) from error
        except OSError as error:
            raise OfficeClosedError("the connection was closed without an answer") from error
        except NoRequestError as error:
            raise BadAnswerError(f"{self.url}: {error}") from error
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in got.headers}
        return Response(got.status, own_headers(headers), got.body), got.session

    def _wire_headers(self, request: Request) -> list[tuple[bytes, bytes]]:
        fields = {"host": urlsplit(self.url).netloc, **request.headers}
        if request.body or request.method in _WITH_BODY:
            fields["content-length"] = str(len(request.body))
        return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields.items()]

    def _opened(self) -> HttpPool:
        if self._http is None:
            self._http = connections(self.url, self.credential, self.options, self.timeout_s)
        return self._http


def connections(
    url: str, credential: Credential, options: TlsOptions | None = None, timeout_s: float = DEFAULT_TIMEOUT_S
) -> HttpPool:
    """Connections to the system at ``url``, none of them open yet; to be given to clients that share them."""
    options = options or TlsOptions()
    context = client_context(credential, options) if url.startswith("https") else None
    return HttpPool(url.rstrip("/"), context, options.server_name, timeout_s)


async def _let_closings_arrive() -> None:
    """A kept connection that the system has closed meanwhile must be seen as closed before it is used again."""
    for _ in range(_TURNS_TO_CLOSE):
        await asyncio.sleep(0)
