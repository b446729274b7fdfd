"""A VEN's end of simple HTTP in the pull model: it registers, polls, and answers.

The tap ``message`` (`drivers.cim.client`) shows whole requests and answers above TLS, signatures included, so that a
probe can change, drop or repeat them there. Every answer's certificate is looked at, and its signature where messages
are signed: a VTN with another fingerprint than the commissioned one gets nothing more.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, Self, TypeVar

from drivers.cim.client import OfficeClient
from drivers.cim.credentials import Credential, TlsOptions
from drivers.clock import Clock
from drivers.openadr.codec import Message
from drivers.openadr.envelope import Opened, ReplayGuard, seal, unseal
from drivers.openadr.errors import OadrDecodeError, RefusedError, ReregistrationError, SignatureError, WrongVtnError
from drivers.openadr.events import CreatedEvent, EventResponse, Result
from drivers.openadr.identity import fingerprint_of
from drivers.openadr.opts import CreatedOpt, CreateOpt
from drivers.openadr.registration import (
    CreatedPartyRegistration,
    CreatePartyRegistration,
    Poll,
    QueryRegistration,
    RequestReregistration,
    Response,
)
from drivers.openadr.reports import (
    CanceledReport,
    CreatedReport,
    RegisteredReport,
    RegisterReport,
    Report,
    UpdatedReport,
    UpdateReport,
)
from drivers.openadr.tls import CLIENT_TLS
from drivers.openadr.vocabulary import MEDIA_TYPE, ResponseCode, ServiceName
from drivers.transport.tap import Tap

M = TypeVar("M", bound=Message)


class VenClient:
    """One VEN of one VTN (``https://host:port``). ``vtns``: fingerprints of which the VTN's must be one; without
    them any certificate under the trust anchors will do. ``signed``: messages bear XML signatures, both ways (high
    security). ``now`` is the time that signatures bear, ``guard`` what knows old ones.

    Errors of the way are `drivers.cim.errors`; `drivers.openadr.errors` those of messages and identities.
    """

    def __init__(
        self,
        url: str,
        credential: Credential,
        clock: Clock,
        name: str,
        *,
        vtns: frozenset[str] = frozenset(),
        signed: bool = True,
        now: Callable[[], float] | None = None,
        guard: ReplayGuard | None = None,
        options: TlsOptions = CLIENT_TLS,
        timeout_s: float = 10.0,
    ) -> None:
        self.http = OfficeClient(url, credential, clock, options=options, timeout_s=timeout_s)
        self.credential = credential
        self.name = name
        self.vtns = vtns
        self.signed = signed
        self.guard = guard or ReplayGuard()
        self.ven_id = ""
        self.vtn_id = ""
        self.registration_id = ""
        self._now = now or clock.now

    @property
    def message(self) -> Tap:
        """The tap above TLS: requests and answers in canonical bytes (`drivers.cim.canonical`)."""
        return self.http.message

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection. Never raises."""
        await self.http.close()

    # -- requests --------------------------------------------------------------------------------------------------

    async def request(self, service: ServiceName, message: Message) -> Message:
        """Send a message and take the answer. Raises OfficeError, OadrDecodeError, SignatureError, WrongVtnError."""
        body = seal(message, self.credential if self.signed else None, at=self._now(), nonce=secrets.token_hex(16))
        answer = await self.http.request("POST", service.path, body, {"content-type": MEDIA_TYPE})
        if self.vtns and fingerprint_of(answer.peer_certificate) not in self.vtns:
            await self.close()
            raise WrongVtnError(f"{self.http.url} is not the VTN that was commissioned")
        return self.open(answer.raise_for_refusal().body)

    def open(self, body: bytes) -> Message:
        """The message in an answer's body. Raises OadrDecodeError, SignatureError."""
        opened = unseal(body)
        if self.signed:
            self._check(opened)
        return opened.message

    def _check(self, opened: Opened) -> None:
        if opened.proof is None:
            raise SignatureError("the answer bears no signature")
        if self.vtns and opened.proof.fingerprint not in self.vtns:
            raise SignatureError("the answer was signed by another than the VTN")
        self.guard.check(opened.proof, self._now())

    async def ask(self, service: ServiceName, message: Message, *wanted: type[M]) -> M:
        """As `request`; the answer is one of the classes ``wanted``. Also raises RefusedError, ReregistrationError."""
        answer = await self.request(service, message)
        if isinstance(answer, RequestReregistration):
            raise ReregistrationError("the VTN asks for a new registration")
        result = getattr(answer, "result", None)
        if result is not None and result.code >= 400:
            raise RefusedError(result.code, result.description or "")
        if not isinstance(answer, wanted):
            raise OadrDecodeError(f"{type(answer).__name__} is no answer to {type(message).__name__}")
        return answer

    # -- services --------------------------------------------------------------------------------------------------

    async def query(self) -> CreatedPartyRegistration:
        """Ask what the VTN offers."""
        request = QueryRegistration(request_id=_request_id())
        return await self.ask(ServiceName.REGISTER, request, CreatedPartyRegistration)

    async def register(self) -> CreatedPartyRegistration:
        """Register, again where it was before."""
        request = CreatePartyRegistration(
            request_id=_request_id(),
            registration_id=self.registration_id or None,
            ven_id=self.ven_id or None,
            ven_name=self.name,
            xml_signature=self.signed,
        )
        created = await self.ask(ServiceName.REGISTER, request, CreatedPartyRegistration)
        self.ven_id, self.vtn_id = created.ven_id or "", created.vtn_id
        self.registration_id = created.registration_id or ""
        if not self.ven_id:
            raise RefusedError(ResponseCode.NOT_REGISTERED, "the VTN gave no venID")
        return created

    async def poll(self) -> Message:
        """What the VTN has to say now: a `Response` where there is nothing."""
        return await self.ask(ServiceName.POLL, Poll(ven_id=self.ven_id), Message)

    async def answer(self, *responses: EventResponse) -> Response:
        """Answer events."""
        message = CreatedEvent(ven_id=self.ven_id, responses=responses)
        return await self.ask(ServiceName.EVENT, message, Response)

    async def opt(self, request: CreateOpt) -> CreatedOpt:
        """Opt out of an event that was accepted, or in again."""
        return await self.ask(ServiceName.OPT, request, CreatedOpt)

    async def register_reports(self, *reports: Report) -> RegisteredReport:
        """Say which reports can be had; what is wanted at once is in the answer."""
        message = RegisterReport(request_id=_request_id(), reports=reports, ven_id=self.ven_id)
        return await self.ask(ServiceName.REPORT, message, RegisteredReport)

    async def confirm_reports(self, *requests: str) -> Response:
        """Say which reports will come."""
        message = CreatedReport(pending=requests, ven_id=self.ven_id)
        return await self.ask(ServiceName.REPORT, message, Response)

    async def confirm_end(self, request_id: str, *requests: str) -> Response:
        """Say which reports will still come."""
        message = CanceledReport(result=Result(request_id=request_id), pending=requests, ven_id=self.ven_id)
        return await self.ask(ServiceName.REPORT, message, Response)

    async def report(self, *reports: Report) -> UpdatedReport:
        """Send values."""
        message = UpdateReport(request_id=_request_id(), reports=reports, ven_id=self.ven_id)
        return await self.ask(ServiceName.REPORT, message, UpdatedReport)


def _request_id() -> str:
    return secrets.token_hex(8)
