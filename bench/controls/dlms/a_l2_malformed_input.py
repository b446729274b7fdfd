"""A-L2 on DLMS: the meter survives malformed input."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.dlms import PUBLIC
from bench.controls.base import Probe
from bench.controls.dlms._flood import CLASSES, attacker
from bench.controls.dlms._power import read_state, restarts
from bench.controls.dlms._recovery import Recovery
from bench.controls.dlms._row import access_of
from bench.controls.recovery import came_back, recovery_checks
from bench.controls.trial import Trial
from bench.judgement.check import Check

RESTARTS = "restarts of the meter during the malformed input"
SWITCH_KEPT = "the meter reports the switch as before the malformed input"
ENERGY_LOST = "energy lost during the malformed input"


async def stimulus(trial: Trial) -> None:
    """``n_mal`` messages of each class at ``r_mal`` on each port that anybody reaches, then a legitimate read."""
    access = access_of(trial)
    before = await read_state(access)
    recovery = await Recovery.at_rest(trial, access)
    for port in access.ports_of(PUBLIC):
        for kind in CLASSES:
            async with attacker(trial, access, port) as hostile:
                sent = [await hostile.send(kind) for _number in range(hostile.count)]
            took_s = await recovery.wait()
            captures = [trial.record.capture(b"\n".join(message.hex().encode() for message in sent), ".hex")]
            if not came_back(
                trial, took_s, what=f"{kind} on {port}", captures=captures, undisturbed_s=recovery.undisturbed_s
            ):
                return
    after = await read_state(access)
    trial.record.observe(RESTARTS, restarts(access, before, after))
    same = (after.switch.output_on, after.switch.mode) == (before.switch.output_on, before.switch.mode)
    trial.record.observe(SWITCH_KEPT, same)
    for name, energy in before.energy_wh.items():
        trial.record.observe(ENERGY_LOST, energy - after.energy_wh[name], unit="Wh", what=name)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        *recovery_checks(trial),
        Check("malformed input restarts nothing", "at_most", RESTARTS, {"limit": 0}),
        Check("configuration and switch are unchanged", "always", SWITCH_KEPT),
        Check("no energy is lost", "at_most", ENERGY_LOST, {"limit": 0}),
    ]


PROBE = Probe("A-L2", "dlms", stimulus, checks)
