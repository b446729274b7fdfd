"""`DlmsMeter`: the role `drivers.roles.Meter` on an associated `DlmsClient`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from drivers.dlms.apdu import Attribute, GetResult, Method, Selection
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import I8, Data, DateTime, Enum, Float32, Float64, Integer, OctetString, Structure
from drivers.dlms.datetimes import UNSPECIFIED_DEVIATION, UNSPECIFIED_STATUS
from drivers.dlms.enums import ClockStatus, Conformance, DataAccessResult
from drivers.dlms.errors import DataAccessError, DecodeError, EncodeError
from drivers.dlms.obis import Obis
from drivers.dlms.object_names import (
    DEMAND_REGISTER,
    EXTENDED_REGISTER,
    INSTANTANEOUS,
    REGISTER,
    ObjectNames,
)
from drivers.dlms.profile import Row, columns_of, moment_of, rows_of
from drivers.dlms.selection import CaptureObject, by_range
from drivers.dlms.units import symbol
from drivers.metering import (
    ClockReading,
    Interval,
    LoggedEvent,
    MeterIdentity,
    Reading,
    SwitchState,
    SwitchStatus,
)

_DATA, _PROFILE, _CLOCK, _DISCONNECT_CONTROL = 1, 7, 8, 70
_ABSENT = (
    DataAccessResult.OBJECT_UNDEFINED,
    DataAccessResult.OBJECT_UNAVAILABLE,
    DataAccessResult.READ_WRITE_DENIED,
    DataAccessResult.SCOPE_OF_ACCESS_VIOLATED,
)
_SCALER_UNIT = 3
_EVENT_CODE = bytes((96, 11))
"""Groups C and D of event code objects."""


class DlmsMeter:
    """A meter behind ``client``, which the caller associates and closes. ``names`` come from the device's PIXIT.

    ``deviation_min`` is used where the meter's times do not say theirs (minutes from local time to UTC). Calls raise
    what the client raises, and DecodeError for an attribute that is not what its class says.
    """

    def __init__(self, client: DlmsClient, names: ObjectNames | None = None, deviation_min: int = 0) -> None:
        self.client = client
        self.names = names if names is not None else ObjectNames()
        self.deviation_min = deviation_min
        self._scalers: dict[Obis, tuple[int, int]] = {}

    # -- identity and clock --------------------------------------------------------------------------------------

    async def identity(self) -> MeterIdentity:
        """Logical device name, serial number, active firmware; None for what this client may not read."""
        return MeterIdentity(
            await self._text(self.names.device_name),
            await self._text(self.names.serial_number),
            await self._text(self.names.firmware),
        )

    async def clock(self) -> ClockReading:
        """Class 8, attribute 2."""
        value = await self.client.get(Attribute(_CLOCK, self.names.clock, 2))
        time = moment_of(value)
        if time is None:
            raise DecodeError("the clock's time is not a date-time")
        return ClockReading(
            self._timestamp(time),
            None if time.status == UNSPECIFIED_STATUS else time.status,
            None if time.deviation == UNSPECIFIED_DEVIATION else -time.deviation,
        )

    async def set_clock(self, at: float) -> None:
        """Set the time, in the deviation that the meter itself uses now."""
        now = await self.clock()
        deviation = self.deviation_min if now.offset_min is None else -now.offset_min
        status = (now.status or 0) & ClockStatus.DAYLIGHT_SAVING_ACTIVE
        time = DateTime.at(at, deviation=deviation, status=status)
        await self.client.set(Attribute(_CLOCK, self.names.clock, 2), OctetString(time.to_bytes()))

    # -- registers -----------------------------------------------------------------------------------------------

    async def register(self, name: str) -> Reading:
        """A register by its name in `ObjectNames`, or by its OBIS code. Raises ValueError for neither."""
        register = self.names.register(name)
        time_attribute = {EXTENDED_REGISTER: 5, DEMAND_REGISTER: 6}.get(register.class_id)
        unit_attribute = 4 if register.class_id == DEMAND_REGISTER else _SCALER_UNIT
        indices = [2, unit_attribute] + ([time_attribute] if time_attribute is not None else [])
        results = await self._several([Attribute(register.class_id, register.instance, index) for index in indices])
        scaler, unit = _scaler_unit(results[1])
        captured = moment_of(results[2]) if len(results) > 2 else None
        captured_at = self._timestamp(captured) if captured is not None else None
        return _reading(name, results[0], scaler, unit, captured_at)

    async def instantaneous(self) -> dict[str, Reading]:
        """Voltages, currents, powers, frequency, by name; what the meter does not have is left out."""
        return await self.registers(INSTANTANEOUS)

    async def registers(self, names: Sequence[str]) -> dict[str, Reading]:
        """Several registers by name; what the meter does not have is left out. Raises ValueError as `register`."""
        readings = {}
        for name in names:
            try:
                readings[name] = await self.register(name)
            except DataAccessError as error:
                if error.result not in _ABSENT:
                    raise
        return readings

    # -- profiles ------------------------------------------------------------------------------------------------

    async def load_profile(self, start: float, end: float) -> list[Interval]:
        """Rows of the load profile with a time stamp in [start, end]."""
        return await self.profile(self.names.load_profile, start, end)

    async def daily_profile(self, start: float, end: float) -> list[Interval]:
        """Rows of the daily profile with a time stamp in [start, end]."""
        return await self.profile(self.names.daily_profile, start, end)

    async def billing(self, start: float | None = None, end: float | None = None) -> list[Interval]:
        """The billing profile, all of it or what has a time stamp in [start, end]."""
        return await self.profile(self.names.billing_profile, start, end)

    async def profile(self, instance: Obis, start: float | None = None, end: float | None = None) -> list[Interval]:
        """Rows of any profile of readings, all of them or those with a time stamp in [start, end]."""
        columns, rows = await self._rows(instance, start, end)
        units = {column: await self._scaler_of(column) for column in columns if _is_reading(column)}
        return [self._interval(row, columns, units) for row in rows]

    async def events(
        self, log: str = "standard", start: float | None = None, end: float | None = None
    ) -> list[LoggedEvent]:
        """Entries of an event log, by its name in `ObjectNames`, oldest first. Raises KeyError for another name."""
        columns, rows = await self._rows(self.names.logs[log], start, end)
        return [self._event(log, row, columns) for row in rows]

    # -- disconnect switch ---------------------------------------------------------------------------------------

    async def switch(self) -> SwitchStatus:
        """Output state, control state and control mode of the disconnect control (class 70)."""
        name = self.names.disconnect_control
        attributes = [Attribute(_DISCONNECT_CONTROL, name, index) for index in (2, 3, 4)]
        output, state, mode = await self._several(attributes)
        if not isinstance(output, bool) or not isinstance(state, Integer) or not isinstance(mode, Integer):
            raise DecodeError("the disconnect control's attributes are not boolean, enum, enum")
        try:
            return SwitchStatus(output, SwitchState(state), int(mode))
        except ValueError as error:
            raise DecodeError(str(error)) from None

    async def switch_output(self) -> bool:
        """The output state alone; not every meter has the other attributes."""
        output = await self.client.get(Attribute(_DISCONNECT_CONTROL, self.names.disconnect_control, 2))
        if not isinstance(output, bool):
            raise DecodeError("the disconnect control's output state is no boolean")
        return output

    async def switch_state(self) -> SwitchState:
        """The control state alone."""
        state = await self.client.get(Attribute(_DISCONNECT_CONTROL, self.names.disconnect_control, 3))
        if not isinstance(state, Integer) or int(state) not in tuple(SwitchState):
            raise DecodeError("the disconnect control's control state is none of its class")
        return SwitchState(state)

    async def set_control_mode(self, mode: int) -> None:
        """control_mode 0 to 7: which transitions exist."""
        await self.client.set(Attribute(_DISCONNECT_CONTROL, self.names.disconnect_control, 4), Enum(mode))

    async def disconnect(self) -> None:
        """remote_disconnect. Returns when the meter took the order, not when the contacts are open."""
        await self.client.action(Method(_DISCONNECT_CONTROL, self.names.disconnect_control, 1), I8(0))

    async def reconnect(self) -> None:
        """remote_reconnect. What follows depends on the control mode: closed, or ready for somebody to press."""
        await self.client.action(Method(_DISCONNECT_CONTROL, self.names.disconnect_control, 2), I8(0))

    # -- parts ---------------------------------------------------------------------------------------------------

    async def _several(self, attributes: Sequence[Attribute]) -> list[Data]:
        """Values of several attributes, in one request where the association agreed on that. Raises DataAccessError."""
        if Conformance.MULTIPLE_REFERENCES in self.client.negotiated.conformance:
            results: Sequence[GetResult] = await self.client.get_list(attributes)
        else:
            results = [await self.client.get(attribute) for attribute in attributes]
        values: list[Data] = []
        for attribute, result in zip(attributes, results, strict=True):
            if isinstance(result, DataAccessResult):
                raise DataAccessError(result, str(attribute))
            values.append(result)
        return values

    async def _text(self, instance: Obis) -> str | None:
        try:
            value = await self.client.get(Attribute(_DATA, instance, 2))
        except DataAccessError as error:
            if error.result in _ABSENT:
                return None
            raise
        return value.decode("latin-1") if isinstance(value, OctetString) else str(value)

    async def _rows(
        self, instance: Obis, start: float | None, end: float | None
    ) -> tuple[tuple[CaptureObject, ...], list[Row]]:
        captured, period = await self._several([Attribute(_PROFILE, instance, 3), Attribute(_PROFILE, instance, 4)])
        columns = columns_of(captured)
        selection = self._range(columns, start, end)
        buffer = await self.client.get(Attribute(_PROFILE, instance, 2), selection)
        return columns, rows_of(buffer, columns, int(period) if isinstance(period, Integer) else 0)

    def _range(self, columns: Sequence[CaptureObject], start: float | None, end: float | None) -> Selection | None:
        if start is None and end is None:
            return None
        clock = next((column for column in columns if column.class_id == _CLOCK), None)
        if clock is None:
            raise EncodeError("a profile without a clock column cannot be read by time")
        first = DateTime.at(start if start is not None else 0.0, deviation=self.deviation_min)
        last = DateTime.at(end if end is not None else 4e9, deviation=self.deviation_min)
        return by_range(first, last, clock)

    async def _scaler_of(self, column: CaptureObject) -> tuple[int, int]:
        if column.instance not in self._scalers:
            index = 4 if column.class_id == DEMAND_REGISTER else _SCALER_UNIT
            value = await self.client.get(Attribute(column.class_id, column.instance, index))
            self._scalers[column.instance] = _scaler_unit(value)
        return self._scalers[column.instance]

    def _interval(
        self, row: Row, columns: Sequence[CaptureObject], units: dict[CaptureObject, tuple[int, int]]
    ) -> Interval:
        readings: dict[str, Reading] = {}
        status: int | None = None
        for column, value in zip(columns, row.values, strict=True):
            if column in units:
                name = self.names.name_of(column.instance)
                readings[name] = _reading(name, value, *units[column], captured_at=None)
            elif column.class_id == _DATA and isinstance(value, Integer) and status is None:
                status = int(value)
        clock_status = row.time.status if row.time is not None and row.time.status != UNSPECIFIED_STATUS else None
        return Interval(self._timestamp(row.time), status, readings, clock_status)

    def _event(self, log: str, row: Row, columns: Sequence[CaptureObject]) -> LoggedEvent:
        cells = {column: value for column, value in zip(columns, row.values, strict=True) if column.class_id != _CLOCK}
        codes = [column for column, value in cells.items() if isinstance(value, Integer)]
        code = next((column for column in codes if column.instance[2:4] == _EVENT_CODE), codes[0] if codes else None)
        if code is None:
            raise DecodeError(f"an entry of the {log} log without an event code")
        others = {str(column.instance): value for column, value in cells.items() if column is not code}
        return LoggedEvent(log, self._timestamp(row.time), int(cells[code]), others)  # type: ignore[arg-type]

    def _timestamp(self, time: DateTime | None) -> float | None:
        if time is None:
            return None
        try:
            return time.timestamp(deviation=self.deviation_min)
        except (ValueError, OverflowError):
            return None


def _is_reading(column: CaptureObject) -> bool:
    return column.class_id in (REGISTER, EXTENDED_REGISTER, DEMAND_REGISTER) and column.attribute == 2


def _scaler_unit(value: Data) -> tuple[int, int]:
    match value:
        case Structure((Integer() as scaler, Integer() as unit)):
            return int(scaler), int(unit)
    raise DecodeError("a scaler_unit that is not {integer, enum}")


def _reading(name: str, value: Data, scaler: int, unit: int, captured_at: float | None) -> Reading:
    if isinstance(value, Integer):
        scaled = float(Decimal(int(value)).scaleb(scaler))
        return Reading(name, scaled, symbol(unit), int(value), scaler, captured_at)
    if isinstance(value, (Float32, Float64)):
        return Reading(name, float(value) * 10.0**scaler, symbol(unit), float(value), scaler, captured_at)
    raise DecodeError(f"register {name} holds {type(value).__name__}, no number")
