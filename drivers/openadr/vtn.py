"""A VTN above HTTP: VENs that are enrolled, events that are distributed, answers and reports that come in.

A VEN is known by its certificate's fingerprint, which somebody enrolled; it gets events only once it has registered,
and each event at every poll until it has answered it. A VTN with a credential signs, and takes what is signed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus

from drivers.cim.credentials import Credential
from drivers.openadr.codec import Message
from drivers.openadr.envelope import Opened, ReplayGuard, seal, unseal
from drivers.openadr.errors import OadrDecodeError, SignatureError
from drivers.openadr.events import CreatedEvent, DistributeEvent, Event, EventResponse, RequestEvent, Result
from drivers.openadr.identity import fingerprint_of
from drivers.openadr.opts import CanceledOpt, CancelOpt, CreatedOpt, CreateOpt
from drivers.openadr.registration import (
    CanceledPartyRegistration,
    CancelPartyRegistration,
    CreatedPartyRegistration,
    CreatePartyRegistration,
    Poll,
    QueryRegistration,
    RequestReregistration,
    Response,
)
from drivers.openadr.reports import (
    CanceledReport,
    CancelReport,
    CreatedReport,
    CreateReport,
    RegisteredReport,
    RegisterReport,
    Report,
    ReportRequest,
    UpdatedReport,
    UpdateReport,
)
from drivers.openadr.vocabulary import BASE_PATH, MEDIA_TYPE, OptType, ResponseCode, ServiceName
from drivers.sep2.server import HttpRequest, HttpResponse

_MAX_KEPT = 2000
_SERVICE_OF: dict[type[Message], ServiceName] = {
    QueryRegistration: ServiceName.REGISTER,
    CreatePartyRegistration: ServiceName.REGISTER,
    CancelPartyRegistration: ServiceName.REGISTER,
    RequestEvent: ServiceName.EVENT,
    CreatedEvent: ServiceName.EVENT,
    CreateOpt: ServiceName.OPT,
    CancelOpt: ServiceName.OPT,
    RegisterReport: ServiceName.REPORT,
    CreatedReport: ServiceName.REPORT,
    CanceledReport: ServiceName.REPORT,
    UpdateReport: ServiceName.REPORT,
    Poll: ServiceName.POLL,
}


@dataclass
class Ven:
    """An enrolled VEN. ``ven_id`` is given at registration; ``wanted`` are report requests
    that it was not yet told, ``unwanted`` those that it was not yet told to drop, ``asked`` all
    that hold.
    """

    fingerprint: str
    ven_id: str
    name: str = ""
    registration_id: str = ""
    offered: tuple[Report, ...] = ()
    wanted: list[ReportRequest] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)
    asked: dict[str, ReportRequest] = field(default_factory=dict)
    shown: frozenset[tuple[str, int, bool]] = frozenset()
    answered: set[tuple[str, int, bool]] = field(default_factory=set)


@dataclass(frozen=True)
class Heard:
    """What a VEN said of an event: when it came, and when it was said, by the VEN (None: it does not say)."""

    response: EventResponse
    ven: Ven
    at: float
    said_at: float | None


class Refusal(Exception):  # noqa: N818 - an outcome of a request, not an error of the VTN
    """A message is answered by a response code."""

    def __init__(self, code: ResponseCode, description: str) -> None:
        super().__init__(description)
        self.code = code


class Vtn:
    """``events_for(ven)`` gives the events that concern a VEN now; ``now`` is the VTN's time.

    ``heard``, ``reported`` and ``opted`` are told of what comes in. ``written`` may change the XML of what goes out,
    before it is signed (`drivers.openadr.envelope.seal`).
    """

    def __init__(
        self,
        vtn_id: str,
        now: Callable[[], float],
        events_for: Callable[[Ven], Iterable[Event]],
        *,
        credential: Credential | None = None,
        poll_s: int = 10,
    ) -> None:
        self.vtn_id = vtn_id
        self.now = now
        self.events_for = events_for
        self.credential = credential
        self.poll_s = poll_s
        self.vens: dict[str, Ven] = {}
        self.answers: list[Heard] = []
        self.reports: list[tuple[Ven, Report]] = []
        self.opts: list[tuple[Ven, CreateOpt]] = []
        self.heard: Callable[[Heard], None] = lambda _heard: None
        self.reported: Callable[[Ven, Report], None] = lambda _ven, _report: None
        self.opted: Callable[[Ven, CreateOpt], None] = lambda _ven, _opt: None
        self.written: Callable[[bytes], bytes] | None = None
        self.guard = ReplayGuard()
        self._handlers: dict[type[Message], Callable[[Ven, Message, Opened], Message]] = {
            QueryRegistration: self._query,
            CreatePartyRegistration: self._register,
            CancelPartyRegistration: self._deregister,
            RequestEvent: self._request_event,
            CreatedEvent: self._created_event,
            CreateOpt: self._create_opt,
            CancelOpt: self._cancel_opt,
            RegisterReport: self._register_report,
            CreatedReport: self._created_report,
            CanceledReport: self._created_report,
            UpdateReport: self._update_report,
            Poll: self._poll,
        }

    def enrol(self, fingerprint: str, ven_id: str = "") -> Ven:
        """Let a VEN register. Its ``ven_id`` is made up where none is given."""
        known = self.vens.get(fingerprint)
        if known is None:
            known = self.vens[fingerprint] = Ven(fingerprint, ven_id or f"ven-{len(self.vens) + 1}")
        return known

    # -- HTTP ------------------------------------------------------------------------------------------------------

    def handle(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request."""
        if not request.path.startswith(BASE_PATH + "/"):
            return HttpResponse(HTTPStatus.NOT_FOUND)
        if request.method != "POST":
            return HttpResponse(HTTPStatus.METHOD_NOT_ALLOWED)
        if not request.peer.certificate:
            return HttpResponse(HTTPStatus.FORBIDDEN)
        try:
            opened = unseal(request.body)
        except OadrDecodeError:
            return HttpResponse(HTTPStatus.BAD_REQUEST)
        except SignatureError as error:
            return self.reply(Response(result=Result(code=ResponseCode.NOT_REGISTERED, description=str(error))))
        return self.reply(self._answer(request, opened))

    def reply(self, message: Message) -> HttpResponse:
        """A message of the VTN, as it goes out."""
        body = seal(message, self.credential, at=self.now(), nonce=secrets.token_hex(16), written=self.written)
        return HttpResponse(HTTPStatus.OK, body, {"content-type": MEDIA_TYPE})

    def _answer(self, request: HttpRequest, opened: Opened) -> Message:
        message = opened.message
        asked = str(getattr(message, "request_id", ""))
        try:
            ven = self._known(request, opened)
            handler = self._handlers.get(type(message))
            if handler is None or _SERVICE_OF[type(message)].path != request.path:
                raise Refusal(ResponseCode.COMPLIANCE, "the message does not belong to this service")
            if not ven.registration_id and not isinstance(message, QueryRegistration | CreatePartyRegistration):
                return RequestReregistration(ven_id=ven.ven_id)
            if not self.is_its_own(ven, str(getattr(message, "ven_id", None) or "")):
                raise Refusal(ResponseCode.INVALID_ID, "the venID is another's")
            return handler(ven, message, opened)
        except Refusal as refusal:
            return Response(result=Result(code=int(refusal.code), description=str(refusal), request_id=asked))

    def _known(self, request: HttpRequest, opened: Opened) -> Ven:
        fingerprint = fingerprint_of(request.peer.certificate)
        ven = self.vens.get(fingerprint)
        if ven is None:
            raise Refusal(ResponseCode.NOT_REGISTERED, "not enrolled")
        if self.credential is not None:
            self.check_proof(opened, fingerprint)
        return ven

    # -- what a VTN may do in another way --------------------------------------------------------------------------

    def check_proof(self, opened: Opened, fingerprint: str) -> None:
        """Raises Refusal for a message that its sender did not sign, just now and for the first time."""
        if opened.proof is None or opened.proof.fingerprint != fingerprint:
            raise Refusal(ResponseCode.NOT_REGISTERED, "not signed by the sender")
        try:
            self.guard.check(opened.proof, self.now())
        except SignatureError as error:
            raise Refusal(ResponseCode.NOT_REGISTERED, str(error)) from error

    def is_its_own(self, ven: Ven, said: str) -> bool:
        """Whether a VEN may call itself by that venID; empty: it says none."""
        return said in ("", ven.ven_id)

    def is_due(self, ven: Ven, events: tuple[Event, ...]) -> bool:
        """Whether events are to be distributed to a VEN that polls."""
        due = {_key(event) for event in events if event.response_required == "always"}
        return frozenset(map(_key, events)) != ven.shown or not due <= ven.answered

    def knows(self, ven: Ven, response: EventResponse) -> bool:
        """Whether an answer is to an event that the VEN was shown."""
        return any(key[0] == response.event_id for key in ven.shown)

    # -- registration ----------------------------------------------------------------------------------------------

    def _query(self, ven: Ven, message: Message, _opened: Opened) -> Message:
        return self._registered(ven, message)

    def _register(self, ven: Ven, message: Message, _opened: Opened) -> Message:
        assert isinstance(message, CreatePartyRegistration)
        if message.registration_id and message.registration_id != ven.registration_id:
            raise Refusal(ResponseCode.INVALID_ID, "the registrationID is unknown")
        ven.name = message.ven_name or ven.name
        ven.registration_id = ven.registration_id or secrets.token_hex(8)
        ven.shown = frozenset()
        ven.answered.clear()
        ven.wanted, ven.unwanted = list(ven.asked.values()), []
        return self._registered(ven, message)

    def _registered(self, ven: Ven, message: Message) -> CreatedPartyRegistration:
        return CreatedPartyRegistration(
            result=_ok(message),
            registration_id=ven.registration_id or None,
            ven_id=ven.ven_id if ven.registration_id else None,
            vtn_id=self.vtn_id,
            poll_s=self.poll_s,
        )

    @staticmethod
    def _deregister(ven: Ven, message: Message, _opened: Opened) -> Message:
        assert isinstance(message, CancelPartyRegistration)
        if message.registration_id != ven.registration_id:
            raise Refusal(ResponseCode.INVALID_ID, "the registrationID is unknown")
        ven.registration_id = ""
        return CanceledPartyRegistration(
            result=_ok(message), registration_id=message.registration_id, ven_id=ven.ven_id
        )

    # -- events ----------------------------------------------------------------------------------------------------

    def _poll(self, ven: Ven, _message: Message, _opened: Opened) -> Message:
        events = tuple(self.events_for(ven))
        if self.is_due(ven, events):
            return self._distribute(ven, events, "")
        if ven.wanted:
            requests, ven.wanted = tuple(ven.wanted), []
            return CreateReport(request_id=secrets.token_hex(8), requests=requests, ven_id=ven.ven_id)
        if ven.unwanted:
            ended, ven.unwanted = tuple(ven.unwanted), []
            return CancelReport(request_id=secrets.token_hex(8), requests=ended, ven_id=ven.ven_id)
        return Response(ven_id=ven.ven_id)

    def _distribute(self, ven: Ven, events: tuple[Event, ...], asked: str) -> DistributeEvent:
        ven.shown = frozenset(map(_key, events))
        ven.answered &= ven.shown
        result = Result(request_id=asked) if asked else None
        return DistributeEvent(
            result=result, request_id=asked or secrets.token_hex(8), vtn_id=self.vtn_id, events=events
        )

    def _request_event(self, ven: Ven, message: Message, _opened: Opened) -> Message:
        assert isinstance(message, RequestEvent)
        events = tuple(self.events_for(ven))
        return self._distribute(ven, events[: message.limit or None], message.request_id)

    def _created_event(self, ven: Ven, message: Message, opened: Opened) -> Message:
        assert isinstance(message, CreatedEvent)
        known = {event.event_id: event for event in self.events_for(ven)}
        unknown = [one for one in message.responses if one.event_id not in known and not self.knows(ven, one)]
        for response in message.responses:
            if response in unknown:
                continue
            self._note(ven, response, opened.proof.at if opened.proof is not None else None)
        if unknown and len(unknown) == len(message.responses):
            raise Refusal(ResponseCode.INVALID_ID, "no such event")
        return Response(ven_id=ven.ven_id)

    def _note(self, ven: Ven, response: EventResponse, said_at: float | None) -> None:
        ven.answered |= {key for key in ven.shown if key[:2] == (response.event_id, response.modification)}
        heard = Heard(response, ven, self.now(), said_at)
        self.answers.append(heard)
        del self.answers[:-_MAX_KEPT]
        self.heard(heard)

    def _create_opt(self, ven: Ven, message: Message, _opened: Opened) -> Message:
        assert isinstance(message, CreateOpt)
        self.opts.append((ven, message))
        del self.opts[:-_MAX_KEPT]
        self.opted(ven, message)
        if message.event_id is not None:
            opt = OptType(message.opt)
            response = EventResponse(event_id=message.event_id, modification=message.modification or 0, opt=opt)
            self._note(ven, response, message.created)
        return CreatedOpt(result=_ok(message), opt_id=message.opt_id)

    def _cancel_opt(self, ven: Ven, message: Message, _opened: Opened) -> Message:
        assert isinstance(message, CancelOpt)
        known = [one for one in self.opts if one[0] is ven and one[1].opt_id == message.opt_id]
        if not known:
            raise Refusal(ResponseCode.INVALID_ID, "no such opt")
        for one in known:
            self.opts.remove(one)
        return CanceledOpt(result=_ok(message), opt_id=message.opt_id)

    # -- reports ---------------------------------------------------------------------------------------------------

    def _register_report(self, ven: Ven, message: Message, _opened: Opened) -> Message:
        assert isinstance(message, RegisterReport)
        ven.offered = message.reports
        requests, ven.wanted = tuple(ven.wanted), []
        return RegisteredReport(result=_ok(message), requests=requests, ven_id=ven.ven_id)

    @staticmethod
    def _created_report(ven: Ven, _message: Message, _opened: Opened) -> Message:
        return Response(ven_id=ven.ven_id)

    def _update_report(self, ven: Ven, message: Message, _opened: Opened) -> Message:
        assert isinstance(message, UpdateReport)
        for report in message.reports:
            self.reports.append((ven, report))
            self.reported(ven, report)
        del self.reports[:-_MAX_KEPT]
        return UpdatedReport(result=_ok(message), ven_id=ven.ven_id)


def _key(event: Event) -> tuple[str, int, bool]:
    return event.event_id, event.modification, event.cancelled


def _ok(message: Message) -> Result:
    return Result(code=int(ResponseCode.OK), description="OK", request_id=str(getattr(message, "request_id", "")))
