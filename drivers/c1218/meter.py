"""`C1218Meter`: the role `drivers.roles.Meter` on a `C1218Client` whose session the caller begins and ends."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, TypeVar

from drivers.c1218.client import C1218Client
from drivers.c1218.codes import ResponseCode
from drivers.c1218.errors import DecodeError, RefusedError
from drivers.c1218.names import INSTANTANEOUS, Place, ProcedureCall, TableNames
from drivers.c1218.profile import ChannelUnit, block_places, rows_of_block
from drivers.c1219.clock import (
    CLOCK,
    CLOCK_LAYOUT,
    SET_CLOCK,
    SET_DATE,
    SET_TIME,
    SetClock,
    TimeQualifier,
)
from drivers.c1219.codecs import Layout, Several
from drivers.c1219.general import (
    DEVICE_ID,
    DEVICE_ID_LAYOUT,
    GEN_CONFIG,
    MANUFACTURER,
    MFG_ID,
    OFFSET_ACCESS,
    Configuration,
)
from drivers.c1219.load_control import (
    ACT_LOAD_CONTROL,
    LOAD_CONTROL_CONFIGURATION,
    LOAD_CONTROL_LAYOUT,
    LOAD_CONTROL_STATUS,
    ControlPoint,
    PointState,
    load_control_configuration,
    load_control_status,
)
from drivers.c1219.load_profile import (
    ACT_PROFILE,
    PROFILE_CONTROL,
    PROFILE_DATA,
    PROFILE_LAYOUT,
    PROFILE_STATUS,
    PROFILE_STATUS_LAYOUT,
    ListFlags,
    profile_block,
    profile_control,
)
from drivers.c1219.logs import ACT_LOGS, EVENT_LOG, HEADER_BYTES, HISTORY, LogTable, event_log, history_log, logs_layout
from drivers.c1219.procedures import INITIATE, RESPONSE, Initiation, Outcome, Procedure, ProcedureResult
from drivers.c1219.registers import (
    ACT_REGISTERS,
    CURRENT,
    PRESENT,
    PRESENT_SELECTION,
    PREVIOUS_RESET,
    REGISTERS_LAYOUT,
    SELECTION,
    SELF_READS,
    PastData,
    RegisterData,
    past_data,
    present,
    present_selection,
    register_data,
    selection,
    self_reads,
)
from drivers.c1219.sources import (
    ACT_SOURCES,
    ACT_SOURCES_LAYOUT,
    SOURCES,
    UNITS,
    Unit,
    source_table,
    unit_of,
    unit_table,
)
from drivers.metering import (
    ClockReading,
    Interval,
    LoggedEvent,
    MeterIdentity,
    Reading,
    SwitchState,
    SwitchStatus,
)

T = TypeVar("T")
LOGS = {"standard": EVENT_LOG, "fraud": EVENT_LOG, "switch": EVENT_LOG, "communication": HISTORY}
"""The role's logs: what happened to the meter stands in one, table 76, and who accessed it in table 74."""
_STATES = {
    PointState.OFF: SwitchState.DISCONNECTED,
    PointState.ON: SwitchState.CONNECTED,
    PointState.READY: SwitchState.READY_FOR_RECONNECTION,
}
MANUFACTURER_EVENTS = 2048
_POLL_S, _POLLS = 0.5, 20


class C1218Meter:
    """A meter behind ``client``. ``names`` come from the device's PIXIT. What does not change is read once.

    Calls raise RefusedError, ProcedureRefusedError, DecodeError and what the link raises.
    """

    def __init__(self, client: C1218Client, names: TableNames | None = None) -> None:
        self.client = client
        self.names = names if names is not None else TableNames()
        self._kept: dict[int, Any] = {}
        self._sequence = random.Random().randrange(256)

    # -- tables --------------------------------------------------------------------------------------------------

    async def configuration(self) -> Configuration:
        """Table 0."""
        if GEN_CONFIG not in self._kept:
            self._kept[GEN_CONFIG] = Configuration.decode(await self.client.read(GEN_CONFIG))
        kept: Configuration = self._kept[GEN_CONFIG]
        return kept

    async def table(self, number: int, layout: Layout[T]) -> T:
        """A table by its layout."""
        formats = (await self.configuration()).formats
        return layout.decode(await self.client.read(number), formats)

    async def _once(self, number: int, layout: Layout[T]) -> T:
        if number not in self._kept:
            self._kept[number] = await self.table(number, layout)
        kept: T = self._kept[number]
        return kept

    async def start(self, call: ProcedureCall) -> tuple[Initiation, Outcome]:
        """Start a procedure; what was asked, and what the meter said of it first. Raises ProcedureRefusedError."""
        formats = (await self.configuration()).formats
        self._sequence = (self._sequence + 1) % 256
        asked = Initiation(call.number, self._sequence, call.parameters, call.manufacturer)
        await self.client.write(INITIATE, asked.encode(formats))
        return asked, await self._outcome(asked)

    async def procedure(self, call: ProcedureCall) -> bytes:
        """Start a procedure and wait until it is completed; what it returned. Raises ProcedureRefusedError."""
        asked, outcome = await self.start(call)
        clock = self.client.link.clock
        for _ in range(_POLLS):
            if outcome.result is ProcedureResult.COMPLETED:
                break
            await clock.sleep_until(clock.now() + _POLL_S)
            outcome = await self._outcome(asked)
        return outcome.data

    async def _outcome(self, asked: Initiation) -> Outcome:
        formats = (await self.configuration()).formats
        outcome = Outcome.decode(await self.client.read(RESPONSE), formats)
        outcome.answer_to(asked)
        return outcome

    # -- identity and clock --------------------------------------------------------------------------------------

    async def identity(self) -> MeterIdentity:
        """Device identification (table 5), serial number and firmware (table 1); None for what may not be read."""
        maker = await self.table(MFG_ID, MANUFACTURER)
        firmware = f"{maker.firmware_version}.{maker.firmware_revision}"
        try:
            device: str | None = (await self.table(DEVICE_ID, DEVICE_ID_LAYOUT)).identification
        except RefusedError as error:
            if error.code is not ResponseCode.ISC:
                raise
            device = None
        return MeterIdentity(device, maker.serial, firmware)

    async def clock(self) -> ClockReading:
        """Table 52. Where the clock does not say that it shows UTC, its offset is unknown."""
        shown = await self.table(CLOCK, CLOCK_LAYOUT)
        offset = 0 if TimeQualifier.GMT in shown.flags else None
        return ClockReading(shown.at, shown.qualifier, offset)

    async def set_clock(self, at: float) -> None:
        """Procedure 10, date and time together."""
        formats = (await self.configuration()).formats
        parameters = SET_CLOCK.encode(SetClock(SET_TIME | SET_DATE, at), formats)
        await self.procedure(ProcedureCall(int(Procedure.SET_TIME), parameters))

    # -- registers -----------------------------------------------------------------------------------------------

    async def register(self, name: str) -> Reading:
        """A register by its name in `TableNames`, or by its place. Raises ValueError for neither."""
        place = self.names.registers.get(name) or Place.parse(name)
        if place.present:
            return self._present_reading(name, place, await self._present_values(), await self._present_units())
        data = await self.table(CURRENT, register_data(await self._once(ACT_REGISTERS, REGISTERS_LAYOUT)))
        return await self._summation(name, place, data)

    async def instantaneous(self) -> dict[str, Reading]:
        """Values of table 28 by name, read at once."""
        values, units = await self._present_values(), await self._present_units()
        places = ((name, self.names.registers[name]) for name in INSTANTANEOUS if name in self.names.registers)
        return {
            name: self._present_reading(name, place, values, units)
            for name, place in places
            if place.present and place.index < len(values)
        }

    async def _present_values(self) -> Sequence[float]:
        actual = await self._once(ACT_REGISTERS, REGISTERS_LAYOUT)
        return (await self.table(PRESENT, present(actual))).values

    async def _present_units(self) -> Sequence[Unit | None]:
        actual = await self._once(ACT_REGISTERS, REGISTERS_LAYOUT)
        chosen = await self._once(PRESENT_SELECTION, present_selection(actual))
        return [await self._unit(source) for source in chosen.values]

    def _present_reading(
        self, name: str, place: Place, values: Sequence[float], units: Sequence[Unit | None]
    ) -> Reading:
        if place.index >= len(values):
            raise DecodeError(f"table 28 has no value {place.index}")
        return _reading(name, values[place.index], units[place.index])

    async def _summation(self, name: str, place: Place, data: RegisterData) -> Reading:
        actual = await self._once(ACT_REGISTERS, REGISTERS_LAYOUT)
        chosen = await self._once(SELECTION, selection(actual))
        if place.tier > len(data.tiers) or place.index >= actual.summations:
            raise DecodeError(f"table 23 has no summation {place.index} of tier {place.tier}")
        block = data.tiers[place.tier - 1] if place.tier else data.total
        return _reading(name, block.summations[place.index], await self._unit(chosen.summations[place.index]))

    async def _unit(self, source: int) -> Unit | None:
        """The unit of a source; None where the meter has no tables of units."""
        known = (await self.configuration()).tables
        if not {ACT_SOURCES, UNITS, SOURCES} <= known:
            return None
        actual = await self._once(ACT_SOURCES, ACT_SOURCES_LAYOUT)
        sources = await self._once(SOURCES, source_table(actual))
        return unit_of(source, sources, await self._once(UNITS, unit_table(actual)))

    # -- profiles ------------------------------------------------------------------------------------------------

    async def load_profile(self, start: float, end: float) -> list[Interval]:
        """Rows of load profile set 1 with a time stamp in [start, end], block by block."""
        actual = await self._once(ACT_PROFILE, PROFILE_LAYOUT)
        control = await self._once(PROFILE_CONTROL, profile_control(actual))
        status = await self.table(PROFILE_STATUS, PROFILE_STATUS_LAYOUT)
        formats = (await self.configuration()).formats
        layout = profile_block(actual, control.format)
        size = layout.size(formats)
        channels = [await self._channel(number, channel.source) for number, channel in enumerate(control.channels)]
        places = block_places(status, actual)
        rows: list[Interval] = []
        for place in reversed(places):
            block = layout.decode(await self.client.read_part(PROFILE_DATA, place * size, size), formats)
            valid = status.valid_intervals if place == status.last_block else actual.intervals
            found = rows_of_block(block, valid, actual, control, channels)
            rows[:0] = [row for row in found if row.at is not None and start <= row.at <= end]
            if block.end is not None and block.end - valid * actual.interval_min * 60.0 < start:
                break
        return rows

    async def _channel(self, number: int, source: int) -> ChannelUnit:
        unit = await self._unit(source)
        name = self.names.channels[number] if number < len(self.names.channels) else f"channel {number}"
        return ChannelUnit(name, unit.symbol if unit else "", unit.scaler if unit else 0)

    async def daily_profile(self, start: float, end: float) -> list[Interval]:
        """Self-reads (table 26) with a time stamp in [start, end]."""
        actual = await self._once(ACT_REGISTERS, REGISTERS_LAYOUT)
        kept = await self.table(SELF_READS, self_reads(actual))
        count = len(kept.entries)
        ordered = [kept.entries[(kept.last - back) % count] for back in range(min(kept.valid, count) - 1, -1, -1)]
        rows = [await self._past(entry) for entry in ordered]
        return [row for row in rows if row.at is not None and start <= row.at <= end]

    async def billing(self, start: float | None = None, end: float | None = None) -> list[Interval]:
        """The last closing (table 25), if it lies in [start, end]."""
        actual = await self._once(ACT_REGISTERS, REGISTERS_LAYOUT)
        row = await self._past(await self.table(PREVIOUS_RESET, past_data(actual)))
        first, last = start if start is not None else 0.0, end if end is not None else float("inf")
        return [row] if row.at is not None and first <= row.at <= last else []

    async def _past(self, entry: PastData) -> Interval:
        readings = {}
        for name, place in self.names.registers.items():
            summations = len(entry.registers.total.summations)
            if not place.present and place.tier <= len(entry.registers.tiers) and place.index < summations:
                readings[name] = await self._summation(name, place, entry.registers)
        return Interval(entry.at, None, readings)

    async def events(
        self, log: str = "standard", start: float | None = None, end: float | None = None
    ) -> list[LoggedEvent]:
        """Entries of the event log or of the history log, by their names in `LOGS`. Raises KeyError for another name.

        A manufacturer's codes count from 2048. ``others``: ``sequence``, ``user`` and ``argument``.
        """
        number = LOGS[log]
        version = (await self.configuration()).version
        actual = await self._once(ACT_LOGS, logs_layout(version))
        layout: Layout[LogTable] = event_log(actual) if number == EVENT_LOG else history_log(actual)
        table = await self._log(number, layout)
        first, last = start if start is not None else 0.0, end if end is not None else float("inf")
        return [
            LoggedEvent(
                log,
                entry.at,
                entry.code | (MANUFACTURER_EVENTS if entry.manufacturer else 0),
                {"sequence": entry.sequence, "user": entry.user, "argument": entry.argument},
            )
            for entry in table.oldest_first()
            if entry.at is None or first <= entry.at <= last
        ]

    async def _log(self, number: int, layout: Layout[LogTable]) -> LogTable:
        """A log: its head, then the entries that are valid, where the meter reads by offset and has them in front."""
        configuration = await self.configuration()
        if not configuration.access & OFFSET_ACCESS:
            return await self.table(number, layout)
        formats = configuration.formats
        head = await self.client.read_part(number, 0, HEADER_BYTES)
        valid = formats.unpack_uint(head[1:3])
        if head[0] & (ListFlags.CIRCULAR | ListFlags.NEWEST_FIRST):
            return await self.table(number, layout)
        size = layout.size(formats)
        entries = layout.fields["entries"]
        each = (size - HEADER_BYTES) // entries.count if isinstance(entries, Several) and entries.count else 0
        raw = await self.client.read_part(number, HEADER_BYTES, valid * each) if valid * each else b""
        return layout.decode((head + raw).ljust(size, b"\0"), formats)

    # -- disconnect switch ---------------------------------------------------------------------------------------

    async def _point(self) -> ControlPoint:
        actual = await self._once(ACT_LOAD_CONTROL, LOAD_CONTROL_LAYOUT)
        points = (await self.table(LOAD_CONTROL_STATUS, load_control_status(actual))).points
        if self.names.point >= len(points):
            raise DecodeError(f"table 112 has no control point {self.names.point}")
        return points[self.names.point]

    async def switch(self) -> SwitchStatus:
        """The control point of the disconnect switch in table 112."""
        point = await self._point()
        return SwitchStatus(point.level > 0, _state(point), point.mode)

    async def switch_output(self) -> bool:
        """Whether the contacts are closed, as the meter sees them."""
        return (await self._point()).level > 0

    async def switch_state(self) -> SwitchState:
        """What the logic of the switch is in."""
        return _state(await self._point())

    async def set_control_mode(self, mode: int) -> None:
        """The control point's mode in table 113."""
        actual = await self._once(ACT_LOAD_CONTROL, LOAD_CONTROL_LAYOUT)
        layout = load_control_configuration(actual)
        formats = (await self.configuration()).formats
        raw = await self.client.read(LOAD_CONTROL_CONFIGURATION)
        layout.decode(raw, formats)
        offset = self.names.point * (len(raw) // max(1, actual.points))
        await self.client.write_part(LOAD_CONTROL_CONFIGURATION, offset, bytes((mode,)))

    async def disconnect(self) -> None:
        """Order the switch to open. Returns when the meter took the order. Raises ProcedureRefusedError."""
        await self.start(self.names.disconnect)

    async def reconnect(self) -> None:
        """Order the switch to close, or to be made ready, as its mode says."""
        await self.start(self.names.connect)


def _state(point: ControlPoint) -> SwitchState:
    try:
        state = PointState(point.state)
    except ValueError:
        raise DecodeError(f"control point state {point.state}") from None
    if state is PointState.MOVING:
        return SwitchState.CONNECTED if point.level else SwitchState.DISCONNECTED
    return _STATES[state]


def _reading(name: str, raw: float, unit: Unit | None) -> Reading:
    scaler = unit.scaler if unit is not None else 0
    value = float(raw) * 10**scaler if scaler >= 0 else float(raw) / 10**-scaler
    return Reading(name, value, unit.symbol if unit is not None else "", raw, scaler)
