"""A-L4 on office systems: what arose while a link was down is there afterwards, once, in order, with its own time."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.office import OfficeAccess
from bench.controls.base import Probe
from bench.controls.office._backlog import BACKLOGS, Backlog, Told, let_deliver
from bench.controls.office._holdings import stock
from bench.controls.office._row import access_of, exchange_of, sender_session
from bench.controls.office._state import stored_values
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.office.periodic_read import PeriodicRead
from bench.exchanges.office_kinds import OfficeOrder
from bench.judgement.check import Check
from drivers.cim.office import CimOffice
from drivers.cim.times import parse_iso
from drivers.cim.vocabulary import ReadingKind

MISSING = "what is missing after the outage"
TWICE = "what came twice"
RESTAMPED = "what came with another time than its own"
IN_ORDER = "it came in the order of its times"
HELD_KEPT = "what the system held before the outage is as it was"

_PERIOD_S = 900


async def stimulus(trial: Trial) -> None:
    """Break the sender's link, and take the system's own peer off the line, for ``t_keep``; come back and look."""
    access = access_of(trial)
    await stock(access)
    before = await stored_values(access)
    await _break_link(trial)
    broken_at = trial.clock.now()
    backlog = BACKLOGS.get(trial.station.lab.seat(trial.seat).table.actor)
    peer = trial.station.lab.seat_for_actor(backlog.peer) if backlog is not None else None
    if backlog is None:
        record_absent(trial, "a backlog for a peer", "the system tells nobody of its own accord")
    elif peer is None:
        trial.record.could_not_look(MISSING, f"no {backlog.peer} is on the bench, which the system would tell")
    else:
        await _peer_away(trial, backlog, OfficeAccess(trial.station, peer.name))
    if backlog is None or isinstance(exchange_of(trial), PeriodicRead):
        keep_s = trial.bound("t_keep", subject="data").number
        await trial.station.advance(max(0.0, broken_at + keep_s - trial.clock.now()))
    if isinstance(exchange_of(trial), PeriodicRead):
        await _read_outage(trial, broken_at)
    held = dict(await stored_values(access))
    trial.record.observe(
        HELD_KEPT, all(held.get(what) == value for what, value in before), what=f"{len(before)} values"
    )


async def _break_link(trial: Trial) -> None:
    """Lose the row's sender in the middle of a session."""
    exchange = exchange_of(trial)
    async with sender_session(trial) as session:
        if isinstance(session, CimOffice) and not isinstance(exchange, OfficeOrder):
            await session.health()


async def _peer_away(trial: Trial, backlog: Backlog, peer: OfficeAccess) -> None:
    """Nobody answers in the peer's place for ``t_keep``; then compare what it was to learn with what it learns."""
    access, since = access_of(trial), trial.clock.now()
    await trial.station.power(peer.seat, False)
    await backlog.arise(trial, access, trial.bound("t_keep", subject=backlog.subject).number)
    await trial.station.power(peer.seat, True)
    await let_deliver(trial, access)
    _compare(trial, await backlog.meant(access, since), await backlog.came(peer, since), f"at the {backlog.peer}")


def _compare(trial: Trial, meant: Sequence[Told], came: Sequence[Told], what: str) -> None:
    names = [one.name for one in came]
    times = {one.name: one.at for one in came}
    lost = [one.name for one in meant if one.name not in times]
    wrong = [f"{one.name}: {times[one.name]:.0f}" for one in meant if times.get(one.name, one.at) != one.at]
    twice = sorted({name for name in names if names.count(name) > 1})
    trial.record.observe(MISSING, lost[:20], what=f"{what}, {len(meant)} meant")  # type: ignore[arg-type]
    trial.record.observe(TWICE, twice[:20], what=what)  # type: ignore[arg-type]
    trial.record.observe(RESTAMPED, wrong[:20], what=what)  # type: ignore[arg-type]
    trial.record.observe(IN_ORDER, _rising(came), what=what)


def _rising(came: Sequence[Told]) -> bool:
    """Whether each kind of thing came in the order of its times."""
    kinds: dict[str, list[float]] = {}
    for one in came:
        kinds.setdefault(one.name.partition(" at ")[0] if " at " in one.name else "", []).append(one.at)
    return all(times == sorted(times) for times in kinds.values())


async def _read_outage(trial: Trial, since: float) -> None:
    """The row's question for all intervals of the outage."""
    exchange = exchange_of(trial)
    assert isinstance(exchange, PeriodicRead)
    now = trial.clock.now()
    async with exchange.access.session(exchange.sender) as office:
        readings = await office.read((exchange.meter,), (ReadingKind.INTERVALS,), since, now)
    period = int(exchange.access.pixit("x_interval_s", _PERIOD_S))
    first = int(since // period + 1) * period
    for meter in readings.meters:
        for block in meter.interval_blocks:
            came = [Told(one.time_stamp, parse_iso(one.time_stamp)) for one in block.readings]
            meant = range(first, int(now) + 1, period)
            there = {round(one.at) for one in came}
            wanted = [Told(str(at), at) for at in meant if at not in there]
            _compare(trial, [*came, *wanted], came, f"intervals of {block.reading_type}")


def checks(trial: Trial) -> Sequence[Check]:
    found = [Check("what the system held is kept over the outage", "always", HELD_KEPT)]
    if trial.station.lab.seat(trial.seat).table.actor in BACKLOGS:
        found += [
            Check("everything of the outage is there", "empty", MISSING),
            Check("nothing is there twice", "empty", TWICE),
            Check("everything keeps its own time", "empty", RESTAMPED),
            Check("it comes in order", "always", IN_ORDER),
        ]
    return found


PROBE = Probe("A-L4", "office_https", stimulus, checks)
