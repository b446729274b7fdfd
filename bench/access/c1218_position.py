"""Where an ANSI meter keeps its position: coordinates 1 and 2 of table 6, as decimal degrees in ten characters.

A meter whose owner uses another notation is not read here: table 6 leaves it to the owner.
"""

from __future__ import annotations

from dataclasses import replace

from bench.access.c1218 import C1218Access
from bench.access.dlms_clients import ClientsError
from bench.access.position import Place
from drivers.c1218.client import C1218Client
from drivers.c1218.errors import DecodeError
from drivers.c1219.general import GEN_CONFIG, UTILITY, UTILITY_LAYOUT, Configuration


class UtilityPosition:
    """The position in table 6."""

    def __init__(self, access: C1218Access) -> None:
        self._access = access

    @property
    def writer(self) -> str:
        """The client that may write the table. Raises ClientsError where none may."""
        rights = self._access.rights
        for role in self._access.clients:
            if rights.may_write(role, UTILITY):
                return role
        raise ClientsError(f"the device in seat {self._access.seat} declares no client that may write table 6")

    async def read(self, client: C1218Client) -> Place:
        """The position; raises the meter's refusals, DecodeError for another notation and for none."""
        formats = Configuration.decode(await client.read(GEN_CONFIG)).formats
        utility = UTILITY_LAYOUT.decode(await client.read(UTILITY), formats)
        return Place(_degrees(utility.coordinate1), _degrees(utility.coordinate2))

    async def write(self, client: C1218Client, place: Place) -> None:
        """Write it; raises the meter's refusals."""
        formats = Configuration.decode(await client.read(GEN_CONFIG)).formats
        utility = UTILITY_LAYOUT.decode(await client.read(UTILITY), formats)
        moved = replace(utility, coordinate1=_written(place.latitude), coordinate2=_written(place.longitude))
        await client.write(UTILITY, UTILITY_LAYOUT.encode(moved, formats))


def _written(degrees: float) -> bytes:
    return f"{degrees:+010.5f}".encode()


def _degrees(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        raise DecodeError(f"a coordinate of table 6 is no number of degrees: {text!r}") from None
