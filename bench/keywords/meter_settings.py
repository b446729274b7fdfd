"""Settings of a meter that a test changes and puts back: attributes as they were, and its rules of daylight saving."""

from __future__ import annotations

from datetime import datetime

from bench.keywords.process import ProcessLibrary
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import Data, OctetString
from drivers.dlms.datetimes import UNSPECIFIED, UNSPECIFIED_DEVIATION, UNSPECIFIED_YEAR, DateTime

_CLOCK, _SAVING_BEGIN, _SAVING_END = 8, 5, 6


class MeterSettings(ProcessLibrary):
    """What is set, and what was there before."""

    def __init__(self) -> None:
        super().__init__()
        self._before: list[tuple[Attribute, Data]] = []

    async def set_attribute(self, attribute: Attribute, value: Data) -> None:
        """Set an attribute, and keep what it was."""
        async with self.meter.session(ask=True) as client:
            self._before.append((attribute, await client.get(attribute)))
            await client.set(attribute, value)

    async def set_back(self) -> None:
        """Set every attribute to what it was, the last one first."""
        before, self._before = self._before, []
        if before:
            async with self.meter.session(ask=True) as client:
                for attribute, value in reversed(before):
                    await client.set(attribute, value)

    async def set_saving(self, begin: datetime, end: datetime) -> None:
        """Let daylight saving begin and end at these hours of every year, in local time just before the change."""
        clock = self.meter.names.clock
        await self.set_attribute(Attribute(_CLOCK, clock, _SAVING_BEGIN), _rule(begin))
        await self.set_attribute(Attribute(_CLOCK, clock, _SAVING_END), _rule(end))


def _rule(local: datetime) -> Data:
    """A day and hour of every year (class 8, attributes 5 and 6)."""
    value = DateTime(
        UNSPECIFIED_YEAR, local.month, local.day, UNSPECIFIED, local.hour, 0, 0, 0, UNSPECIFIED_DEVIATION, 0
    )
    return OctetString(value.to_bytes())
