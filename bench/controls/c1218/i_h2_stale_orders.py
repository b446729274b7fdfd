"""I-H2 on C12.18: an order that comes too late does nothing.

The row's procedure is held back on the line for longer than ``t_fresh`` and then delivered: into the silence of the old
session, and after the probe was taken off. Timed orders are those of table 114; a meter whose table 111 has room for
none cannot keep a stale one.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.c1218 import MANAGEMENT
from bench.controls.attempts import attempt, record_effect
from bench.controls.base import Probe
from bench.controls.c1218._port import access_of, exchange_of
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.c1218.switching import Disconnect
from bench.exchanges.c1218_exchange import C1218Act
from bench.judgement.check import Check
from drivers.c1218.client import C1218Client
from drivers.c1219.load_control import ACT_LOAD_CONTROL, LOAD_CONTROL_LAYOUT

LATE = "an order that came too late took effect"
TIMED = "the meter keeps timed orders, which this probe cannot give"
GOOD = "the same order, given at once, took effect"
_MARGIN_S = 1.0


async def stimulus(trial: Trial) -> None:
    core = exchange_of(trial)
    exchange = core if isinstance(core, C1218Act) else Disconnect(trial.station, trial.seat, trial.row)
    await _timed(trial)
    await exchange.prepare()
    for what, plug in (("in the old session's silence", False), ("after the probe was taken off", True)):
        await _held_back(trial, exchange, what, plug=plug)
    tried = await attempt(exchange.perform())
    await record_effect(trial, exchange, GOOD, "at once", tried)
    await exchange.restore()


async def _timed(trial: Trial) -> None:
    access = access_of(trial)
    async with access.session(MANAGEMENT) as client:
        tried = await attempt(access.meter(client).table(ACT_LOAD_CONTROL, LOAD_CONTROL_LAYOUT))
    schedules = tried.value.schedules if tried.accepted else 0
    if schedules:
        trial.record.could_not_look(TIMED, f"table 111 has room for {schedules} timed orders")
        return
    trial.record.observe(TIMED, False, what="table 111", answer=tried.text)
    record_absent(trial, "timed, expired, cancelled and superseded orders", "the meter keeps no timed orders")


async def _held_back(trial: Trial, exchange: C1218Act, what: str, *, plug: bool) -> None:
    """Hold the order back for ``t_fresh``; then let it go on to the line as it was."""
    access = exchange.access
    fresh_s = trial.bound("t_fresh").number + _MARGIN_S
    async with access.session(exchange.role) as client:
        content = await _captured(exchange, client)
        if not plug:
            await trial.station.advance(fresh_s)
            await attempt(client.taps["packet"].send(content))
        await client.abort()
    if plug:
        await trial.station.advance(fresh_s)
        heir = access.client()
        try:
            await heir.link.open()
            await attempt(heir.taps["packet"].send(content))
        finally:
            await heir.abort()
    await record_effect(trial, exchange, LATE, what)


async def _captured(exchange: C1218Act, client: C1218Client) -> bytes:
    """The packet of the order, which the meter has not seen."""
    written = exchange.written((await exchange.access.meter(client).configuration()).formats)
    with client.taps["packet"].holding() as held:
        await attempt(client.write(written.table, written.content))
    return held.messages[0]


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("an order that comes too late does nothing", "never", LATE),
        Check("no timed order can grow stale in the meter", "never", TIMED),
        Check("the order works when it comes at once", "always", GOOD),
    ]


PROBE = Probe("I-H2", "c1218", stimulus, checks)
