"""I-L3 on office systems: what a system says of a meter is what the meter says, exactly.

The bench reads the meter itself before and after it asks the system. A register that the system reports has to lie
between the two readings, an interval has to be equal. What a system was told (Billing) it has to hold as it was told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.controls.base import Probe
from bench.controls.office._row import exchange_of
from bench.exchanges.meters import meter_seat, seat_called
from bench.exchanges.office_kinds import OfficeOrder, OfficeReading
from bench.judgement.check import Check
from drivers.cim.office import Readings
from drivers.cim.payloads import EndDeviceStatus, IntervalBlock
from drivers.cim.times import parse_iso
from drivers.cim.vocabulary import ReadingType

if TYPE_CHECKING:
    from bench.controls.trial import Trial

EXACT = "a value is what the meter itself says"
IDENTITY = "the answer is about the meter that was asked for"
HELD = "the system holds the value as it was told"

_REGISTERS = {
    ReadingType.ENERGY_IMPORT: "energy_import",
    ReadingType.ENERGY_EXPORT: "energy_export",
}
_GROWTH_WH = 100.0
"""What flows at most between an order's readings and the bench's own: minutes of the scene's load of 1,000 W."""
_NOTHING = "the row carries no values of a meter"


async def stimulus(trial: Trial) -> None:
    """The meter, the system, the meter again; or the row's own values read back."""
    exchange = exchange_of(trial)
    await exchange.prepare()
    if isinstance(exchange, OfficeReading):
        await _reading(trial, exchange)
    else:
        await exchange.perform()
        effect = await exchange.observe()
        trial.record.observe(HELD, effect.happened, what=effect.detail, why=effect.shown_by)
        if isinstance(exchange, OfficeOrder):
            await _order(trial, exchange)
        _say_nothing(trial)
    await exchange.restore()


async def _reading(trial: Trial, exchange: OfficeReading) -> None:
    seat = seat_called(trial.station, exchange.own_meter()) or meter_seat(trial.station)
    before = await _registers(trial, seat)
    answer = await exchange.perform()
    after = await _registers(trial, seat)
    for meter, values, blocks in _told(answer):
        trial.record.observe(IDENTITY, meter == exchange.own_meter(), what=meter)
        for kind, value in values:
            if kind in _REGISTERS:
                _compare(trial, _REGISTERS[kind], value, before, after)
        await _intervals(trial, seat, blocks)
    _say_nothing(trial)


def _told(answer: Any) -> Iterator[tuple[str, Sequence[tuple[ReadingType, float]], Sequence[IntervalBlock]]]:
    """What an answer tells: meter, its values by kind, its intervals."""
    if isinstance(answer, Readings):
        for meter in answer.meters:
            yield meter.meter, [(one.reading_type, one.value) for one in meter.readings], meter.interval_blocks
    elif isinstance(answer, dict):
        for plain in answer.get("readings", ()):
            values = [(ReadingType(one["readingType"]), one["value"]) for one in plain.get("readings", ())]
            yield str(plain["meter"]), values, ()
    else:
        for status in answer:
            if isinstance(status, EndDeviceStatus):
                yield status.meter, (), ()


def _say_nothing(trial: Trial) -> None:
    """Record that there was no value to compare, where there was none."""
    if not any(one.series == EXACT for one in trial.record.observations):
        trial.record.observe(EXACT, True, what=_NOTHING)


def _compare(trial: Trial, name: str, value: float, before: Mapping[str, float], after: Mapping[str, float]) -> None:
    exact = before[name] <= value <= after[name]
    trial.record.observe(
        EXACT, exact, what=f"{name}: {value:g} Wh, meter {before[name]:g} to {after[name]:g} Wh", unit=""
    )


async def _registers(trial: Trial, seat: str) -> Mapping[str, float]:
    """The meter's own registers, read by the bench."""
    access = DlmsAccess(trial.station, seat)
    async with access.session(MANAGEMENT, ask=True) as client:
        meter = access.meter(client)
        return {name: (await meter.register(name)).value for name in _REGISTERS.values()}


async def _intervals(trial: Trial, seat: str, blocks: Sequence[IntervalBlock]) -> None:
    """Each interval against the rows of the meter's own load profile."""
    wanted = [block for block in blocks if block.reading_type is ReadingType.INTERVAL_IMPORT]
    stamps = [parse_iso(one.time_stamp) for block in wanted for one in block.readings]
    if not stamps:
        return
    access = DlmsAccess(trial.station, seat)
    async with access.session(MANAGEMENT, ask=True) as client:
        rows = await access.meter(client).load_profile(min(stamps) - wanted[0].interval_length, max(stamps))
    registers = {row.at: next(iter(row.readings.values())).value for row in rows if row.at is not None}
    for block in wanted:
        for one in block.readings:
            at = parse_iso(one.time_stamp)
            start, end = registers.get(at - block.interval_length), registers.get(at)
            own = end - start if start is not None and end is not None else None
            words = f"interval {one.time_stamp}: {one.value} Wh, meter {own} Wh"
            trial.record.observe(EXACT, one.value == own, what=words)


async def _order(trial: Trial, exchange: OfficeOrder) -> None:
    """The readings of an order that was carried out, against the registers, which stand still or go on from there."""
    after = await _registers(trial, meter_seat(trial.station))
    async with exchange.access.session(exchange.sender) as office:
        for status in (await office.orders()).orders:
            for reading in (*status.readings, *status.second_readings):
                name = _REGISTERS.get(reading.reading_type)
                if name is not None:
                    exact = after[name] - _GROWTH_WH <= reading.value <= after[name]
                    words = f"{name} of the order: {reading.value:g} Wh, meter {after[name]:g} Wh"
                    trial.record.observe(EXACT, exact, what=words)


def checks(trial: Trial) -> Sequence[Check]:
    found = [Check("values are the meter's own, exactly", "always", EXACT)]
    exchange = exchange_of(trial)
    if isinstance(exchange, OfficeReading):
        found.append(Check("they are of the meter that was asked for", "always", IDENTITY))
    else:
        found.append(Check("what the row carries arrives as it was sent", "always", HELD))
    return found


PROBE = Probe("I-L3", "office_https", stimulus, checks)
