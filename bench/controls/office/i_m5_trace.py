"""I-M5 on office systems: each privileged action leaves one entry in the audit log: who, what, when, with what result.

The row's order is given and followed to its end; then whatever else the access table lets somebody change is done once,
so that it can be taken back. The master data of the meter cannot, and are left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.access.office_rights import Act
from bench.controls.attempts import Attempt, Outcome, attempt, record_effect
from bench.controls.base import Probe
from bench.controls.office._caps import approver, declared_caps, disconnecter, fill_cap, is_held
from bench.controls.office._changes import act_of, is_order
from bench.controls.office._commands import (
    APPROVE,
    CANCEL,
    LINK,
    ORDERS,
    SCHEDULE,
    SET_CLOCK,
    UNSCHEDULE,
    Contents,
    command,
)
from bench.controls.office._log import ACCEPTED, NO_READER, entries_in_time, log_reader, newest_number
from bench.controls.office._messages import captured, message_of
from bench.controls.office._orders import A_DAY_S, control_of, ended, executes, give, order_of, the_one
from bench.controls.office._parties import claimed_parties
from bench.controls.office._row import exchange_of, sender_session
from bench.controls.office._visitors import CUSTOMER, credential_of
from bench.controls.variants import record_absent
from bench.exchanges.meters import asked_meter
from bench.exchanges.office_write import OfficeWrite
from bench.judgement.check import Check
from drivers.cim.messenger import MessageOptions
from drivers.cim.office import CimOffice
from drivers.cim.payloads import AuditEntry
from drivers.cim.times import parse_iso
from drivers.cim.vocabulary import OrderState, Verb

if TYPE_CHECKING:
    from bench.controls.trial import Trial

TRACE = "a privileged action left exactly one entry in the log"
WHO = "the entry names who acted"
WHAT = "the entry names what was acted upon"
RESULT = "the entry says what came of it"
WHEN = "time between the action and its entry's time stamp"
READABLE = "time from the action to its entry"
GOOD = "the row's message took effect"

_NUMBER = "bench-i-m5"
_READS = (str(Verb.GET), "read")
"""How entries begin that are about a question, by message or at a portal."""


@dataclass(frozen=True)
class Deed:
    """Something that ``party`` did under ``message_id``; ``target`` is what the entry must name."""

    title: str
    act: Act
    party: str
    message_id: str
    target: str


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    reader = log_reader(exchange.access)
    if reader is None:
        trial.record.could_not_look(TRACE, NO_READER)
        return
    await exchange.prepare()
    await _Trace(trial, reader).follow()
    await exchange.restore()


class _Trace:
    """The actions of one trial, each followed by a look into the log."""

    def __init__(self, trial: Trial, reader: str) -> None:
        self.trial, self.exchange, self.reader = trial, exchange_of(trial), reader
        self.access = self.exchange.access
        self.meter = asked_meter(trial.station)
        self.began = trial.clock.now()

    async def follow(self) -> None:
        """All of it."""
        if is_order(self.trial):
            await self._row_order()
            await self._cancel()
            await self._approve()
        else:
            await self._row_change()
        for act, target in ((SCHEDULE, "bench"), (UNSCHEDULE, "bench"), (SET_CLOCK, "")):
            await self._once(act, target)
        record_absent(self.trial, str(LINK), "the master data that are there cannot be put back")

    async def _row_order(self) -> None:
        """The row's order: an entry when it is taken and, where it is executed, one with its result."""
        party = self.exchange.sender
        exchange = order_of(self.trial)
        act = next(act for act in ORDERS if act.what == exchange.control)
        before = await newest_number(self.access, self.reader)
        async with self.access.session(party) as office:
            options = self._options(act)
            self.began = self.trial.clock.now()
            tried = await attempt(office.order((control_of(self.trial),), options))
            await self._look(Deed("the row's order", act, party, options.message_id, self.meter), before, tried)
            await record_effect(self.trial, self.exchange, GOOD, "the row's order", tried)
            if not tried.accepted:
                return
            status = await ended(self.trial, office, the_one(tried.value).order, 0.0)
        if executes(self.trial):
            found, waited = await entries_in_time(
                self.trial,
                self.access,
                self.reader,
                before,
                lambda entry: entry.message == options.message_id and entry.action == exchange.control,
            )
            deed = Deed("the end of the row's order", act, party, options.message_id, self.meter)
            self._judge(deed, found, waited, str(OrderState.DONE) if status.state is OrderState.DONE else "")

    async def _row_change(self) -> None:
        """The row's write or notification: an entry when it is taken."""
        before = await newest_number(self.access, self.reader)
        self.began = self.trial.clock.now()
        async with sender_session(self.trial) as session:
            _, message, _ = await captured(session.client, lambda: self.exchange.send(session))
        await record_effect(self.trial, self.exchange, GOOD, "the row's message")
        target = self.exchange.subject if isinstance(self.exchange, OfficeWrite) else ""
        if isinstance(session, CimOffice):
            header = message_of(message).header
            deed = Deed("the row's message", act_of(message), self.exchange.sender, header.message_id, target)
            await self._look(deed, before, Attempt(Outcome.ACCEPTED, "accepted"))
            return
        user, _ = credential_of(self.access, CUSTOMER)
        deed = Deed("the row's message", SET_CLOCK, user, "", target)
        found, waited = await entries_in_time(
            self.trial,
            self.access,
            self.reader,
            before,
            lambda entry: entry.who == user and self.meter in entry.target and not entry.action.startswith(_READS),
        )
        self._judge(deed, found, waited, ACCEPTED)

    async def _cancel(self) -> None:
        """An order for tomorrow is taken back."""
        async with self.access.session(self.exchange.sender) as office:
            standing = await give(office, control_of(self.trial, after_s=A_DAY_S))
        await self._once(CANCEL, standing.order, party=self.exchange.sender)

    async def _approve(self) -> None:
        """An order above the cap gets its second approval."""
        caps, orderer, second = declared_caps(self.access), disconnecter(self.access), approver(self.access)
        if not caps or orderer is None or second is None:
            record_absent(self.trial, str(APPROVE), "no cap, or nobody who may order or approve, is declared")
            return
        async with self.access.session(orderer) as office:
            given = await fill_cap(self.trial, office, caps[0])
            held = [order.order for order in given if is_held(order)]
            if held:
                await self._once(APPROVE, held[0], party=second)
            else:
                record_absent(self.trial, str(APPROVE), "no order was held")
            await office.cancel([order.order for order in given])

    async def _once(self, act: Act, target: str, party: str = "") -> None:
        """Do it as the first party that may, and look into the log."""
        may = [one for one in claimed_parties(self.access) if self.access.rights.may(one, act)]
        if not party and not may:
            record_absent(self.trial, str(act), "nobody may do it here")
            return
        who = party or may[0]
        before = await newest_number(self.access, self.reader)
        contents = Contents(self.trial.station, order=target)
        options = self._options(act)
        self.began = self.trial.clock.now()
        async with self.access.session(who) as office:
            tried = await attempt(command(office, act, contents, options))
        await self._look(Deed(str(act), act, who, options.message_id, target), before, tried)

    def _options(self, act: Act) -> MessageOptions:
        number = self.trial.random.getrandbits(64)
        return MessageOptions(message_id=f"{_NUMBER}-{number:016x}")

    # -- looking into the log ------------------------------------------------------------------------------------------

    async def _look(self, deed: Deed, before: int, tried: Attempt) -> None:
        """Look for the entry about a message that was taken."""
        if not tried.accepted:
            record_absent(self.trial, deed.title, f"the system does not do it: {tried.text}")
            return
        action = f"{deed.act.verb} {deed.act.noun}"
        found, waited = await entries_in_time(
            self.trial,
            self.access,
            self.reader,
            before,
            lambda entry: entry.message == deed.message_id and entry.action == action,
        )
        self._judge(deed, found, waited, ACCEPTED)

    def _judge(self, deed: Deed, found: Sequence[AuditEntry], waited_s: float, result: str) -> None:
        record, what = self.trial.record, f"{deed.party}: {deed.title}"
        record.observe(TRACE, len(found) == 1, what=what, entries=len(found))
        ended_at = self.trial.clock.now()
        if found:
            record.observe_duration(READABLE, waited_s, what=what)
        for entry in found:
            at = parse_iso(entry.time_stamp)
            record.observe(WHEN, max(0.0, self.began - at, at - ended_at), unit="s", what=what)
            named = f"{entry.who}, {entry.originator}"
            record.observe(WHO, entry.who == deed.party and self._originated(deed, entry), what=what, named=named)
            record.observe(WHAT, deed.target in entry.target, what=what, named=entry.target)
            record.observe(RESULT, entry.result == result, what=what, named=entry.result)

    @staticmethod
    def _originated(deed: Deed, entry: AuditEntry) -> bool:
        """Whether the entry puts the action down to nobody but the party that acted."""
        return entry.originator.partition("/")[0] in ("", deed.party)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the row's message has its effect", "always", GOOD),
        Check("each privileged action leaves exactly one entry", "always", TRACE),
        Check("it is there within t_log", "at_most", READABLE, trial.limit("t_log")),
        Check("its time is right", "at_most", WHEN, trial.limit("dt_clk", subject="meter_han")),
        Check("it names who acted", "always", WHO),
        Check("it names what was acted upon", "always", WHAT),
        Check("it says what came of it", "always", RESULT),
    ]


PROBE = Probe("I-M5", "office_https", stimulus, checks)
