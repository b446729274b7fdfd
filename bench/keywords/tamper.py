"""Keywords of 3.3.1 at the meter: one event for each act of tampering, told in time, kept, and the flag returned."""

from __future__ import annotations

from collections.abc import Sequence

from robot.api.deco import keyword, library

from bench.exchanges.dlms.tamper import STIMULI
from bench.keywords.tamper_acts import WITHOUT_SUPPLY_S, Provoked, TamperActs
from drivers.dlms.data import Integer

_BOX = ("cover", "terminal cover", "tilt", "magnet")
"""What can be done to a meter without supply."""


@library(scope="TEST", auto_keywords=False)
class TamperDetection(TamperActs):
    """Somebody tampers with the meter; what it tells and logs is held against the act."""

    # -- what happens --------------------------------------------------------------------------------------------

    @keyword("Tamper In Every Way")
    def tamper(self) -> None:
        """Cover, terminal cover, tilt, magnet, wrong logons, one after the other, with the link up.

        Example: | Tamper In Every Way |
        """
        within_s = self.bound("t_tamper")
        self.expect_wait(len(STIMULI) * within_s)
        for what in self._declared(tuple(STIMULI)):
            self._record(self.run(self.provoke(what, within_s), within_s), "")

    @keyword("Tamper Without Supply In Every Way")
    def tamper_unpowered(self) -> None:
        """Cover, terminal cover, tilt and magnet while the meter has no supply, which it then gets back.

        Example: | Tamper Without Supply In Every Way |
        """
        within_s = self.bound("t_tamper")
        lasting_s = 2.0 * WITHOUT_SUPPLY_S + within_s
        self.expect_wait(len(_BOX) * lasting_s)
        for what in self._declared(_BOX):
            self._record(self.run(self.provoke_without_supply(what, within_s), lasting_s), " without supply")

    def _declared(self, names: Sequence[str]) -> list[str]:
        """Those that the device file lets the bench give and recognise; that the others cannot be looked at is said."""
        found = []
        for what in names:
            why = self.undeclared(what)
            if why:
                self.recorder.could_not_look("messages that tell of one act", why)
            else:
                found.append(what)
        return found

    def _record(self, provoked: Provoked, how: str) -> None:
        what = provoked.what + how
        self.recorder.observe("messages that tell of one act", len(provoked.told), what=what)
        self.recorder.observe("entries of one act in the log", len(provoked.logged), what=what)
        if provoked.counter is not None:
            self.recorder.observe("counts of one act", provoked.counter, what=what)
        for when in provoked.logged:
            self.recorder.observe("time of an entry", when, unit="s", what=what, reference=provoked.at)
        for told in provoked.told:
            self.recorder.observe("message is protected and from this meter", told.valid, what=what, why=told.why)
            event = told.event
            self.recorder.observe(
                "event has its code", event is not None and event.code == provoked.code, what=what, code=provoked.code
            )
            if event is not None and event.at is not None:
                self.recorder.observe("time of a told event", event.at, unit="s", what=what, reference=provoked.at)
            self.recorder.observe(
                "from the act to the event", told.at - provoked.from_at, unit="s", what=what, spread_s=told.spread_s
            )
            register = told.value(self.meter.names.register("energy_import").instance)
            self.recorder.observe("event carries readings", isinstance(register, Integer), what=what)
            status = [told.value(name) for name in self.status_objects()]
            self.recorder.observe(
                "event carries the status", bool(status) and None not in status, what=f"{what}: {status}"
            )

    @keyword("Return The Flag")
    def return_flag(self) -> None:
        """Flag the meter as to be watched, over the row's own link.

        Example: | Return The Flag |
        """
        self.run(self.set_flag())

    @keyword("Cut The Supply For Minutes")
    def cut(self, minutes: float = 10.0) -> None:
        """Everything that the log of tampering holds is read before and after.

        | =Argument= | =Meaning= |
        | minutes | how long |

        Example: | Cut The Supply For Minutes | 10 |
        """
        self.run(self._cut(minutes * 60.0), minutes * 60.0)

    async def _cut(self, seconds: float) -> None:
        before, alarms = await self._kept(), await self.alarms()
        async with self.supply_cut():
            await self.wait(seconds)
        await self.wait(float(self.meter.pixit("boot_s", 60.0)) + 1.0)
        after = await self._kept()
        self.record_list("entries that a power cut took", [one for one in before if one not in after])
        self.recorder.observe("alarms are kept", (await self.alarms()) & alarms == alarms, what=f"{alarms:#x}")
        self.recorder.observe("there was something to keep", bool(before) and alarms != 0)

    async def _kept(self) -> list[str]:
        found: list[str] = []
        for what in _BOX:
            meaning = self.notice(what).meaning
            found += [f"{meaning} {when:.0f}" for when in await self.entries(meaning)]
        return found

    # -- judging -------------------------------------------------------------------------------------------------

    @keyword("Each Act Should Give One Event")
    def one_event(self) -> None:
        """One message, one entry in the log and one count, with the right code and time.

        Example: | Each Act Should Give One Event |
        """
        self.check("each act is told once", "equals", "messages that tell of one act", expected=1)
        self.check("each act is logged once", "equals", "entries of one act in the log", expected=1)
        self.check("each act is counted once", "equals", "counts of one act", expected=1)
        self.check("each event has its code", "always", "event has its code")
        self.check("each event has its time", "close_to_reference", "time of a told event", limit=self.dt_clk)
        self.check("each entry has its time", "close_to_reference", "time of an entry", limit=self.dt_clk)

    @keyword("Events Should Leave The Meter In Time")
    def in_time(self) -> None:
        """Within t_tamper of the act, or of the meter's boot when it had no supply.

        Example: | Events Should Leave The Meter In Time |
        """
        boot_s = float(self.meter.pixit("boot_s", 60.0)) if self._without_supply() else 0.0
        limit = self.bound("t_tamper") + boot_s
        self.check("the event leaves the meter in time", "at_most", "from the act to the event", limit=limit)

    def _without_supply(self) -> bool:
        seen = (one for one in self.recorder.observations if one.series == "from the act to the event")
        return any(one.what.endswith("without supply") for one in seen)

    @keyword("Events Should Carry Readings And Status")
    def carry(self) -> None:
        """In the same protected message.

        Example: | Events Should Carry Readings And Status |
        """
        self.check("the message is the meter's own", "always", "message is protected and from this meter")
        self.check("the event carries readings", "always", "event carries readings")
        self.check("the event carries the status", "always", "event carries the status")

    @keyword("What Was Logged Should Be Kept")
    def kept(self) -> None:
        """Over the power cut: every entry and every alarm.

        Example: | What Was Logged Should Be Kept |
        """
        self.check("there was something to keep", "always", "there was something to keep")
        self.check("no entry is lost", "empty", "entries that a power cut took")
        self.check("no alarm is lost", "always", "alarms are kept")

    @keyword("The Flag Should Be Readable")
    def flag_readable(self, what: str) -> None:
        """The meter shows the flag.

        | =Argument= | =Meaning= |
        | what | when, in words |

        Example: | The Flag Should Be Readable | after a power cut |
        """
        self.recorder.observe('flag "to be watched" at the meter', self.run(self.flag()), what=what, source="meter")
        self.check("the flag is kept", "equals", 'flag "to be watched" at the meter', expected=1)
