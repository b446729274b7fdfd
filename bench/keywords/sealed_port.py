"""Keywords of 3.3.1 at the optical port: the event of an opened cover, which makes up for missing cryptography.

Reading R14b: what the port's protocol lacks may be made up for by a seal and a cover event (PICS
``seal_and_cover_event``). The event is looked for where the crew reads it, in the meter's log, and, where the supplier
declares that it reaches the headend, there.
"""

from __future__ import annotations

from typing import cast

from robot.api.deco import keyword, library

from bench.access.dlms import DlmsAccess
from bench.access.dlms_events import EventTable, declared_events
from bench.access.meter import MeterAccess
from bench.controls.attempts import attempt
from bench.exchanges.base import Exchange
from bench.exchanges.dlms.tamper import CoverOpened
from bench.keywords.process import ProcessLibrary

SEALED, EVENT = "seal_and_cover_event", "cover_opened"
_BETWEEN_S, _CUT_S, _BOOT_MARGIN_S = 5.0, 600.0, 1.0
LOGGED, AT, KEPT = "entries of one opening", "time of an entry", "entries that a power cut took"
REACHES, IN_TIME = "the opening reaches the headend", "from the opening to the headend"
FLAG = 'the flag "to be watched" is in force'


@library(scope="TEST", auto_keywords=False)
class SealedPort(ProcessLibrary):
    """Somebody breaks the seal; the crew and the headend see it."""

    # -- what happens --------------------------------------------------------------------------------------------

    @keyword("Open The Cover With And Without Supply")
    def open_cover(self) -> None:
        """Once each; the log is read through the row's own port, and again after a power cut.

        Example: | Open The Cover With And Without Supply |
        """
        self.expect_wait(2.0 * _CUT_S)
        self.run(self._open_cover(), 2.0 * _CUT_S)

    async def _open_cover(self) -> None:
        event = self._event
        if event is None:
            self.recorder.could_not_look(LOGGED, f"the device file names no event {EVENT} in its event_table")
            return
        await self._once(event, "with supply", supplied=True)
        await self._once(event, "without supply", supplied=False)
        before = await self._entries(event)
        await self._cut()
        after = await self._entries(event)
        self.record_list(KEPT, [f"{when:.0f}" for when in before if when not in after])

    @keyword("Look Whether The Headend Is Told")
    def told(self) -> None:
        """Only where the supplier declares it; a station without the way to the headend cannot show it.

        Example: | Look Whether The Headend Is Told |
        """
        if SEALED not in self.station.lab.declared(self.session.planned.iut):
            self.recorder.observe("the supplier declares a seal and a cover event", False)
            return
        within_s = self.bound("t_tamper")
        self.run(self._told(within_s), within_s)

    async def _told(self, within_s: float) -> None:
        seat = self.session.planned.iut
        if not self.station.lab.seat(seat).speaks("dlms"):
            self.recorder.could_not_look(REACHES, f"{seat} has no link to a headend on this station")
            return
        notice = CoverOpened(DlmsAccess(self.station, seat))
        await notice.prepare()
        try:
            began = self.clock.now()
            told = await notice.perform(within_s)
            self.recorder.observe(REACHES, told is not None and told.valid, what=told.words if told else "no message")
            if told is not None:
                self.recorder.observe_duration(IN_TIME, told.at - began, what="cover")
        finally:
            await notice.restore()

    @keyword("Write The Flag And Cut The Supply")
    def flag(self) -> None:
        """The flag *to be watched*, written through the port and read by another client before and after.

        Example: | Write The Flag And Cut The Supply |
        """
        self.run(self._flag(), _CUT_S)

    async def _flag(self) -> None:
        exchange: Exchange = self.exchange
        await exchange.prepare()
        tried = await attempt(exchange.perform())
        await self._look_at_flag(exchange, "at once", tried.text)
        await self._cut()
        await self._look_at_flag(exchange, "after a power cut", "")
        await exchange.restore()

    async def _look_at_flag(self, exchange: Exchange, what: str, answer: str) -> None:
        effect = await exchange.observe()
        self.recorder.observe(FLAG, effect.happened, what=what, source=effect.shown_by, answer=answer)

    # -- judging -------------------------------------------------------------------------------------------------

    @keyword("Each Opening Should Leave One Entry")
    def one_entry(self) -> None:
        """With its time, kept over a power cut.

        Example: | Each Opening Should Leave One Entry |
        """
        self.check("each opening is logged once", "equals", LOGGED, expected=1)
        self.check("each entry has its time", "close_to_reference", AT, limit=self.dt_clk)
        self.check("no entry is lost", "empty", KEPT)

    @keyword("The Headend Should Be Told As Declared")
    def told_in_time(self) -> None:
        """Within t_tamper; nothing is judged where the supplier declares no such event.

        Example: | The Headend Should Be Told As Declared |
        """
        if SEALED in self.station.lab.declared(self.session.planned.iut):
            self.check("the opening reaches the headend", "always", REACHES)
            self.check("in time", "at_most", IN_TIME, limit=self.bound("t_tamper"))

    @keyword("The Written Flag Should Be Kept")
    def flag_kept(self) -> None:
        """At once, and after a power cut.

        Example: | The Written Flag Should Be Kept |
        """
        self.check("the flag is kept", "always", FLAG)

    # -- inside --------------------------------------------------------------------------------------------------

    @property
    def _event(self) -> EventTable | None:
        return declared_events(self.station.lab.seat(self.session.planned.iut).device).find(EVENT)

    async def _once(self, event: EventTable, what: str, *, supplied: bool) -> None:
        """Open and close the cover."""
        before = await self._entries(event)
        if supplied:
            at = await self._break_seal()
        else:
            async with self.supply_cut():
                await self.wait(_BETWEEN_S)
                at = await self._break_seal()
                await self.wait(_BETWEEN_S)
            await self._booted()
        found = [when for when in await self._entries(event) if when not in before]
        self.recorder.observe(LOGGED, len(found), what=what)
        for when in found:
            self.recorder.observe(AT, when, unit="s", what=what, reference=at)

    async def _break_seal(self) -> float:
        at = self.clock.now()
        for opened in (True, False):
            await self.station.box.do(self.meter.seat, "cover", open=opened)
            await self.wait(_BETWEEN_S)
        return at

    async def _cut(self) -> None:
        async with self.supply_cut():
            await self.wait(_CUT_S)
        await self._booted()

    async def _booted(self) -> None:
        await self.wait(float(self.meter.pixit("boot_s", 60.0)) + _BOOT_MARGIN_S)

    async def _entries(self, event: EventTable) -> list[float]:
        """When the event was logged, as the crew reads it."""
        access = cast(MeterAccess, self.meter)
        async with access.session(ask=True) as client:
            events = await access.meter(client).events(event.log or "standard")
        return [one.at for one in events if one.code == event.code and one.at is not None]
