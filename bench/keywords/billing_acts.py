"""What happens in the tests of 3.1.4: the billing date is changed, periods end, and their ends are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from bench.access.dlms import MANAGEMENT
from bench.access.dlms_events import declared_events
from bench.exchanges.meters import meter_name
from bench.keywords.cycles import expected_ends
from bench.keywords.held_intervals import OPERATOR
from bench.keywords.process import ProcessLibrary
from drivers.cim.payloads import MeterReading
from drivers.cim.times import parse_iso
from drivers.cim.vocabulary import ReadingKind, ReadingType
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import Array, Date, OctetString, Structure, Time
from drivers.dlms.datetimes import UNSPECIFIED, UNSPECIFIED_YEAR
from drivers.dlms.errors import DecodeError
from drivers.metering import Interval

LOOK_BACK_S = 100 * 86_400.0
AFTER_END_S = 120.0
"""How long after the end of a period the bench looks: the meter has closed it by then."""

_SCHEDULE, _EXECUTION_TIME = 22, 4
_LAST_DAY = 0xFE
_TYPES = {
    "energy_import_rate_1": ReadingType.IMPORT_RATE_1,
    "energy_import_rate_2": ReadingType.IMPORT_RATE_2,
    "energy_export_rate_1": ReadingType.EXPORT_RATE_1,
    "energy_export_rate_2": ReadingType.EXPORT_RATE_2,
}


@dataclass(frozen=True)
class Closing:
    """The end of a billing period (UTC, s), its registers (Wh) by name, and its status where it has one."""

    at: float
    registers: Mapping[str, float]
    status: int | None = None


@dataclass
class Cycle:
    """What has happened: days before and after the change, when it was made, expected and found ends (UTC, s)."""

    old_day: int = 1
    new_day: int = 1
    changed_at: float = 0.0
    expected: list[float] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)


class BillingActs(ProcessLibrary):
    """The acts, without any judgement."""

    def __init__(self) -> None:
        self.cycle = Cycle()

    # -- the day -------------------------------------------------------------------------------------------------

    @property
    def _times(self) -> Attribute:
        return Attribute(_SCHEDULE, self.meter.names.billing_schedule, _EXECUTION_TIME)

    async def billing_day(self) -> int:
        """The day of the month that the meter's schedule holds. Raises DecodeError for a schedule of another kind."""
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            times = await client.get(self._times)
        match times:
            case Array((Structure((OctetString(), OctetString() as day)),)):
                number = Date.from_bytes(bytes(day)).day
                return 31 if number == _LAST_DAY else number
        raise DecodeError("the schedule that ends billing periods holds no single day of the month")

    async def set_day(self, day: int) -> None:
        """Write the day, as the headend does."""
        when = Date(UNSPECIFIED_YEAR, UNSPECIFIED, day, UNSPECIFIED)
        occasion = Structure([OctetString(Time(0, 0, 0, 0).to_bytes()), OctetString(when.to_bytes())])
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            await client.set(self._times, Array([occasion]))

    async def change_day(self, day: int) -> None:
        """Change the day from the one in force."""
        self.cycle.old_day, self.cycle.new_day = await self.billing_day(), day
        self.cycle.changed_at = self.clock.now()
        await self.set_day(day)

    # -- time ----------------------------------------------------------------------------------------------------

    async def offset_s(self) -> float:
        """Local time of the meter less UTC now."""
        async with self.meter.session(ask=True) as client:
            return ((await self.meter.meter(client).clock()).offset_min or 0) * 60.0

    async def ends_ahead(self, count: int) -> list[date]:
        """The local dates on which the next periods should end."""
        today = datetime.fromtimestamp(self.cycle.changed_at + await self.offset_s(), UTC).date()
        return expected_ends(self.cycle.old_day, self.cycle.new_day, today, count)

    async def let_end(self, ends: list[date]) -> None:
        """Let periods end at these local midnights; the moments (UTC, s) are kept."""
        offset_s = await self.offset_s()
        for end in ends:
            midnight = datetime(end.year, end.month, end.day, tzinfo=UTC).timestamp()
            await self.wait_until(midnight - offset_s + AFTER_END_S)
            offset_s = await self.offset_s()
            await self.wait_until(midnight - offset_s + AFTER_END_S)
            self.cycle.expected.append(midnight - offset_s)

    # -- reading -------------------------------------------------------------------------------------------------

    async def closings_of_meter(self, start: float, end: float) -> list[Closing]:
        """The billing profile's rows in [start, end]; how many had no time stamp is recorded."""
        async with self.meter.session(ask=True) as client:
            rows = await self.meter.meter(client).billing(start, end)
        self.record_list("ends of periods without a time stamp", (str(row.status) for row in rows if row.at is None))
        return _closings(rows)

    async def midnights_of_meter(self, start: float, end: float) -> list[Closing]:
        """The daily profile's rows in [start, end]."""
        async with self.meter.session(ask=True) as client:
            return _closings(await self.meter.meter(client).daily_profile(start, end))

    async def closings_of_office(self, actor: str, asker: str = OPERATOR) -> list[Closing]:
        """What a system answers about the ends of the meter's last periods."""
        now = self.clock.now()
        async with self.office(actor).session(asker) as office:
            found = await office.read((meter_name(self.station),), (ReadingKind.BILLING,), now - LOOK_BACK_S, now)
        return [closing for meter in found.meters for closing in _of_message(meter)]

    async def changes_logged(self) -> list[tuple[float, object]]:
        """When changes of configuration were logged since the day was changed, and who made them."""
        declared = declared_events(self.station.lab.seat(self.meter.seat).device)
        kind = declared.find("configuration_changed")
        log = kind.log if kind is not None and kind.log else "standard"
        async with self.meter.session(ask=True) as client:
            events = await self.meter.meter(client).events(log)
        return [
            (event.at, declared.originator(event))
            for event in events
            if event.at is not None
            and declared.meaning_of(event) == "configuration_changed"
            and event.at >= self.cycle.changed_at - self.dt_clk
        ]


def _closings(rows: list[Interval]) -> list[Closing]:
    return [
        Closing(row.at, {name: reading.value for name, reading in row.readings.items()}, row.status)
        for row in rows
        if row.at is not None
    ]


def _of_message(reading: MeterReading) -> list[Closing]:
    ends = dict.fromkeys(one.time_stamp for one in reading.readings)
    names = {kind: name for name, kind in _TYPES.items()}
    return [
        Closing(
            parse_iso(end),
            {
                names.get(one.reading_type, str(one.reading_type)): float(one.value)
                for one in reading.readings
                if one.time_stamp == end
            },
        )
        for end in ends
    ]
