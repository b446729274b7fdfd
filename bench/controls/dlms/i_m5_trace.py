"""I-M5 on DLMS: each privileged action leaves exactly one entry in the meter's logs, with time, and who did it.

The row's command or write and the settings that a headend makes are done once each; after each the log is read. Who
acted and what came of it are looked for where the meter's logs have such columns; a meter without them leaves that to
the headend's log of the same action.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.access.dlms import READER
from bench.access.dlms_events import DeclaredEvents, declared_events
from bench.controls.attempts import Attempt, attempt, record_effect
from bench.controls.base import Probe
from bench.controls.dlms._credentials import log_on_roles
from bench.controls.dlms._forged import send_forged
from bench.controls.dlms._lines import port_of
from bench.controls.dlms._parameters import DATA, DISCONNECT_CONTROL, LIMITER
from bench.controls.dlms._rotation import PasswordRotation
from bench.controls.dlms._row import exchange_of
from bench.controls.dlms._schedule import cancel, order
from bench.controls.dlms._surface import ASSOCIATION, CURRENT_ASSOCIATION, object_list
from bench.controls.dlms._switch import trace_of
from bench.controls.variants import record_absent
from bench.exchanges.dlms_exchange import DlmsExchange
from bench.exchanges.dlms_kinds import DlmsSwitchCommand
from bench.exchanges.dlms_write import DlmsWrite
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import U32
from drivers.metering import LoggedEvent

if TYPE_CHECKING:
    from bench.controls.trial import Trial

TRACE = "a privileged action left exactly one entry in the log"
WHEN = "time between the action and its entry's time stamp"
WHO = "the entry names who acted"
DONE = "the entry says that it was done"
READABLE = "time from the action to its entry"
REFUSED = "a setting that was refused left an entry as if it had been made"
GOOD = "the row's message took effect"

LIMIT_CHANGED = "limit_changed"
_ORDER_AHEAD_S = 86_400.0
_LOOK_BACK_S = 3600.0
_CLOCK_SLACK_S = 60.0

Entry = tuple[str, int, float | None, str]


@dataclass(frozen=True)
class Action:
    """One privileged action, and the meanings of the entries that it leaves: one of these sets, each entry once."""

    title: str
    traces: tuple[tuple[str, ...], ...]
    do: Callable[[], Awaitable[Any]]


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    declared = declared_events(trial.station.lab.seat(trial.seat).device)
    if not declared.events:
        trial.record.could_not_look(TRACE, "the device file declares no events (PIXIT event_table)")
        return
    await exchange.prepare()
    await _refused_setting(trial, exchange, declared)
    for action in [*_actions(trial, exchange), *await _password(trial, exchange)]:
        expected = [trace for trace in action.traces if all(declared.find(meaning) for meaning in trace)]
        if expected:
            await _do(trial, declared, action, expected)
        else:
            record_absent(trial, action.title, f"no event declared for it: {' or '.join(map('+'.join, action.traces))}")
    await exchange.restore()


def _actions(trial: Trial, exchange: DlmsExchange) -> Iterator[Action]:
    """The row's own command first, since the others do not depend on where it leaves the switch."""
    access, names = exchange.access, exchange.access.names
    core = exchange.core
    if isinstance(core, DlmsSwitchCommand):
        yield Action("the row's command", ((trace_of(core),),), lambda: _message(trial, exchange))
    if isinstance(core, DlmsWrite):
        yield Action("the row's write", ((core.trace,),), lambda: _message(trial, exchange))
    clock = (("clock_updated",), ("clock_adjusted_old", "clock_adjusted_new"))
    yield Action("setting the clock", clock, lambda: _set_clock(exchange))
    limiter = Attribute(LIMITER, names.limiter, 4)
    yield Action("setting the limiter", ((LIMIT_CHANGED,),), lambda: _rewrite(exchange, limiter))
    mode = Attribute(DISCONNECT_CONTROL, names.disconnect_control, 4)
    yield Action("configuring the switch", (("configuration_changed",),), lambda: _rewrite(exchange, mode))
    tomorrow = (trial.clock.now() + _ORDER_AHEAD_S) // 60 * 60
    yield Action("ordering for later", (("order_set",),), lambda: order(access, tomorrow, closes=False))
    yield Action("cancelling the order", (("order_cancelled",),), lambda: cancel(access))
    alarms = Attribute(DATA, names.alarm_register, 2)
    yield Action(
        "clearing the alarm register", (("alarm_register_cleared",),), lambda: _write(exchange, alarms, U32(0))
    )


async def _password(trial: Trial, exchange: DlmsExchange) -> Sequence[Action]:
    """Setting a client's password to what it is. Keys are changed by C-H3 alone, since they can be lost by it."""
    access = exchange.access
    role = next((role for role in log_on_roles(access) if access.client(role).guessable), None)
    port = port_of(access, role) if role is not None else None
    if role is None or port is None:
        record_absent(trial, "setting a password", "no client that the station reaches logs on with one")
        return ()
    async with access.session(role, port=port) as client:
        view = await object_list(client)
    own = [item.name for item in view if item.class_id == ASSOCIATION and item.name != CURRENT_ASSOCIATION]
    if not own:
        record_absent(trial, "setting a password", f"the association of client {role} has no name of its own")
        return ()
    rotation = PasswordRotation(access, role, own[0])
    return (Action("setting a password", (("key_changed",),), lambda: _set_password(rotation)),)


# -- acting ----------------------------------------------------------------------------------------------------------


async def _message(trial: Trial, exchange: DlmsExchange) -> None:
    tried = await attempt(exchange.perform())
    await record_effect(trial, exchange, GOOD, "the row's message", tried)


async def _set_password(rotation: PasswordRotation) -> Attempt:
    async with rotation.access.session(rotation.sender) as client:
        return await send_forged(client, client.protect(rotation.request(rotation.current())))


async def _set_clock(exchange: DlmsExchange) -> None:
    async with exchange.access.session(exchange.role) as client:
        await exchange.access.meter(client).set_clock(exchange.station.clock.now())


async def _rewrite(exchange: DlmsExchange, attribute: Attribute) -> None:
    """Write the value that is there."""
    async with exchange.access.session(exchange.role) as client:
        await _rewritten(client, attribute)


async def _rewritten(client: DlmsClient, attribute: Attribute) -> None:
    await client.set(attribute, await client.get(attribute))


async def _write(exchange: DlmsExchange, attribute: Attribute, value: U32) -> None:
    async with exchange.access.session(exchange.role) as client:
        await client.set(attribute, value)


async def _refused_setting(trial: Trial, exchange: DlmsExchange, declared: DeclaredEvents) -> None:
    """The reader tries to set the limiter: an entry may say that it was refused, none that it was done."""
    found = declared.find(LIMIT_CHANGED)
    if READER not in exchange.access.clients or found is None:
        record_absent(trial, "a setting that is refused", "no reader or no event for a changed limit is declared")
        return
    before = Counter(map(_key, await _entries(trial, [found.log])))
    limiter = Attribute(LIMITER, exchange.access.names.limiter, 4)
    async with exchange.access.session(READER) as client:
        tried = await attempt(_rewritten(client, limiter))
    new = _since(before, await _entries(trial, [found.log]))
    wrong = [e for e in new if declared.meaning_of(e) == LIMIT_CHANGED and declared.was_done(e) is not False]
    trial.record.observe(REFUSED, bool(wrong), what="the reader sets the limiter", answer=tried.text)


# -- looking into the logs -------------------------------------------------------------------------------------------


async def _do(trial: Trial, declared: DeclaredEvents, action: Action, expected: Sequence[tuple[str, ...]]) -> None:
    """Act, then read the log until the entries are there or t_log has passed."""
    meanings = {meaning for trace in expected for meaning in trace}
    logs = sorted({found.log for meaning in meanings if (found := declared.find(meaning)) is not None and found.log})
    before = Counter(_key(entry) for entry in await _entries(trial, logs))
    began = trial.clock.now()
    tried = await attempt(action.do())
    ended = trial.clock.now()
    tried = tried.value if isinstance(tried.value, Attempt) else tried
    if not tried.accepted:
        record_absent(trial, action.title, f"the meter does not do it: {tried.text}")
        return
    while True:
        new = _since(before, await _entries(trial, logs))
        left = [entry for entry in new if declared.meaning_of(entry) in meanings]
        waited = trial.clock.now() - ended
        if left or waited > trial.bound("t_log").number:
            break
        await trial.station.advance(1.0)
    seen = sorted(declared.meaning_of(entry) for entry in left)
    complete = any(seen == sorted(trace) for trace in expected)
    trial.record.observe(TRACE, complete, what=action.title, entries=list(seen), waited_s=waited)
    if left:
        trial.record.observe_duration(READABLE, waited, what=action.title)
    for entry in left:
        _judge_entry(trial, declared, action.title, entry, began, ended)


def _judge_entry(
    trial: Trial, declared: DeclaredEvents, title: str, entry: LoggedEvent, began: float, ended: float
) -> None:
    what = f"{title}: {declared.meaning_of(entry)}"
    if entry.at is not None:
        off = max(0.0, began - entry.at, entry.at - ended)
        trial.record.observe(WHEN, off, unit="s", what=what, at=entry.at)
    exchange = exchange_of(trial)
    actor, sap = declared.originator(entry), exchange.access.client(exchange.role).sap
    if actor is None:
        record_absent(trial, f"{what}: who acted", "the log has no such column")
    else:
        trial.record.observe(WHO, actor == sap, what=what, named=str(actor), acted=sap)
    done = declared.was_done(entry)
    if done is None:
        record_absent(trial, f"{what}: what came of it", "the log has no such column")
    else:
        trial.record.observe(DONE, done, what=what)


async def _entries(trial: Trial, logs: Sequence[str]) -> list[LoggedEvent]:
    """The entries of the last hour; a margin ahead, since the meter's clock may be fast."""
    exchange, now = exchange_of(trial), trial.clock.now()
    async with exchange.access.session(exchange.role) as client:
        meter = exchange.access.meter(client)
        return [entry for log in logs for entry in await meter.events(log, now - _LOOK_BACK_S, now + _CLOCK_SLACK_S)]


def _since(before: Counter[Entry], after: Sequence[LoggedEvent]) -> list[LoggedEvent]:
    """The entries in ``after`` that were not there before, each as often as it is new."""
    fresh = Counter(map(_key, after)) - before
    new = []
    for entry in after:
        if fresh[_key(entry)]:
            fresh[_key(entry)] -= 1
            new.append(entry)
    return new


def _key(entry: LoggedEvent) -> Entry:
    others = repr(sorted((name, str(value)) for name, value in entry.others.items()))
    return entry.log, entry.code, entry.at, others


def checks(trial: Trial) -> Sequence[Check]:
    exchange = exchange_of(trial)
    declared = declared_events(trial.station.lab.seat(trial.seat).device)
    found = [
        Check("the row's message is carried out", "always", GOOD),
        Check("each privileged action leaves exactly one entry", "always", TRACE),
        Check("it is there within t_log", "at_most", READABLE, trial.limit("t_log")),
        Check("its time is right", "at_most", WHEN, trial.limit("dt_clk", subject="meter_han")),
    ]
    if any(log.originator for log in declared.logs.values()):
        found.append(Check("it names who acted", "always", WHO))
    if any(log.outcome for log in declared.logs.values()):
        found.append(Check("it says what came of the action", "always", DONE))
    if READER in exchange.access.clients and declared.find(LIMIT_CHANGED) is not None:
        found.append(Check("a refused setting is not logged as done", "never", REFUSED))
    return found


PROBE = Probe("I-M5", "dlms", stimulus, checks)
