"""A-L4 on CTA-2045: what happens while nobody is at the port is told when somebody is there again, once; and counted.

CTA-2045 has no time stamps: an opt-out is told as a fact of now.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.cta2045._row import access_of, answers_again, exchange_of, set_point
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.cta2045.basic import Basic, Opcode

BACK = "the appliance answered when the link was back"
TOLD = "how often an opt-out of the outage was told"
COUNTED = "energy that was counted during the outage"
KEPT = "the set-point was unchanged"
_EVENT_AFTER_S, _LISTEN_S = 60.0, 10.0


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), exchange_of(trial)
    record_absent(trial, "time stamps", "messages of CTA-2045 have none")
    await exchange.prepare()
    async with access.session() as client:
        before, energy = await set_point(trial, client), (await exchange.told(client))["energy_wh"]
    lost_at = trial.clock.now()
    await trial.station.advance(_EVENT_AFTER_S)
    await trial.station.box.do(trial.seat, "override", on=True)
    keep_s = trial.bound("t_keep", subject="events").number
    await trial.station.advance(max(0.0, lost_at + keep_s - trial.clock.now()))
    async with access.session() as client:
        state = await client.state()
        await client.listen(trial.clock.now() + _LISTEN_S)
        told = list(client.unasked).count(Basic(Opcode.CUSTOMER_OVERRIDE, 1))
        trial.record.observe(TOLD, told, what=f"after {keep_s / 3600:g} h", state=state)
        now = (await exchange.told(client))["energy_wh"]
        trial.record.observe(COUNTED, now - energy, unit="Wh")
        trial.record.observe(KEPT, await set_point(trial, client) == before)
    trial.record.observe(BACK, await answers_again(trial, 30.0) is not None)
    await trial.station.box.do(trial.seat, "override", on=False)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the appliance is there when the link is back", "always", BACK),
        Check("an opt-out of the outage is told once", "equals", TOLD, {"expected": 1}),
        Check("energy is counted during the outage", "at_least", COUNTED, {"limit": 1.0}),
        Check("its set-point is unchanged", "always", KEPT),
    ]


PROBE = Probe("A-L4", "cta2045", stimulus, checks)
