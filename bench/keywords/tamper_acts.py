"""What happens in the tests of 3.3.1: somebody tampers with the meter, with and without supply, and it is read."""

from __future__ import annotations

from dataclasses import dataclass

from bench.access.dlms_events import declared_events
from bench.access.dlms_notices import Notified
from bench.exchanges.dlms.tamper import LOCAL, STIMULI, Tamper, WrongLogons
from bench.exchanges.notice import Notice
from bench.keywords.process import ProcessLibrary
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import Integer
from drivers.dlms.obis import Obis

WITHOUT_SUPPLY_S = 300.0
_DATA, _VALUE = 1, 2


@dataclass(frozen=True)
class Provoked:
    """One act of tampering at ``at`` (UTC, s), until which the meter told within ``due_s`` of ``from_at``.

    ``told``: the messages that tell of it; ``logged``: the times of its entries in the log; ``counter``: how far the
    counter of the sensor moved, None where the meter has none.
    """

    what: str
    code: int | None
    at: float
    from_at: float
    told: list[Notified]
    logged: list[float]
    counter: int | None


class TamperActs(ProcessLibrary):
    """The acts, without any judgement."""

    def notice(self, what: str) -> Notice:
        """The notification of a stimulus by its name."""
        return STIMULI[what](self.meter)

    def undeclared(self, what: str) -> str:
        """Why a stimulus cannot be given or recognised by what the device file says; empty when it can."""
        notice = self.notice(what)
        if notice.code is None:
            return f"the device file names no event {notice.meaning} in its event_table"
        guessing = isinstance(notice, WrongLogons)
        if guessing and (LOCAL not in self.meter.clients or not self.meter.pixit("lockout", {}).get("tries")):
            return "the device file declares no local client with a password, or no number of tries that locks it"
        return ""

    async def provoke(self, what: str, within_s: float) -> Provoked:
        """Tamper with the supply on; everything that the meter tells within ``within_s``."""
        notice = self.notice(what)
        await notice.prepare()
        try:
            counted = await self.counter(what)
            at = self.clock.now()
            first = await notice.perform(within_s)
            told = [first] if first is not None else []
            told += await self._further(notice, at + within_s)
            return await self._provoked(what, notice, at, at, told, counted)
        finally:
            await notice.restore()

    async def provoke_without_supply(self, what: str, within_s: float) -> Provoked:
        """Tamper while the meter has no supply, and give it back; what it tells within ``within_s`` of its boot."""
        notice = self.notice(what)
        await notice.prepare()
        try:
            counted = await self.counter(what)
            async with self.supply_cut():
                await self.wait(WITHOUT_SUPPLY_S)
                at = self.clock.now()
                await notice.cause()
                await self.wait(WITHOUT_SUPPLY_S)
            back = self.clock.now()
            boot_s = float(self.meter.pixit("boot_s", 60.0))
            first = await notice.awaited(boot_s + within_s)
            told = [first] if first is not None else []
            told += await self._further(notice, back + boot_s + within_s)
            await notice.undo()
            return await self._provoked(what, notice, at, back, told, counted)
        finally:
            await notice.restore()

    async def _further(self, notice: Notice, until: float) -> list[Notified]:
        """What else the meter tells of it, the time having passed."""
        assert notice.listener is not None
        found = []
        while not await notice.listener.nothing_within(max(0.0, until - self.clock.now())):
            told = await notice.next(0.0)
            if told is not None and notice.tells(told):
                found.append(told)
        return found

    async def _provoked(
        self, what: str, notice: Notice, at: float, from_at: float, told: list[Notified], counted: int | None
    ) -> Provoked:
        logged = [when for when in await self.entries(notice.meaning) if when >= at - self.dt_clk]
        now = await self.counter(what)
        moved = None if counted is None or now is None else now - counted
        return Provoked(what, notice.code, at, from_at, told, logged, moved)

    def status_objects(self) -> list[Obis]:
        """The pushed objects that say how the meter is (PIXIT ``push.status_objects``)."""
        return [Obis(str(name)) for name in self.meter.pixit("push", {}).get("status_objects", [])]

    # -- reading -------------------------------------------------------------------------------------------------

    async def entries(self, meaning: str) -> list[float]:
        """When events of that meaning were logged."""
        declared = declared_events(self.station.lab.seat(self.meter.seat).device)
        kind = declared.find(meaning)
        if kind is None:
            return []
        async with self.meter.session(ask=True) as client:
            events = await self.meter.meter(client).events(kind.log or "fraud")
        return [event.at for event in events if event.at is not None and event.code == kind.code]

    async def counter(self, what: str) -> int | None:
        """The counter of a sensor (PIXIT ``tamper_counters``), None where the supplier names none."""
        named = self.meter.pixit("tamper_counters", {}).get(what.replace(" ", "_"))
        if named is None:
            return None
        async with self.meter.session(ask=True) as client:
            value = await client.get(Attribute(_DATA, Obis(str(named)), _VALUE))
        return int(value) if isinstance(value, Integer) else None

    async def alarms(self) -> int:
        """The alarm register."""
        async with self.meter.session(ask=True) as client:
            value = await client.get(Attribute(_DATA, self.meter.names.alarm_register, _VALUE))
        return int(value) if isinstance(value, Integer) else 0

    async def flag(self) -> int:
        """The flag *to be watched*."""
        async with self.meter.session(ask=True) as client:
            value = await client.get(Attribute(_DATA, self.meter.names.watch_flag, _VALUE))
        return int(value) if isinstance(value, Integer) else 0

    async def set_flag(self) -> None:
        """Return the flag over the row's own link, as the headend does."""
        exchange = self.exchange
        if not isinstance(exchange, Tamper):
            raise TypeError(f"{self.row.id} returns no flag to a meter")
        await exchange.prepare()
        await exchange.perform()
