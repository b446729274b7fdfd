"""The limiter (class 71) of a meter, as its management client sets it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from drivers.dlms.apdu import Attribute
from drivers.dlms.data import U16, U32, Array, Data, DateTime, OctetString, Structure

if TYPE_CHECKING:
    from bench.access.dlms import DlmsAccess
    from drivers.dlms.client import DlmsClient

LIMITER = 71
THRESHOLD_ACTIVE, THRESHOLD_NORMAL, THRESHOLD_EMERGENCY = 3, 4, 5
OVER_DURATION, UNDER_DURATION = 6, 7
EMERGENCY_PROFILE, EMERGENCY_GROUPS, EMERGENCY_ACTIVE = 8, 9, 10
_SETTINGS = (
    THRESHOLD_NORMAL,
    THRESHOLD_EMERGENCY,
    OVER_DURATION,
    UNDER_DURATION,
    EMERGENCY_PROFILE,
    EMERGENCY_GROUPS,
)


class Limiter:
    """The limiter behind ``client``, an open association. Raises what the client raises."""

    def __init__(self, access: DlmsAccess, client: DlmsClient) -> None:
        self._name = access.names.limiter
        self._client = client

    async def read(self, attribute: int) -> Data:
        """One attribute."""
        return await self._client.get(Attribute(LIMITER, self._name, attribute))

    async def settings(self) -> Mapping[int, Data]:
        """What can be written, by attribute."""
        return {attribute: await self.read(attribute) for attribute in _SETTINGS}

    async def write(self, settings: Mapping[int, Data]) -> None:
        """Write attributes in the order given."""
        for attribute, value in settings.items():
            await self._client.set(Attribute(LIMITER, self._name, attribute), value)

    async def emergency_is_active(self) -> bool:
        """Whether the emergency profile is in force."""
        return bool(await self.read(EMERGENCY_ACTIVE))

    async def threshold(self) -> Data:
        """The threshold in force, in the unit of the monitored value."""
        return await self.read(THRESHOLD_ACTIVE)


def emergency(group: int, begins_at: float, duration_s: int, offset_min: int) -> Data:
    """An emergency profile: its group, when it begins (UTC, s) and how long it lasts.

    ``offset_min``: from UTC to the meter's local time.
    """
    begins = DateTime.at(begins_at, deviation=-offset_min)
    return Structure([U16(group), OctetString(begins.to_bytes()), U32(duration_s)])


def first_group(groups: Data) -> int | None:
    """The first of the emergency groups that a meter belongs to."""
    if isinstance(groups, Array) and len(groups) and isinstance(groups[0], int):
        return int(groups[0])
    return None
