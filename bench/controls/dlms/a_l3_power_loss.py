"""A-L3 on DLMS: the meter survives losing its power, also in the middle of a write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.controls.base import Probe
from bench.controls.dlms._power import MeterState, answers_again, read_state
from bench.controls.dlms._row import access_of
from bench.controls.trial import Trial
from bench.exchanges.switch_scene import SwitchScene
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute, SetRequestNormal, encode_apdu, invoke_byte
from drivers.dlms.data import Enum

ANSWERED = "the meter answered again by itself"
BOOT_TIME = "time from power to the first correct answer"
ENERGY_LOST = "energy lost in the power cut"
SWITCH_KEPT = "the switch is where it was before the power cut, at the witness"
REPORT_KEPT = "the meter reports the switch as before the power cut"
EVENTS_LOST = "logged events that the power cut removed"

_DISCONNECT_CONTROL, _CONTROL_MODE = 70, 4
_LONGEST_PHASE_S = 20.0
_LONGEST_CUT_S = 40.0


async def stimulus(trial: Trial) -> None:
    """``n_cyc`` power cuts at random phase, the first one during a write, with the switch closed and open in turn."""
    await cut_power(trial, _begin_write)


async def cut_power(trial: Trial, begin_write: Callable[[Any], Awaitable[None]]) -> None:
    """The power cuts. ``begin_write`` begins a write over the access that it is given, and leaves."""
    access = access_of(trial)
    scene = SwitchScene(access)
    for number in range(trial.bound("n_cyc").count):
        closed = number % 2 == 0
        what = f"cut {number + 1}, switch {'closed' if closed else 'open'}"
        await scene.prepare(closed=closed)
        await trial.station.advance(trial.random.uniform(0.0, _LONGEST_PHASE_S))
        before = await read_state(access)
        if number == 0:
            await begin_write(access)
        await trial.station.power(trial.seat, False)
        await trial.station.advance(trial.random.uniform(1.0, _LONGEST_CUT_S))
        await trial.station.power(trial.seat, True)
        boot = await answers_again(trial, access, 2 * trial.bound("t_boot").number)
        trial.record.observe(ANSWERED, boot is not None, what=what)
        if boot is None:
            return
        trial.record.observe_duration(BOOT_TIME, boot, what=what)
        await _compare(trial, before, await read_state(access), what)
        contact = await scene.look()
        if contact.closed is None:
            trial.record.could_not_look(SWITCH_KEPT, f"{what}: {contact.detail}")
        else:
            trial.record.observe(SWITCH_KEPT, contact.closed is closed, what=what, source=contact.shown_by)
    await scene.restore()


async def _begin_write(access: DlmsAccess) -> None:
    """Write the control mode that the meter has, and do not wait for the answer."""
    client = access.new_client(MANAGEMENT)
    try:
        await client.associate()
        mode = (await access.meter(client).switch()).mode
        attribute = Attribute(_DISCONNECT_CONTROL, access.names.disconnect_control, _CONTROL_MODE)
        request = encode_apdu(SetRequestNormal(invoke_byte(1), attribute, None, Enum(mode)))
        await client.link.send(client.protect(request))
    finally:
        await client.abort()


async def _compare(trial: Trial, before: MeterState, after: MeterState, what: str) -> None:
    for name, energy in before.energy_wh.items():
        trial.record.observe(ENERGY_LOST, energy - after.energy_wh[name], unit="Wh", what=f"{what}, {name}")
    same = (after.switch.output_on, after.switch.mode) == (before.switch.output_on, before.switch.mode)
    trial.record.observe(REPORT_KEPT, same, what=what)
    lost = [f"{event.log} {event.code} at {event.at}" for event in before.events if event not in after.events]
    trial.record.observe(EVENTS_LOST, lost, what=what)  # type: ignore[arg-type]


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the meter comes back without help", "always", ANSWERED),
        Check("it answers within t_boot of power", "at_most", BOOT_TIME, trial.limit("t_boot")),
        Check("no register loses more than declared", "at_most", ENERGY_LOST, {"limit": _allowed_loss(trial)}),
        Check("the switch stays where it was", "always", SWITCH_KEPT),
        Check("the meter's own account of the switch stays", "always", REPORT_KEPT),
        Check("no logged event is lost", "empty", EVENTS_LOST),
    ]


def _allowed_loss(trial: Trial) -> float:
    """The declared loss in display units of 1 Wh, at most one."""
    access = access_of(trial)
    return min(1.0, float(access.pixit("resolution_lost", 1.0)))


PROBE = Probe("A-L3", "dlms", stimulus, checks)
