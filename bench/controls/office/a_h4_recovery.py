"""A-H4 on office systems: killed, browned out or hit by junk, the system is back by itself, and no switch has moved."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.dlms import DlmsAccess
from bench.controls.base import Probe
from bench.controls.office._flood import attacker
from bench.controls.office._hostile import CLASSES
from bench.controls.office._power import answers_again
from bench.controls.office._row import access_of
from bench.controls.trial import Trial
from bench.exchanges.meters import meter_seat
from bench.exchanges.switch_scene import SwitchScene
from bench.judgement.check import Check

ANSWERED = "the system answered again by itself"
BOOT_TIME = "time to the first correct answer"
SWITCH_KEPT = "the switch behind the system is where it was, at the witness"

_SHORTEST_S, _LONGEST_S = 0.1, 30.0


async def stimulus(trial: Trial) -> None:
    """``n_cyc`` times: a crash stimulus, then an interruption; the first one is the shortest."""
    access = access_of(trial)
    scene = SwitchScene(DlmsAccess(trial.station, meter_seat(trial.station)))
    await scene.prepare(closed=True)
    for number in range(trial.bound("n_cyc").count):
        async with attacker(trial, access) as hostile:
            for kind in CLASSES:
                await hostile.send(kind)
        if not await _is_back(trial, f"crash stimulus {number + 1}"):
            break
        off_s = _SHORTEST_S if number == 0 else trial.random.uniform(_SHORTEST_S, _LONGEST_S)
        await trial.station.power(trial.seat, False)
        await trial.station.advance(off_s)
        await trial.station.power(trial.seat, True)
        if not await _is_back(trial, f"{off_s:.1f} s without power, cut {number + 1}"):
            break
        contact = await scene.look()
        if contact.closed is None:
            trial.record.could_not_look(SWITCH_KEPT, contact.detail)
        else:
            trial.record.observe(SWITCH_KEPT, contact.closed, what=f"cut {number + 1}", source=contact.shown_by)
    await scene.restore()


async def _is_back(trial: Trial, what: str) -> bool:
    waited = await answers_again(trial, access_of(trial), 2 * trial.bound("t_boot").number)
    trial.record.observe(ANSWERED, waited is not None, what=what)
    if waited is not None:
        trial.record.observe_duration(BOOT_TIME, waited, what=what)
    return waited is not None


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the system comes back without help", "always", ANSWERED),
        Check("it answers within t_boot", "at_most", BOOT_TIME, trial.limit("t_boot")),
        Check("no switch has moved", "always", SWITCH_KEPT),
    ]


PROBE = Probe("A-H4", "office_https", stimulus, checks)
