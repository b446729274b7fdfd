"""What the device file of a Modbus device declares: units, clients, its register map, who may do what, its log.

    [pixit.modbus]
    units = [1]                           # the unit ids that answer; the first is the device
    timeout_s = 2.0                       # how long a response may take
    broadcast = ["command"]               # points that a broadcast may write; none by default
    idle = "lamps"                        # a point that every client may read, for tests of the link
    setting = "hold"                      # a setting that may be changed and changed back
    settings_kept = ["mode", "hold"]      # settings that outlive a power cut
    pipeline = 1                          # how many requests it takes on TCP before it answers the first
    log = { address = 4096, space = "input", entry = 24, first = 4, entries = 1 }

    [pixit.modbus.points]
    voltage = { address = 1, space = "input", scale = 0.1, unit = "V" }
    status = { address = 16, space = "input", repeat = 6 }       # status_1 to status_6
    latitude = { address = 4, kind = "i32", scale = 1e-4, range = [-90, 90] }

    [pixit.clients.management]            # on Modbus/TLS; plain Modbus knows no clients
    role = "Headend"
    credential = "management"             # a name in [secrets]: PEM of key, certificate and anchors

    [[pixit.access_table]]
    space = "input"
    first = 0
    last = 4095
    roles = ["management", "reader"]      # or "anonymous"
    write = false

Addresses are those on the wire, from 0. What no entry of the access table grants is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from bench.access.dlms_clients import ClientsError
from bench.lab.device import Device
from bench.lab.strict import Strict, mistakes_in
from drivers.modbus.codes import Space
from drivers.modbus.points import Point, repeated

ANONYMOUS = "anonymous"
_SPACES = {"coil": Space.COIL, "discrete": Space.DISCRETE_INPUT, "holding": Space.HOLDING, "input": Space.INPUT}


def _space(name: object) -> object:
    return _SPACES.get(name, name) if isinstance(name, str) else name


SpaceName = Annotated[Space, BeforeValidator(_space)]


class PointTable(Strict):
    """``[pixit.modbus.points]``. ``repeat``: so many of them, ``stride`` addresses apart (by default side by side),
    their numbers from 1 after the name. ``range``: the values that may be written.
    """

    address: int = Field(ge=0, le=0xFFFF)
    kind: str = "u16"
    space: SpaceName = Space.HOLDING
    scale: float = 1.0
    unit: str = ""
    count: int = 0
    swapped: bool = False
    repeat: int = 0
    stride: int = 0
    range: tuple[float, float] | None = None

    def points(self, name: str) -> Mapping[str, Point]:
        """The points by name. Raises ValueError."""
        first = Point(name, self.address, self.kind, self.space, self.scale, self.unit, self.count, self.swapped)
        return repeated(first, self.repeat, self.stride)


class LogTable(Strict):
    """Where the device's log stands: from ``address`` a header of ``first`` items, of which item ``entries`` is the
    number of entries; then entries of ``entry`` items, newest first. The offsets in an entry are those of the fields;
    ``write_code`` and ``power_up_code`` are the codes of a write and of the power coming up.
    """

    address: int
    space: SpaceName = Space.INPUT
    first: int
    entry: int
    entries: int
    capacity: int
    sequence: int = 0
    time: int = 2
    code: int = 4
    result: int = 5
    subject: int = 6
    before: int = 8
    after: int = 10
    who: tuple[int, int] | None = None
    write_code: int = 1
    power_up_code: int | None = None


class Points(dict[str, Point]):
    """Points by name. One that is asked for by index must have been declared."""

    def __missing__(self, name: str) -> Point:
        raise ClientsError(f"the device file's pixit.modbus.points has no {name!r}, which this test needs")


class ModbusTable(Strict):
    """``[pixit.modbus]``."""

    units: tuple[int, ...] = (1,)
    timeout_s: float = 1.0
    broadcast: tuple[str, ...] = ()
    idle: str = ""
    setting: str = ""
    settings_kept: tuple[str, ...] = ()
    pipeline: int = Field(default=1, ge=1)
    log: LogTable | None = None
    points: Mapping[str, PointTable] = {}

    @cached_property
    def map(self) -> Mapping[str, Point]:
        """The register map by name. A name that it does not have raises ClientsError."""
        return Points(
            {name: point for stem, table in self.points.items() for name, point in table.points(stem).items()}
        )


class ModbusClientTable(Strict):
    """``[pixit.clients.ROLE]``: the role in its certificate, and the name of its credential in ``[secrets]``."""

    role: str = ""
    credential: str


class ModbusRightTable(Strict):
    """``[[pixit.access_table]]``: ``roles`` are those of ``pixit.clients``, ``last`` is included."""

    space: SpaceName
    first: int
    last: int
    roles: tuple[str, ...]
    write: bool = False


@dataclass(frozen=True)
class ModbusRights:
    """The declared rights."""

    tables: tuple[ModbusRightTable, ...]

    def may_read(self, role: str, space: Space, address: int, count: int = 1) -> bool:
        """Whether ``role`` may read all of these."""
        return self._may(role, space, address, count, write=False)

    def may_write(self, role: str, space: Space, address: int, count: int = 1) -> bool:
        """Whether ``role`` may write all of these."""
        return self._may(role, space, address, count, write=True)

    def _may(self, role: str, space: Space, address: int, count: int, *, write: bool) -> bool:
        granted = [one for one in self.tables if one.space is space and role in one.roles and (one.write or not write)]
        return all(any(one.first <= at <= one.last for one in granted) for at in range(address, address + count))


def modbus_of(device: Device | None) -> ModbusTable:
    """What is declared of Modbus. Raises ClientsError."""
    return _table(ModbusTable, device.pixit.get("modbus", {}) if device is not None else {}, "pixit.modbus")  # type: ignore[no-any-return]


def clients_of(device: Device | None) -> Mapping[str, ModbusClientTable]:
    """The declared clients by role. Raises ClientsError."""
    declared = device.pixit.get("clients", {}) if device is not None else {}
    return {role: _table(ModbusClientTable, table, f"pixit.clients.{role}") for role, table in declared.items()}


def rights_of(device: Device | None) -> ModbusRights:
    """The declared rights. Raises ClientsError."""
    entries = device.pixit.get("access_table", []) if device is not None else []
    tables = [_table(ModbusRightTable, one, f"pixit.access_table {number}") for number, one in enumerate(entries, 1)]
    return ModbusRights(tuple(tables))


def _table(model: type[Any], value: object, where: str) -> Any:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        wrong = "; ".join(mistakes_in(model, error))
        raise ClientsError(f"{where}: {wrong}") from None
