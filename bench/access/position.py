"""The object in which a meter keeps where it stands, as its device file declares it (PIXIT ``position``).

    [pixit.position]
    object = "0.0.128.21.0.255"             # data: a structure of latitude and longitude, integers
    units_per_degree = 10000000

North and east are positive (WGS 84).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.access.dlms_clients import ClientsError
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import I32, Data, Integer, Structure
from drivers.dlms.errors import DecodeError
from drivers.dlms.obis import Obis

_DATA, _VALUE = 1, 2
METRES_PER_DEGREE = 111_195.0
"""Along a meridian of a spherical earth of radius 6371 km."""


@dataclass(frozen=True)
class Place:
    """Latitude and longitude in degrees."""

    latitude: float
    longitude: float

    def moved(self, north_m: float, east_m: float) -> Place:
        """The place so many metres away, for distances that are small on the globe and not at a pole."""
        east_deg = east_m / (METRES_PER_DEGREE * math.cos(math.radians(self.latitude)))
        return Place(self.latitude + north_m / METRES_PER_DEGREE, self.longitude + east_deg)

    def __str__(self) -> str:
        return f"{self.latitude:.7f}, {self.longitude:.7f}"


@dataclass(frozen=True)
class PositionObject:
    """Where the position is kept, and in what units."""

    name: Obis
    units_per_degree: int

    @property
    def attribute(self) -> Attribute:
        """Its value."""
        return Attribute(_DATA, self.name, _VALUE)

    def encode(self, place: Place) -> Data:
        """The value that says ``place``."""
        values = (place.latitude, place.longitude)
        return Structure([I32(round(value * self.units_per_degree)) for value in values])

    def decode(self, value: Data) -> Place:
        """The place that a value says. Raises DecodeError for anything but two integers."""
        if not isinstance(value, Structure) or len(value) != 2 or not all(isinstance(part, Integer) for part in value):
            raise DecodeError(f"a position is a structure of two integers, not {value!r}")
        latitude, longitude = (part / self.units_per_degree for part in value if isinstance(part, int))
        return Place(latitude, longitude)


class PositionStore(Protocol):
    """Where a meter keeps its position. ``client`` is an open session on the meter's link."""

    @property
    def writer(self) -> str:
        """The client that may write it. Raises ClientsError where none may."""
        ...

    async def read(self, client: Any) -> Place:
        """The position; raises the meter's refusals and DecodeError."""
        ...

    async def write(self, client: Any, place: Place) -> None:
        """Write it; raises the meter's refusals."""
        ...


class DlmsPosition:
    """The position in that object, read and written over an association."""

    def __init__(self, access: DlmsAccess) -> None:
        self._object = position_object(access)

    @property
    def writer(self) -> str:
        """The client that configures the meter."""
        return MANAGEMENT

    async def read(self, client: DlmsClient) -> Place:
        """The position; raises the meter's refusals and DecodeError."""
        return self._object.decode(await client.get(self._object.attribute))

    async def write(self, client: DlmsClient, place: Place) -> None:
        """Write it; raises the meter's refusals."""
        await client.set(self._object.attribute, self._object.encode(place))


def position_object(access: DlmsAccess) -> PositionObject:
    """The object that the device file declares. Raises ClientsError where it declares none."""
    declared = access.pixit("position", {})
    if "object" not in declared:
        raise ClientsError("pixit.position: the device file does not say which object holds the meter's position")
    return PositionObject(Obis(str(declared["object"])), int(declared.get("units_per_degree", 10_000_000)))
