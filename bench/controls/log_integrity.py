"""I-H4 at a meter, whatever the link: what is done to the log, and what must be left of it.

How entries are read, how a client would overwrite and empty the log, and what cheap events can flush it, is the link's.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.controls.trial import Trial
    from drivers.metering import LoggedEvent

REWRITTEN = "a client could overwrite a log or switch it off"
CLEARED = "the log was emptied without a trace"
FLUSHED = "a tamper entry was displaced by cheap events"
LOST = "of the newest entries, lost in a power cut"
IN_ORDER = "entries stand in the order in which they were made"
STILL_LOGS = "the log still takes entries after it was filled"
_BETWEEN_S, _OFF_S = 2.0, 10.0


class MeterLog(ABC):
    """The log of tamper entries of the meter under test, as the link reaches it."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial

    @abstractmethod
    async def entries(self) -> Sequence[LoggedEvent]:
        """What it holds, oldest first."""

    @abstractmethod
    def code(self, meaning: str) -> int | None:
        """The code of an event by its meaning; None where the supplier declares none."""

    @abstractmethod
    async def overwrite(self) -> None:
        """Write it as every client, and record what came of it."""

    @abstractmethod
    async def flush(self) -> None:
        """Cause more cheap events than it can hold."""

    @abstractmethod
    async def back(self) -> None:
        """Wait until the meter serves again after a power cut, at most twice ``t_boot``."""

    async def clear(self) -> None:
        """Have it emptied by each client, where `overwrite` has not."""
        return

    def key(self, event: LoggedEvent) -> Hashable:
        """What tells an entry from all others."""
        return event.at, event.code, str(event.others)

    # -- the technique -------------------------------------------------------------------------------------------

    async def attack(self) -> None:
        """Overwrite, flush with cheap events, fill, cut the power during an append, clear."""
        record, tamper = self.trial.record, await self._tamper()
        await self.overwrite()
        await self.flush()
        events = await self.entries()
        kept = any(event.code == tamper.code and event.at == tamper.at for event in events)
        record.observe(FLUSHED, not kept, what=f"entry {tamper.code} at {tamper.at}")
        stamps = [event.at for event in events if event.at is not None]
        record.observe(IN_ORDER, stamps == sorted(stamps))
        newer = await self._tamper()
        record.observe(STILL_LOGS, newer in await self.entries())
        await self._power_cuts()
        await self.clear()

    async def _tamper(self) -> LoggedEvent:
        """Open and close the cover; the entry that the opening made."""
        for opened in (True, False):
            await self.trial.station.box.do(self.trial.seat, "cover", open=opened)
            await self.trial.station.advance(_BETWEEN_S)
        code = self.code("cover_opened")
        return [event for event in await self.entries() if code is None or event.code == code][-1]

    async def _power_cuts(self) -> None:
        """Make an entry, cut the power as it is written, and look for the newest entries afterwards."""
        trial, newest = self.trial, self.trial.bound("n_last_entries").count
        for number in range(2):
            before = (await self.entries())[-newest:]
            await trial.station.box.do(trial.seat, "cover", open=number % 2 == 0)
            await trial.station.power(trial.seat, False)
            await trial.station.advance(_OFF_S)
            await trial.station.power(trial.seat, True)
            await self.back()
            after = {self.key(event) for event in await self.entries()}
            lost = [f"{event.code} at {event.at}" for event in before if self.key(event) not in after]
            trial.record.observe(LOST, lost, what=f"cut {number + 1}")  # type: ignore[arg-type]

    def record_clearing(
        self, who: str, before: Sequence[LoggedEvent], after: Sequence[LoggedEvent], answer: str = ""
    ) -> None:
        """Whether entries went without one that says so."""
        cleared = self.code("log_cleared")
        emptied = any(event not in after for event in before)
        traced = cleared is not None and any(event.code == cleared and event not in before for event in after)
        self.trial.record.observe(CLEARED, emptied and not traced, what=who, answer=answer)


def checks(_trial: Trial) -> Sequence[Check]:
    """What must be left."""
    return [
        Check("no client overwrites the log", "never", REWRITTEN),
        Check("the log is not emptied without a trace", "never", CLEARED),
        Check("tamper entries outlive cheap events", "never", FLUSHED),
        Check("a full log goes on", "always", STILL_LOGS),
        Check("entries keep their order", "always", IN_ORDER),
        Check("no recent entry is lost in a power cut", "empty", LOST),
    ]
