"""A VTN of the bench and the gateway under test, for the cases of OpenADR: what was distributed, what came of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bench.access.openadr import OadrAccess
from bench.access.openadr_vtn import OadrCounterpart
from bench.access.sep2_home import events_at, price_at
from drivers.openadr.events import Event, Interval, Signal, Target, Unit, currency_per_kwh, real_power
from drivers.openadr.vocabulary import DeviceClass, SignalName, SignalType
from drivers.openadr.vtn import Ven
from drivers.sep2.der import DERControl
from drivers.sep2.events import Event as Sep2Event
from drivers.sep2.events import RandomizableEvent
from drivers.sep2.loads import EndDeviceControl
from drivers.sep2.programs import ProgramKind
from drivers.sep2.vocabulary import EventState

if TYPE_CHECKING:
    from bench.lab.station import Station

NOTHING_AT_HOME = "nothing at home"
LONG_S = 3600
_OVER = (EventState.CANCELLED, EventState.CANCELLED_RANDOMIZED, EventState.SUPERSEDED)
_KINDS = (ProgramKind.PRICE, ProgramKind.LOAD, ProgramKind.DER)


def signal(
    name: SignalName,
    kind: SignalType,
    *levels: float,
    unit: Unit | None = None,
    devices: tuple[str, ...] = (),
    duration: int = LONG_S,
) -> Signal:
    """A signal whose levels share the event's time."""
    each = duration // len(levels)
    intervals = tuple(Interval(duration=each, number=str(n), level=level) for n, level in enumerate(levels))
    target = Target(devices=devices) if devices else None
    return Signal(name=name, kind=kind, signal_id="0", unit=unit, intervals=intervals, target=target)


def price(*levels: float, scale: str = "none", duration: int = LONG_S) -> Signal:
    """Prices in EUR a kWh."""
    unit = currency_per_kwh("EUR", scale)
    return signal(SignalName.ELECTRICITY_PRICE, SignalType.PRICE, *levels, unit=unit, duration=duration)


_LOADS = (str(DeviceClass.LOAD_SWITCH),)
_GENERATORS = (str(DeviceClass.GENERATION),)
CHANGES: Mapping[str, Mapping[str, Any]] = {
    "an event": {},
    "a modified event": {"modification": 1, "signals": (price(0.35),)},
    "a changed event of the same number": {"signals": (price(0.35),)},
    "an older modification": {"modification": 0, "signals": (price(0.15),)},
    "a cancelled event": {"state": "cancelled"},
    "a test event": {"test": "true"},
    "an event without answer": {"response_required": "never"},
    "an event that may begin later": {"start_after": 300},
    "an event without end": {"duration": 0, "signals": (price(0.25, duration=0),)},
    "two prices": {"signals": (price(0.25, 0.5),)},
    "a price in thousandths": {"signals": (price(255.0, scale="m"),)},
    "a level of load control": {"signals": (signal(SignalName.SIMPLE, SignalType.LEVEL, 2.0),)},
    "the highest level": {"signals": (signal(SignalName.SIMPLE, SignalType.LEVEL, 3.0),)},
    "a level that is none": {"signals": (signal(SignalName.SIMPLE, SignalType.LEVEL, 4.0),)},
    "a share of the load": {
        "signals": (signal(SignalName.LOAD_CONTROL, SignalType.CAPACITY, 0.4, devices=_LOADS),),
    },
    "a share for heaters": {
        "signals": (signal(SignalName.LOAD_CONTROL, SignalType.CAPACITY, 0.4, devices=("Sauna",)),),
    },
    "a set point for generation": {
        "signals": (
            signal(SignalName.LOAD_DISPATCH, SignalType.SETPOINT, 2.5, unit=real_power("k"), devices=_GENERATORS),
        ),
    },
    "an unknown signal": {"signals": (signal(SignalName.LOAD_CONTROL, SignalType.LOAD_SETPOINT, 21.0),)},
    "an event for its group": {"target": Target(groups=("north",))},
    "an event for another group": {"target": Target(groups=("south",))},
    "an event for its resource": {"target": Target(resources=("home",))},
    "an event for another resource": {"target": Target(resources=("office",))},
    "an event for another VEN": {"target": Target(vens=("another-ven",))},
}
"""Events in the words of the cases: what is another than in ``an event``, which is a price of 0.25."""


class Scene:
    """The bench's VTN with what it distributes: one event, whose eventID is of this scene only."""

    def __init__(self, station: Station, seat: str, port: str, number: int, *, poll_rate_s: int = 60) -> None:
        self.event_id = f"case-{number}"
        self.before: frozenset[bytes] = frozenset()
        self.station = station
        self.access = OadrAccess(station, seat)
        self.server = OadrCounterpart(self.access, port.removesuffix("-vtn"), poll_rate_s=poll_rate_s)
        self.events: list[Event] = []
        self.server.vtn.vtn.events_for = self._events_for

    def _events_for(self, ven: Ven) -> tuple[Event, ...]:
        own = Target(vens=(ven.ven_id,))
        return tuple(one if one.target != Target() else dataclasses.replace(one, target=own) for one in self.events)

    def event(self, words: str) -> Event:
        """The event of these words, that begins now; ``an expired event`` began long ago."""
        now = float(int(self.station.clock.now()))
        usual = Event(
            event_id=self.event_id,
            created=now,
            start=now,
            duration=LONG_S,
            priority=1,
            market_context="http://market.example/prices",
            state="active",
            signals=(price(0.25),),
        )
        if words == "an expired event":
            return dataclasses.replace(usual, start=now - 3.0 * LONG_S, created=now - 4.0 * LONG_S)
        return dataclasses.replace(usual, **CHANGES[words])

    def distribute(self, words: str) -> None:
        """Have the VTN distribute this in the place of what it distributed before; ``nothing`` as well."""
        before = self.events
        self.events = [] if words == "nothing" else [self.event(words)]
        if before and self.events:
            # Times stay those of the first, but where they are what changes.
            kept: dict[str, Any] = {"start": before[0].start, "created": before[0].created}
            if words == "a cancelled event":
                kept |= {"signals": before[0].signals, "modification": before[0].modification}
            self.events = [dataclasses.replace(self.events[0], **kept)]
            for ven in self.server.vtn.vtn.vens.values():
                ven.shown = frozenset()  # it is distributed whether or not the VTN should

    async def found(self) -> Scene:
        """Wait until the VEN has come; what the home finds then is not of this scene."""
        await self.server.polled(within_s=self.access.poll_s)
        self.before = frozenset(event.mrid for event in await self._held())
        return self

    async def passed(self) -> str:
        """Let the VEN poll twice and act; what it answered meanwhile, and what the home finds."""
        seen = len(self.server.vtn.vtn.answers)
        opted = len(self.server.vtn.vtn.opts)
        await self.server.polled(2, within_s=2.0 * float(self.access.pixit("retry_s", 120.0)))
        await self.station.advance(self.access.act_s)
        answers = [one for one in self.server.vtn.vtn.answers[seen:] if one.response.event_id == self.event_id]
        opts = {opt.opt for _ven, opt in self.server.vtn.vtn.opts[opted:]}
        said = [f"{one.response.code} {one.response.opt}" for one in answers if one.response.opt not in opts]
        said += [f"oadrCreateOpt {opt}" for opt in sorted(opts)]
        return "; ".join([", ".join(said) or "nothing", await self.at_home()])

    async def at_home(self) -> str:
        """What a device of the home finds that holds, in the order of its starts."""
        found = [event for event in await self._held() if event.mrid not in self.before]
        found.sort(key=lambda event: event.interval.start)
        words = [await self._words(event) for event in found]
        return ", ".join(words) or NOTHING_AT_HOME

    async def _held(self) -> list[Sep2Event]:
        return [
            event
            for kind in _KINDS
            for event in await events_at(self.access.home, self.device, kind)
            if event.status.current not in _OVER
        ]

    @property
    def device(self) -> str:
        """The device of the home in whose place the bench looks."""
        return str(self.access.pixit("home_device", "cems"))

    async def mrid_at_home(self) -> bytes:
        """The mRID of the one load control that the home finds. Raises StopIteration where there is none."""
        return next(event.mrid for event in await self._held() if event.mrid not in self.before)

    async def _words(self, event: Sep2Event) -> str:
        shift = event.randomize_start if isinstance(event, RandomizableEvent) else None
        rest = f" for {event.interval.duration} s" + (f", up to {shift} s later" if shift else "")
        if isinstance(event, EndDeviceControl):
            return _load_words(event) + rest
        if isinstance(event, DERControl):
            return f"generation at {(event.base.max_lim_w or 0) / 10_000:.0%}" + rest
        held = await price_at(self.access.home, self.device, event.mrid)
        return ("no price" if held is None else f"price {held:.6g}") + rest


def _load_words(event: EndDeviceControl) -> str:
    if event.duty_cycle is not None and event.duty_cycle.normal == 0:
        return "loads off" if event.mandatory else "loads may go off"
    return f"loads at {1.0 - (event.offset.load or 0) / 10_000:.0%}" if event.offset is not None else "loads"
