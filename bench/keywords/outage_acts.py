"""What happens in the tests of 3.5.1 at the meter: its supply goes and comes back, and it is listened to and asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.access.dlms_notices import Notified
from bench.controls.attempts import Attempt, attempt
from bench.exchanges.dlms.outage import Interrupted, SupplyLost, duration_object, outage_item
from bench.exchanges.notice import Notice
from bench.keywords.process import ProcessLibrary
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import Integer
from drivers.dlms.obis import Obis

_DATA, _VALUE = 1, 2
_SETTLED_S = 60.0
"""How long nothing is listened for any more once everything that is expected has come."""


@dataclass
class Cut:
    """One loss of supply at ``at``, over at ``back`` (UTC, s). ``gasps``: messages that tell of an outage;
    ``reports``: those that tell of a momentary interruption. ``counted``: how far the meter's counter moved.
    """

    at: float
    back: float = 0.0
    gasps: list[Notified] = field(default_factory=list)
    reports: list[Notified] = field(default_factory=list)
    counted: int | None = None

    @property
    def lasted_s(self) -> float:
        """How long the supply was away."""
        return self.back - self.at


class OutageActs(ProcessLibrary):
    """The acts, without any judgement."""

    @property
    def hold_off_s(self) -> float:
        """After how long without supply the meter tells, by its declaration (PIXIT ``outage.hold_off_s``)."""
        return float(outage_item(self.meter, "hold_off_s") or 0.0)

    async def cut_supply(self, seconds: float, listen_s: float) -> Cut:
        """Take the supply away for ``seconds``, and listen until ``listen_s`` after it is back."""
        notice = Interrupted(self.meter)
        await notice.prepare()
        try:
            counted = await self.counter()
            cut = Cut(self.clock.now())
            async with self.supply_cut():
                await self._listen(notice, cut, cut.at + seconds)
            cut.back = self.clock.now()
            await self._listen(notice, cut, cut.back + listen_s)
            now = await self.counter()
            cut.counted = None if now is None or counted is None else now - counted
            return cut
        finally:
            await notice.restore()

    async def _listen(self, notice: Notice, cut: Cut, until: float) -> None:
        gasp, report = SupplyLost(self.meter).code, Interrupted(self.meter).code
        while (left := until - self.clock.now()) > 0:
            found = await notice.next(left)
            if found is None or found.event is None:
                continue
            if found.event.code == gasp:
                cut.gasps.append(found)
            elif found.event.code == report:
                cut.reports.append(found)
                until = min(until, self.clock.now() + _SETTLED_S)

    async def counter(self) -> int | None:
        """How many interruptions the meter has counted; None where the supplier names no counter."""
        stated = outage_item(self.meter, "counter")
        if stated is None:
            return None
        async with self.meter.session(ask=True) as client:
            value = await client.get(Attribute(_DATA, Obis(str(stated)), _VALUE))
        return int(value) if isinstance(value, Integer) else None

    def duration_of(self, report: Notified) -> float | None:
        """How long the interruption lasted, by what came with the report."""
        name = duration_object(self.meter)
        value = report.value(name) if name is not None else None
        return float(value) if isinstance(value, Integer) else None

    async def ping(self) -> Attempt:
        """Ask the meter as the row does; what came of it."""
        await self.exchange.prepare()
        return await attempt(self.exchange.perform())

    async def boot(self) -> None:
        """Wait as long as the meter takes to answer after its supply came back."""
        await self.wait(float(self.meter.pixit("boot_s", _SETTLED_S)) + 1.0)
