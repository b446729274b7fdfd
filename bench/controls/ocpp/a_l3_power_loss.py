"""A-L3 Survives power loss: it serves again within t_boot, its registers are not lower, its profiles are kept.

Cuts at random moments, the first of them right after a profile was sent. While the station boots no current flows
beyond the limit that it has stored, and its outlet is dead unless the pilot offers something. That profiles outlive a
restart: OCPP 2.0.1, K01.FR.27 (unverified).
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.charging.outlet import Outlet
from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, exchange_of, record, works
from bench.controls.trial import Trial
from bench.exchanges.base import Effect
from bench.judgement.check import Check
from drivers.ocpp.rpc import Call, encode

ANSWERED, BOOT = "the station serves again by itself", "time from power to the first answer"
LOWER = "energy that the register has lost"
KEPT = "the profile holds after the cut"
BEYOND = "current beyond the stored limit while it boots"
LIVE = "the outlet is live while the pilot offers nothing"
_LOOKS, _LOOK_S = 6, 2.0
_LIVE_V = 50.0
_RESOLUTION_WH = 1.0
_LONGEST_PHASE_S, _LONGEST_CUT_S = 30.0, 60.0
_MARGIN_A = 0.1


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    for number in range(trial.bound("n_cyc").count):
        what = f"cut {number + 1}"
        await exchange.perform()
        await trial.station.advance(trial.random.uniform(1.0, _LONGEST_PHASE_S))
        register_wh = (await exchange.role.readings()).energy_wh or 0.0
        if number == 0:
            await exchange.there.session.say(encode(Call("cut-1", *exchange.call())))
        took_s = await _cut(trial, what)
        trial.record.observe(ANSWERED, took_s is not None, what=what)
        if took_s is None:
            return
        trial.record.observe_duration(BOOT, took_s, what=what)
        now_wh = (await exchange.role.readings()).energy_wh or 0.0
        trial.record.observe(LOWER, max(0.0, register_wh - now_wh), unit="Wh", what=what)
        limit_a = await exchange.role.limit()
        kept = limit_a is not None and limit_a <= exchange.limit_a
        trial.record.observe(KEPT, kept, what=what, limit=limit_a)
    await works(trial, "after")


async def _cut(trial: Trial, what: str) -> float | None:
    exchange = exchange_of(trial)
    before = exchange.csms.attempts
    await trial.station.power(trial.seat, False)
    await trial.station.advance(trial.random.uniform(2.0, _LONGEST_CUT_S))
    await trial.station.power(trial.seat, True)
    began = trial.clock.now()
    outlet = Outlet(trial.station, trial.seat)
    for _ in range(_LOOKS):
        await trial.station.advance(_LOOK_S)
        seen = await outlet.look()
        beyond = seen.current.value > exchange.limit_a + _MARGIN_A
        record(trial, BEYOND, Effect(beyond, "power analyser", str(seen.current)), what)
        offers = seen.pilot is None or seen.pilot.is_square
        live = (await (await exchange.wiring.analyser()).voltage()).value > _LIVE_V
        record(trial, LIVE, Effect(live and not offers, "power analyser behind the contactor", ""), what)
    declared = exchange.access.declared
    session = await exchange.csms.connected(after=before, within_s=declared.boot_s + declared.retry_s)
    if session is None:
        return None
    took_s = trial.clock.now() - began
    await exchange.connect(after=before)
    return took_s


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("it serves again by itself", "always", ANSWERED),
        Check("it does so within t_boot", "at_most", BOOT, trial.limit("t_boot")),
        Check("no energy is lost", "at_most", LOWER, {"limit": _RESOLUTION_WH}),
        Check("profiles are kept", "always", KEPT),
        Check("no more flows while it boots", "never", BEYOND),
        Check("the outlet is dead while the pilot offers nothing", "never", LIVE),
        Check("good limits work after", "always", GOOD),
    ]


PROBE = Probe("A-L3", "ocpp", stimulus, checks)
