"""A VTN that distributes the events of programs as IEEE 2030.5 has them (`drivers.sep2.programs`): used by the bench as
well as by emulated office systems, which offer one and the same signal on either way.

An event's eventID is its mRID in hexadecimal digits, a program's market context its own. What is distributed:

- loads at a share of what they draw, or of the time: LOAD_CONTROL, x-loadControlCapacity (1.0 is all), for the class
  Load_Control_Switch or those of the event's categories; all loads off whatever the customer wants: SIMPLE, level 3,
  for the classes of the event's categories where those are others than load switches;
- generation at a share of its rating: LOAD_CONTROL, x-loadControlCapacity, for the class Generation_Systems; the
  charging of vehicles likewise, for Electric_Vehicle (below zero: they are to feed back);
- a price: ELECTRICITY_PRICE, price, in the currency a kWh;
- a text: SIMPLE, level 0, which asks for nothing, with the text as vtnComment.

Where a device is asked to report how its DER fare, its VEN is asked for the report `SPECIFIER`.

Other modes of control, and loads of categories that have no class, have no signal and are not distributed.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from http import HTTPStatus

from drivers.cim.credentials import Credential
from drivers.openadr.events import Event, Interval, Signal, Target, currency_per_kwh
from drivers.openadr.identity import fingerprint_of
from drivers.openadr.reports import Report, ReportRequest, Wanted
from drivers.openadr.vocabulary import DeviceClass, EventState, OptType, ResponseCode, SignalName, SignalType
from drivers.openadr.vtn import Heard, Ven, Vtn
from drivers.sep2.der import DERControl, DERStatus, SocValue
from drivers.sep2.events import Event as Sep2Event
from drivers.sep2.events import RandomizableEvent
from drivers.sep2.loads import EndDeviceControl
from drivers.sep2.monitoring import DerPowers, usage_point
from drivers.sep2.prices import TextMessage
from drivers.sep2.programs import Program, ProgramKind
from drivers.sep2.resources import Received, ResourceServer
from drivers.sep2.responses import Response
from drivers.sep2.server import HttpRequest, HttpResponse
from drivers.sep2.vocabulary import DeviceCategory, ResponseStatus

MARKET = "http://amibench.example/programs/"
"""How a market context begins; a program's mRID follows."""
NORMAL_LEVEL, SCRAM_LEVEL = 0.0, 3.0
SPECIFIER, REPORTED = "der", ("W", "var", "SoC")
"""The report that is asked for, and its values: what DER generate (W, var), and the state of charge (per cent)."""
_CLASSES = {
    DeviceCategory.LOAD_CONTROL_SWITCH: DeviceClass.LOAD_SWITCH,
    DeviceCategory.WATER_HEATER: DeviceClass.WATER_HEATER,
    DeviceCategory.BASEBOARD_HEATERS: DeviceClass.BASEBOARD_HEATER,
    DeviceCategory.SMART_APPLIANCE: DeviceClass.SMART_APPLIANCE,
    DeviceCategory.ELECTRIC_VEHICLE: DeviceClass.VEHICLE,
}
_CURRENCIES = {978: "EUR", 840: "USD", 826: "GBP"}
_STATUS: dict[int, ResponseStatus] = {
    ResponseCode.OUT_OF_SEQUENCE: ResponseStatus.EXPIRED,
    ResponseCode.SIGNAL_NOT_SUPPORTED: ResponseStatus.NOT_APPLICABLE,
    ResponseCode.TARGET_MISMATCH: ResponseStatus.NOT_APPLICABLE,
}


class ProgramVtn:
    """The programs of ``resources`` over OpenADR. A VEN is enrolled when its certificate's LFDI is registered there.

    ``shows_others``: a careless VTN's, which distributes events that are for other VENs too. ``make`` makes the VTN.
    """

    def __init__(
        self,
        resources: ResourceServer,
        vtn_id: str,
        credential: Credential | None,
        *,
        poll_s: int = 10,
        make: type[Vtn] = Vtn,
    ) -> None:
        self.resources = resources
        self.shows_others = False
        self.vtn = make(vtn_id, resources.now, self._events_for, credential=credential, poll_s=poll_s)
        self.vtn.heard = self._heard
        self.vtn.reported = self._reported
        self._lfdis: dict[str, bytes] = {}

    def handle(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request."""
        if not request.peer.certificate:
            return HttpResponse(HTTPStatus.FORBIDDEN)
        device = self.resources.devices.get(request.peer.lfdi)
        fingerprint = fingerprint_of(request.peer.certificate)
        if device is not None:
            self.vtn.enrol(fingerprint, f"ven-{device.number}")
            self._lfdis[fingerprint] = device.lfdi
            _ask_for_reports(self.vtn.vens[fingerprint], device.post_rate_s)
        else:
            self.vtn.vens.pop(fingerprint, None)
        return self.vtn.handle(request)

    def lfdi_of(self, ven: Ven) -> bytes:
        """The registered identity of a VEN."""
        return self._lfdis[ven.fingerprint]

    def _events_for(self, ven: Ven) -> Iterator[Event]:
        now = self.resources.now()
        lfdi = self.lfdi_of(ven)
        for program in sorted(self.resources.programs, key=lambda one: one.primacy):
            serves = program.serves(lfdi)
            if not serves and not self.shows_others:
                continue
            for event in program.current(now):
                signals = tuple(_signals(program, event))
                if signals:
                    yield event_of(program, event, signals, ven.ven_id if serves else "another-ven", now)

    def _heard(self, heard: Heard) -> None:
        """Keep an answer as the 2030.5 response that it stands for."""
        try:
            subject = bytes.fromhex(heard.response.event_id)
        except ValueError:
            return
        lfdi = self.lfdi_of(heard.ven)
        created = int(heard.at if heard.said_at is None else heard.said_at)
        response = Response(created=created, lfdi=lfdi, status=self._status(heard), subject=subject)
        received = Received(response, lfdi, heard.at)
        self.resources.responses.append(received)
        if self.resources.heard is not None:
            self.resources.heard(received)

    def _reported(self, ven: Ven, report: Report) -> None:
        """Hand on what a VEN tells of the DER behind it, as 2030.5 has it."""
        device = self.resources.devices.get(self.lfdi_of(ven))
        if device is None or self.resources.reported is None:
            return
        levels = {one.r_id: (one.level, one.start or report.created) for one in report.readings}
        if REPORTED[0] in levels or REPORTED[1] in levels:
            active, at = levels.get(REPORTED[0], (None, report.created))
            reactive = levels.get(REPORTED[1], (None, at))[0]
            self.resources.reported(device, usage_point(device.lfdi, DerPowers(ven.name, active, reactive, at)))
        charge, at = levels.get(REPORTED[2], (None, report.created))
        if charge is not None:
            held = SocValue(at=int(at), value=round(charge * 100.0))
            self.resources.reported(device, DERStatus(read_at=int(at), charge=held))

    @staticmethod
    def _status(heard: Heard) -> ResponseStatus:
        code = heard.response.code
        if code >= 400:
            return _STATUS.get(code, ResponseStatus.INVALID)
        if heard.response.opt == OptType.OUT:
            return ResponseStatus.OPT_OUT
        cancelled = (heard.response.event_id, heard.response.modification, True) in heard.ven.shown
        return ResponseStatus.CANCELLED if cancelled else ResponseStatus.RECEIVED


def _ask_for_reports(ven: Ven, rate_s: int | None) -> None:
    """Have the VEN asked at its next poll, where the rate has changed since it was asked last."""
    asked = next((one for one in ven.asked.values()), None)
    if (asked.back if asked is not None else None) == rate_s:
        return
    ven.unwanted += list(ven.asked)
    ven.asked.clear()
    if rate_s is not None:
        request = ReportRequest(
            request_id=secrets.token_hex(4),
            specifier_id=SPECIFIER,
            granularity=rate_s,
            back=rate_s,
            wanted=tuple(Wanted(r_id=one) for one in REPORTED),
        )
        ven.asked[request.request_id] = request
        ven.wanted.append(request)


def event_of(program: Program, event: Sep2Event, signals: tuple[Signal, ...], ven_id: str, now: float) -> Event:
    """An event of a program as OpenADR has it, for a VEN."""
    shift = event.randomize_start if isinstance(event, RandomizableEvent) else None
    return Event(
        event_id=event.mrid.hex().upper(),
        priority=program.primacy + 1,
        market_context=MARKET + program.mrid.hex(),
        created=float(event.created),
        state=_state(event, now),
        comment=event.text if isinstance(event, TextMessage) else event.description,
        start=float(event.interval.start),
        duration=event.interval.duration,
        start_after=shift or None,
        signals=signals,
        target=Target(vens=(ven_id,)),
    )


def _state(event: Sep2Event, now: float) -> EventState:
    if event.status.cancelled:
        return EventState.CANCELLED
    if event.interval.end <= now:
        return EventState.COMPLETED
    return EventState.ACTIVE if event.interval.start <= now else EventState.FAR


def _signals(program: Program, event: Sep2Event) -> Iterator[Signal]:
    duration = event.interval.duration
    if isinstance(event, EndDeviceControl):
        classes = _classes(event.category)
        if not classes and any(event.category):
            return
        if event.duty_cycle is not None and event.duty_cycle.normal == 0 and event.mandatory:
            named = () if classes == (DeviceClass.LOAD_SWITCH,) else classes
            yield _signal(SignalName.SIMPLE, SignalType.LEVEL, SCRAM_LEVEL, duration, devices=named)
        elif event.duty_cycle is not None or (event.offset is not None and event.offset.load is not None):
            yield _signal(
                SignalName.LOAD_CONTROL,
                SignalType.CAPACITY,
                _share_of(event),
                duration,
                devices=classes,
            )
    elif isinstance(event, DERControl) and event.base.max_lim_w is not None:
        share = event.base.max_lim_w / 10_000.0
        yield _signal(SignalName.LOAD_CONTROL, SignalType.CAPACITY, share, duration, devices=(DeviceClass.GENERATION,))
    elif isinstance(event, DERControl) and event.base.fixed_w is not None and _is_for_vehicles(event):
        share = -event.base.fixed_w / 10_000.0
        yield _signal(SignalName.LOAD_CONTROL, SignalType.CAPACITY, share, duration, devices=(DeviceClass.VEHICLE,))
    elif isinstance(event, TextMessage):
        yield _signal(SignalName.SIMPLE, SignalType.LEVEL, NORMAL_LEVEL, duration)
    elif program.kind is ProgramKind.PRICE and event.mrid in program.prices:
        price = program.prices[event.mrid] * 10.0**program.multiplier
        unit = currency_per_kwh(_CURRENCIES.get(program.currency, "EUR"))
        interval = Interval(duration=duration, number="0", level=round(price, 9))
        yield Signal(
            name=SignalName.ELECTRICITY_PRICE, kind=SignalType.PRICE, signal_id="0", unit=unit, intervals=(interval,)
        )


def _is_for_vehicles(event: DERControl) -> bool:
    return bool(int.from_bytes(event.category or b"", "big") & DeviceCategory.ELECTRIC_VEHICLE)


def _share_of(event: EndDeviceControl) -> float:
    """How much of what they draw loads may go on drawing; of cycling, how much of the time they run."""
    if event.duty_cycle is not None:
        return event.duty_cycle.normal / 100.0
    assert event.offset is not None
    return 1.0 - (event.offset.load or 0) / 10_000.0


def _classes(category: bytes) -> tuple[str, ...]:
    """The device classes of a category, in the schema's words; load switches stand for all others but vehicles."""
    bits = int.from_bytes(category, "big")
    found = tuple(str(name) for bit, name in _CLASSES.items() if bits & bit)
    if DeviceClass.LOAD_SWITCH not in found:
        return found
    return tuple(one for one in found if one in (DeviceClass.LOAD_SWITCH, DeviceClass.VEHICLE))


def _signal(
    name: SignalName, kind: SignalType, level: float, duration: int, *, devices: tuple[str, ...] = ()
) -> Signal:
    target = Target(devices=tuple(str(one) for one in devices)) if devices else None
    interval = Interval(duration=duration, number="0", level=level)
    return Signal(name=name, kind=kind, signal_id="0", intervals=(interval,), target=target)
