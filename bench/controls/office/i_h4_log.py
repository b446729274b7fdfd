"""I-H4 on office systems: the audit log cannot be rewritten, emptied in silence, flushed, or lost in a power cut.

The marks whose fate is followed are entries about what changed something: an order for tomorrow and its cancelling, or
the row's own change and its undoing; a clock that was set. Cheap entries are what anybody can cause: reads, wrong
signatures, log-ons with a revoked certificate, malformed requests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bench.access.office import OfficeAccess
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.office._changes import is_order
from bench.controls.office._clock import clock_setter, shift_clock
from bench.controls.office._log import NO_READER, log_reader, whole_log
from bench.controls.office._messages import deliver, with_signature
from bench.controls.office._orders import A_DAY_S, control_of, give, known_orders
from bench.controls.office._parties import claimed_parties
from bench.controls.office._power import SHORT_CUT_S, answers_again
from bench.controls.office._row import access_of, by_customer, exchange_of, sender_session
from bench.controls.variants import record_absent
from bench.exchanges.meters import meter_name
from bench.judgement.check import Check
from drivers.cim.errors import OfficeRefusedError
from drivers.cim.messenger import MessageOptions
from drivers.cim.office import CimOffice
from drivers.cim.payloads import AuditEntry, AuditLog, GetAuditLog
from drivers.cim.vocabulary import Noun, Verb

if TYPE_CHECKING:
    from bench.controls.trial import Trial

REWRITTEN = "an entry is not as it was written"
CLEARED = "the log was emptied without a trace"
FLUSHED = "an entry about a change was displaced by cheap ones"
OVERWRITTEN = "an entry was overwritten before an older one of its kind"
IN_ORDER = "entries and their numbers stand in the order in which they were made"
NUMBERED = "number of the newest entry"
CLOCK_SET = "setting the clock is in the log"
STILL_LOGS = "the full log takes entries"
LOST = "of the newest entries, lost in a power cut"

_CUTS = 2
_CLOCK_STEP_S = -30.0
_CHANGES = (Verb.CREATE, Verb.CHANGE, Verb.CANCEL, Verb.DELETE, Verb.EXECUTE)


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    reader = log_reader(access)
    if reader is None:
        trial.record.could_not_look(FLUSHED, NO_READER)
        return
    log = _Log(trial, access, reader)
    marks = await log.marks()
    await log.act_with_clock_set_back()
    await log.rewrite(marks)
    await log.flush(marks)
    await log.power_cuts()
    await log.fill()
    await log.clear()


class _Log:
    """The log of one system, and what is done to it."""

    def __init__(self, trial: Trial, access: OfficeAccess, reader: str) -> None:
        self.trial, self.access, self.reader = trial, access, reader
        self.exchange = exchange_of(trial)
        self.sender = self.exchange.sender
        self.cheap = claimed_parties(access)[0] if by_customer(trial) else self.sender

    async def _whole(self, what: str) -> AuditLog:
        """The log; each look shows whether it is in order and its numbers go on."""
        log = await whole_log(self.access, self.reader)
        numbers = [entry.number for entry in log.entries]
        ordered = numbers == sorted(set(numbers)) and (not numbers or numbers[-1] <= log.last)
        self.trial.record.observe(IN_ORDER, ordered, what=what)
        self.trial.record.observe(NUMBERED, log.last, what=what)
        return log

    async def marks(self) -> tuple[AuditEntry, ...]:
        """The entries that a change and its undoing leave."""
        before = (await self._whole("at first")).last
        await self._change_and_undo()
        return await self._since(before, "after a change and its undoing")

    async def _change_and_undo(self) -> None:
        """An order that is cancelled, or the row's own change that is taken back."""
        if not is_order(self.trial):
            await self.exchange.prepare()
            await self.exchange.perform()
            await self.exchange.restore()
            return
        async with self.access.session(self.sender) as office:
            order = await give(office, control_of(self.trial, after_s=A_DAY_S))
            await office.cancel((order.order,))

    async def _since(self, number: int, what: str) -> tuple[AuditEntry, ...]:
        """Entries above ``number`` about changes."""
        log = await self._whole(what)
        return tuple(entry for entry in log.entries if entry.number > number and self._is_mark(entry))

    def _is_mark(self, entry: AuditEntry) -> bool:
        """Whether the entry is about a change; at a portal, one to the meter: signing in is logged too."""
        return _is_change(entry) and (self.cheap == self.sender or meter_name(self.trial.station) in entry.target)

    # -- what is tried -------------------------------------------------------------------------------------------------

    async def act_with_clock_set_back(self) -> None:
        """Set the clock back, act, set it right: all of it is in the log, in the order in which it happened."""
        setter = clock_setter(self.access)
        if setter is None:
            record_absent(self.trial, "acting with the clock set back", "no party that may set it is declared")
            return
        before = (await self._whole("before the clock was set back")).last
        await shift_clock(self.access, setter, _CLOCK_STEP_S)
        await self._change_and_undo()
        await shift_clock(self.access, setter, 0.0)
        log = await self._whole("after acting with the clock set back")
        new = [entry for entry in log.entries if entry.number > before]
        sets = [entry for entry in new if str(Noun.SERVICE_CLOCK) in entry.action and _is_change(entry)]
        acted = [entry for entry in new if str(Noun.SERVICE_CLOCK) not in entry.action and self._is_mark(entry)]
        framed = bool(acted) and len(sets) > 1 and sets[0].number < acted[0].number < sets[-1].number
        self.trial.record.observe(CLOCK_SET, framed, what="set back, acted, set right", entries=len(new))

    async def rewrite(self, marks: Sequence[AuditEntry]) -> None:
        """Every party tries to change the log; then the marks are as they were."""
        for party in claimed_parties(self.access):
            async with self.access.session(party) as office:
                for verb in _CHANGES:
                    if verb is not Verb.DELETE:
                        payload = AuditLog(entries=(), last=0, capacity=0)
                        await attempt(office.messenger.call(verb, Noun.AUDIT_LOG, payload=payload))
        await self._compare(REWRITTEN, marks, "after every party tried to change the log")

    async def flush(self, marks: Sequence[AuditEntry]) -> None:
        """``log_flush`` times the capacity of entries that anybody can cause."""
        capacity = (await self._whole("before cheap events")).capacity
        count = int(capacity * self.trial.bound("log_flush").number)
        async with sender_session(self.trial) as session:
            forged = with_signature(await self.exchange.request(session), None)
        async with self.access.session(self.cheap) as office:
            cheap: Sequence[Callable[[], Coroutine[Any, Any, Any]]] = (
                lambda: office.ping((meter_name(self.trial.station),)),
                lambda: deliver(office.client, forged),
                lambda: office.client.request("POST", "/cim", b"{"),
                lambda: office.messenger.call(Verb.GET, Noun.AUDIT_LOG, request=GetAuditLog(limit=0)),
            )
            for number in range(count):
                with suppress(OfficeRefusedError):
                    await cheap[number % len(cheap)]()
        await self._log_on_revoked()
        await self._compare(FLUSHED, marks, f"after {count} cheap events at a capacity of {capacity}")

    async def _log_on_revoked(self) -> None:
        name = f"{self.sender}.revoked"
        if not self.access.has_secret(name):
            record_absent(self.trial, "log-on with a revoked certificate", f"the device file names no {name}")
            return
        async with self.access.office(name).client as client:
            await attempt(client.get("/config"))

    async def _compare(self, series: str, marks: Sequence[AuditEntry], what: str) -> None:
        """Which of the marks are not there any more as they were."""
        kept = {entry.number: entry for entry in (await self._whole(what)).entries}
        for mark in marks:
            self.trial.record.observe(series, kept.get(mark.number) != mark, what=f"{mark.action}, {what}")

    async def power_cuts(self) -> None:
        """Cut the power while an entry is being made; the newest ones that were there must be there again."""
        capacity = (await self._whole("before power cuts")).capacity
        # Of a short log the older half may go for the entries that looking at it makes.
        newest = min(self.trial.bound("n_last_entries").count, capacity // 2)
        known = await self._standing()
        for number in range(_CUTS):
            await self._change_and_undo()
            before = (await self._whole(f"before power cut {number + 1}")).entries[-newest:]
            async with sender_session(self.trial) as session:
                under_way = asyncio.create_task(attempt(self._change(session)))
                await asyncio.sleep(0)
                await self.trial.station.power(self.access.seat, False)
                await under_way
            await self.trial.station.advance(SHORT_CUT_S)
            await self.trial.station.power(self.access.seat, True)
            patience_s = 2 * self.trial.bound("t_boot").number
            if await answers_again(self.trial, self.access, patience_s) is None:
                self.trial.record.could_not_look(LOST, "no answer any more after the power cut")
                return
            after = {entry.number: entry for entry in (await self._whole(f"after power cut {number + 1}")).entries}
            lost = [f"{one.number} {one.action}" for one in before if after.get(one.number) != one]
            self.trial.record.observe(LOST, lost, what=f"cut {number + 1}")  # type: ignore[arg-type]
        await self._take_back(known)

    async def _change(self, session: Any) -> None:
        """An order for tomorrow, or the row's own change, that nobody takes back yet."""
        if is_order(self.trial):
            await give(session, control_of(self.trial, after_s=A_DAY_S))
        else:
            await self.exchange.send(session)

    async def _standing(self) -> frozenset[str]:
        """The orders that stand; none where the row is about none."""
        if not is_order(self.trial):
            return frozenset()
        async with self.access.session(self.sender) as office:
            return await known_orders(office)

    async def _take_back(self, known: frozenset[str]) -> None:
        """What was changed since ``known`` was there."""
        if not is_order(self.trial):
            await self.exchange.restore()
            return
        async with self.access.session(self.sender) as office:
            await office.cancel(sorted(await known_orders(office) - known))

    async def fill(self) -> None:
        """``log_overfill`` more changes than the log holds: the oldest go first, the newest are there."""
        setter = clock_setter(self.access)
        if setter is None:
            record_absent(self.trial, "filling the log", "no party that may set the clock is declared")
            return
        capacity = (await self._whole("before the log was filled")).capacity
        count = int(capacity * (1.0 + self.trial.bound("log_overfill").number)) + 1
        made = [f"bench-i-h4-{self.trial.random.getrandbits(64):016x}" for _ in range(count)]
        async with self.access.session(setter) as office:
            for message_id in made:
                await office.set_service_clock(self.trial.clock.now(), MessageOptions(message_id=message_id))
        log = await self._whole(f"after {count} changes at a capacity of {capacity}")
        kept = [entry.message for entry in log.entries if entry.message in made and _is_change(entry)]
        what = f"{len(kept)} of {count} changes are kept"
        self.trial.record.observe(STILL_LOGS, made[-1] in kept, what=what)
        self.trial.record.observe(OVERWRITTEN, kept != made[len(made) - len(kept) :], what=what)

    async def clear(self) -> None:
        """Every party tries to have the log emptied: refused, or itself an entry."""
        for party in claimed_parties(self.access):
            before = {entry.number for entry in (await self._whole(f"before {party} cleared")).entries}
            async with self.access.session(party) as office:
                tried = await attempt(_clear(office))
            after = (await self._whole(f"after {party} cleared")).entries
            emptied = bool(before) and not any(entry.number in before for entry in after)
            traced = any(_is_clearing(entry) and entry.number not in before for entry in after)
            self.trial.record.observe(CLEARED, emptied and not traced, what=party, answer=tried.text)
            if emptied:
                await self._change_and_undo()


async def _clear(office: CimOffice) -> None:
    await office.clear_audit()


def _is_clearing(entry: AuditEntry) -> bool:
    return str(Noun.AUDIT_LOG) in entry.action and not entry.action.startswith(str(Verb.GET))


def _is_change(entry: AuditEntry) -> bool:
    """Whether the entry is about a message that was taken and changed something."""
    return entry.result == "accepted" and not entry.action.startswith(str(Verb.GET))


def checks(trial: Trial) -> Sequence[Check]:
    access = access_of(trial)
    found = [
        Check("no party rewrites an entry", "never", REWRITTEN),
        Check("entries about changes outlive cheap ones", "never", FLUSHED),
        Check("entries keep their order", "always", IN_ORDER),
        Check("their numbers only rise", "rising", NUMBERED),
        Check("no recent entry is lost in a power cut", "empty", LOST),
        Check("the log is not emptied without a trace", "never", CLEARED),
    ]
    if clock_setter(access) is not None:
        found += [
            Check("what was done with the clock set back stands between its settings", "always", CLOCK_SET),
            Check("a full log goes on", "always", STILL_LOGS),
            Check("the oldest entries go first", "never", OVERWRITTEN),
        ]
    return found


PROBE = Probe("I-H4", "office_https", stimulus, checks)
