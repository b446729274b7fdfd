"""A-H2 on office systems: an emergency order does not wait for the end of bulk work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bench.access.office_rights import Act
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.command_times import CONFIRMED, EFFECT_TIME, MOVED
from bench.controls.office._parties import claimed_parties
from bench.controls.office._row import access_of, exchange_of
from bench.controls.office._timed_order import timed
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.meters import meter_name
from bench.judgement.check import Check
from drivers.cim.office import CimOffice
from drivers.cim.vocabulary import Noun, ReadingKind, Verb

BULK_ENDED = "the bulk work went on to its end, or ended with a code"

_INTERVALS = Act(Verb.GET, Noun.METER_READINGS, ReadingKind.INTERVALS)
_SPAN_S = 30 * 86_400.0
_PATIENCE_S = 30.0
_TURNS = 50
_UNDER_WAY_S = 0.5


async def stimulus(trial: Trial) -> None:
    """An emergency order while all intervals of a month are being read, by somebody who may."""
    exchange = exchange_of(trial)
    order = timed(trial, "order during bulk work", emergency=True)
    await order.begin()
    async with exchange.access.session(exchange.sender) as office, _bulk_work(trial) as bulk:
        if bulk is not None:
            await office.health()  # what was sent before has arrived
            await trial.station.advance(_UNDER_WAY_S)
        await order.give(office)
        await order.look(trial.bound("t_act").number + _PATIENCE_S)
        if bulk is not None:
            ended = await bulk
            trial.record.observe(BULK_ENDED, ended.answered, answer=ended.text)
            await trial.station.advance(_PATIENCE_S)  # what had to wait happens now, not in the next scene
    await exchange_of(trial).restore()


@asynccontextmanager
async def _bulk_work(trial: Trial) -> AsyncIterator[asyncio.Task[Attempt] | None]:
    """The bulk work, under way; None where nobody can order any."""
    access = access_of(trial)
    party = next((one for one in claimed_parties(access) if access.rights.may(one, _INTERVALS)), None)
    if party is None:
        record_absent(trial, "bulk work", "no party may read intervals here")
        yield None
        return
    async with access.session(party) as office:
        await office.health()  # the connection is there
        with office.client.message.capturing() as seen:
            task = asyncio.create_task(attempt(_read_all(trial, office)))
            for _turn in range(_TURNS):
                await asyncio.sleep(0)
                if seen:
                    break
            try:
                yield task
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


async def _read_all(trial: Trial, office: CimOffice) -> None:
    now = trial.clock.now()
    await office.read((meter_name(trial.station),), (ReadingKind.INTERVALS,), now - _SPAN_S, now)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the emergency order is taken during bulk work", "always", CONFIRMED),
        Check("it takes effect", "always", MOVED),
        Check("it does so within t_act", "at_most", EFFECT_TIME, trial.limit("t_act")),
        Check("the bulk work ends as it should", "always", BULK_ENDED),
    ]


PROBE = Probe("A-H2", "office_https", stimulus, checks)
