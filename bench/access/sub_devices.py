"""The gas and water meters behind a meter, as its device file declares them (PIXIT ``sub_devices``).

    [[pixit.sub_devices]]
    channel = 1                           # n: M-Bus client 0.n.24.1.0, reading 0.n.24.2.1, hourly readings 0.n.24.3.0
    medium = "gas"                        # or "water"
    identifier = "AMB019379776103"        # what stands on its plate, 0.n.96.1.0

Names of the objects as in Dutch meters (DSMR). Device types of M-Bus are those of EN 13757-3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.access.dlms import DlmsAccess
from bench.access.dlms_clients import ClientsError
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Array, Enum, Integer, OctetString, Structure
from drivers.dlms.datetimes import DateTime
from drivers.dlms.errors import DecodeError
from drivers.dlms.obis import Obis
from drivers.dlms.selection import by_range
from drivers.dlms.units import Unit

MEDIA = {"gas": 3, "water": 7}
_DATA, _EXTENDED, _PROFILE, _MBUS = 1, 4, 7, 72


@dataclass(frozen=True)
class SubDeviceObjects:
    """One channel of the meter, and what is declared to hang on it."""

    channel: int
    medium: str
    identifier: str

    def _name(self, c: int, d: int, e: int) -> Obis:
        return Obis(bytes((0, self.channel, c, d, e, 255)))

    @property
    def device_type(self) -> Attribute:
        """The M-Bus client's device_type."""
        return Attribute(_MBUS, self._name(24, 1, 0), 9)

    @property
    def plate(self) -> Attribute:
        """The equipment identifier."""
        return Attribute(_DATA, self._name(96, 1, 0), 2)

    def reading(self, attribute: int) -> Attribute:
        """The last reading: 2 value, 3 scaler and unit, 4 status, 5 capture time."""
        return Attribute(_EXTENDED, self._name(24, 2, 1), attribute)

    @property
    def hourly(self) -> Attribute:
        """The buffer of the hourly readings."""
        return Attribute(_PROFILE, self._name(24, 3, 0), 2)


@dataclass(frozen=True)
class SubReading:
    """A reading as counted, in 10**``scaler`` of ``unit``, and when it was captured (UTC, s)."""

    at: float
    raw: int
    scaler: int = 0
    unit: int = 0


def sub_devices(access: DlmsAccess) -> Sequence[SubDeviceObjects]:
    """What is declared. Raises ClientsError for an entry that says not enough."""
    try:
        return tuple(
            SubDeviceObjects(int(one["channel"]), str(one["medium"]), str(one["identifier"]))
            for one in access.pixit("sub_devices", [])
        )
    except KeyError as error:
        raise ClientsError(f"pixit.sub_devices: an entry does not say {error}") from None


async def read_plate(client: DlmsClient, device: SubDeviceObjects) -> tuple[int, str]:
    """Device type and identifier. Raises the meter's refusals and DecodeError."""
    kind, plate = await client.get(device.device_type), await client.get(device.plate)
    if not isinstance(kind, Integer) or not isinstance(plate, OctetString):
        raise DecodeError(f"channel {device.channel}: device type {kind!r}, identifier {plate!r}")
    return int(kind), bytes(plate).decode("ascii", "replace")


async def read_last(client: DlmsClient, device: SubDeviceObjects) -> SubReading:
    """The last reading. Raises the meter's refusals and DecodeError."""
    value, scale, captured = [await client.get(device.reading(number)) for number in (2, 3, 5)]
    if not isinstance(value, Integer) or not isinstance(scale, Structure) or not isinstance(captured, OctetString):
        raise DecodeError(f"channel {device.channel}: reading {value!r}, {scale!r}, {captured!r}")
    exponent, unit = scale
    if not isinstance(exponent, Integer) or not isinstance(unit, Enum):
        raise DecodeError(f"channel {device.channel}: scaler and unit {scale!r}")
    return SubReading(_moment(bytes(captured)), int(value), int(exponent), int(unit))


async def read_hours(client: DlmsClient, device: SubDeviceObjects, start: float, end: float) -> list[SubReading]:
    """The hourly readings with a time in [start, end]. Raises the meter's refusals and DecodeError."""
    rows = await client.get(device.hourly, by_range(DateTime.at(start), DateTime.at(end)))
    if not isinstance(rows, Array):
        raise DecodeError(f"channel {device.channel}: the hourly readings are no array")
    found = []
    for row in rows:
        if not isinstance(row, Structure) or len(row) != 3:
            raise DecodeError(f"channel {device.channel}: a row is {row!r}")
        moment, _status, value = row
        if not isinstance(moment, OctetString) or not isinstance(value, Integer):
            raise DecodeError(f"channel {device.channel}: a row is {row!r}")
        found.append(SubReading(_moment(bytes(moment)), int(value)))
    return found


def is_volume(reading: SubReading) -> bool:
    """Whether it is counted in litres, as cubic metres of three decimals."""
    return reading.unit == Unit.CUBIC_METRE and reading.scaler == -3


def _moment(raw: bytes) -> float:
    try:
        return DateTime.from_bytes(raw).timestamp()
    except ValueError as error:
        raise DecodeError(f"a time of capture that names no moment: {error}") from None
