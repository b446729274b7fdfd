"""5.1.4 on AMI-32: the customer's display reads the meter's consumer port, and listens at its port P1."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar

from bench.access.dlms import DlmsAccess
from bench.access.p1 import LINK, listening
from bench.exchanges.dlms.consumption_status import ConsumerReading
from bench.exchanges.dlms_exchange import CONSUMER
from bench.exchanges.usage import Past, Shown, UsageView
from drivers.dlms.apdu import Attribute
from drivers.dlms.errors import DlmsError
from drivers.p1.telegram import P1Error, Telegram
from drivers.transport.base import SilenceError, TransportError

_REGISTER = 3
_NAMES = ("power_import", "energy_import", "energy_export")
_TELEGRAM_S = 2.5
"""A telegram comes every second."""
_RATES = (1, 2)


class ShowUsage(ConsumerReading):
    """Power of now, energies."""

    rows = ("5.1.4/AMI-32/Meter-CEMS",)
    predicates: ClassVar[frozenset[str]] = frozenset({"returns"})

    @property
    def shown(self) -> tuple[Attribute, ...]:
        names = self.access.names
        return tuple(Attribute(_REGISTER, names.register(name).instance, 2) for name in _NAMES)

    def views(self) -> Sequence[UsageView]:
        """The consumer port, and P1 where the meter has it."""
        views: list[UsageView] = [ConsumerPortView(self.access)]
        if self.station.lab.seat(self.seat).speaks(LINK):
            views.append(P1View(self.access))
        return views


class ConsumerPortView:
    """What the customer's client reads over DLMS. No costs: a meter knows no prices."""

    name = "consumer port"

    def __init__(self, access: DlmsAccess) -> None:
        self._access = access

    async def now(self) -> Shown | None:
        """The registers; None where the port is silent."""
        try:
            async with self._access.session(CONSUMER, ask=True) as client:
                found = await self._access.meter(client).registers(_NAMES)
        except (TransportError, DlmsError):
            return None
        values = [found[name].value for name in _NAMES if name in found]
        return Shown(*values) if len(values) == len(_NAMES) else None

    async def history(self, start: float, end: float) -> Sequence[Past]:
        """The differences between successive rows of the load profile."""
        async with self._access.session(CONSUMER, ask=True) as client:
            rows = await self._access.meter(client).load_profile(start, end)
        stands = [
            (row.at, row.readings["energy_import"].value)
            for row in rows
            if row.at is not None and "energy_import" in row.readings
        ]
        return [Past(later[0], later[1] - earlier[1]) for earlier, later in pairwise(stands)]

    async def projection(self, daily_wh: int, days: int, per_kwh: float) -> None:
        """Nothing."""


class P1View:
    """What a telegram shows of the moment."""

    name = "port P1"

    def __init__(self, access: DlmsAccess) -> None:
        self._access = access

    async def now(self) -> Shown | None:
        """The next telegram; None where none comes, or no whole one."""
        station, seat = self._access.station, self._access.seat
        async with listening(station, seat) as port:
            try:
                received = await port.next(station.clock.now() + _TELEGRAM_S)
            except SilenceError:
                return None
        if received.telegram is None:
            return None
        try:
            return _shown_in(received.telegram)
        except P1Error:
            return None

    async def history(self, start: float, end: float) -> None:
        """Nothing."""

    async def projection(self, daily_wh: int, days: int, per_kwh: float) -> None:
        """Nothing."""


def _shown_in(telegram: Telegram) -> Shown:
    """Raises P1Error."""
    imported, exported = (
        sum(float(telegram.quantity(f"1-0:{number}.8.{rate}").value) for rate in _RATES) for number in (1, 2)
    )
    return Shown(float(telegram.quantity("1-0:1.7.0").value) * 1000.0, imported * 1000.0, exported * 1000.0)
