"""I-H3 on DLMS: the switch does not close onto a live load side, nor by itself, and follows its control mode."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.dlms import MANAGEMENT
from bench.controls.attempts import Outcome, attempt
from bench.controls.base import Probe
from bench.controls.dlms._row import access_of
from bench.controls.trial import Trial
from bench.exchanges.switch_scene import SwitchScene
from bench.judgement.check import Check
from drivers.metering import SwitchState

CLOSED_LIVE = "the switch closed onto a load side that is live"
CLOSED_DEAD = "the switch closed onto a load side that is dead"
CLOSED_AS_DECLARED = "between dead and live, the switch did as declared"
CLOSED_LATER = "the switch closed by itself when the back-feed went away"
MODE_FOLLOWED = "a remote reconnect did what the control mode says"

DEFERRED_CLOSE = "deferred_close"
_WATCH_S = 120.0
_DIRECT_MODES = frozenset({2, 4, 7})
_READY_MODES = frozenset({1, 3, 5, 6})


async def stimulus(trial: Trial) -> None:
    """Remote reconnects with back-feed of several voltages, then one in each control mode."""
    scene = SwitchScene(access_of(trial))
    live = trial.bound("backfeed_refused").number * scene.nominal_v
    limit = float(scene.access.pixit("customer_voltage_limit_v", live))
    dead = trial.bound("v_backfeed_accepted").number
    for number in range(trial.bound("n_interlock").count):
        await _connect_live(trial, scene, live, f"{live:.0f} V, try {number + 1}", CLOSED_LIVE, expect=None)
    await _connect_live(trial, scene, dead, f"{dead:.0f} V", CLOSED_DEAD, expect=None)
    for name in ("backfeed_limit_low", "backfeed_limit_high"):
        share = trial.bound(name).number
        voltage = share * limit
        if dead < voltage < live:
            words = f"{voltage:.1f} V, {share} x the declared limit"
            await _connect_live(trial, scene, voltage, words, CLOSED_AS_DECLARED, expect=share < 1.0)
    await _modes(trial, scene)
    await scene.restore()


async def _connect_live(
    trial: Trial, scene: SwitchScene, voltage: float, what: str, series: str, *, expect: bool | None
) -> None:
    """One remote reconnect with ``voltage`` behind the switch, then the back-feed taken away."""
    await scene.prepare(closed=False)
    source = await scene.wiring.load_side_source()
    await source.set_voltage(voltage)
    await source.set_output(True)
    await _reconnect(scene)
    await scene.settle()
    contact = await scene.look()
    if contact.closed is None:
        trial.record.could_not_look(series, f"{what}: {contact.detail}")
    else:
        value = contact.closed if expect is None else contact.closed is expect
        trial.record.observe(series, value, what=what, source=contact.shown_by, detail=contact.detail)
    await source.set_output(False)
    if contact.closed is False and DEFERRED_CLOSE not in trial.station.lab.declared(trial.seat):
        await trial.station.advance(_WATCH_S)
        later = await scene.look()
        trial.record.observe(CLOSED_LATER, later.closed, what=what, why=later.detail)


async def _modes(trial: Trial, scene: SwitchScene) -> None:
    """A remote reconnect from state 0 in each control mode (facts on class 70: transitions a and d)."""
    declared = int(scene.access.pixit("control_mode", 4))
    for mode in sorted(_DIRECT_MODES | _READY_MODES):
        await scene.prepare(closed=False)
        await _disarm(scene)
        await _set_mode(scene, mode)
        await _reconnect(scene)
        await scene.settle()
        async with scene.access.session(MANAGEMENT) as client:
            state = (await scene.access.meter(client).switch()).state
        contact = await scene.look()
        direct = mode in _DIRECT_MODES
        wanted = SwitchState.CONNECTED if direct else SwitchState.READY_FOR_RECONNECTION
        followed = None if contact.closed is None else contact.closed is direct and state is wanted
        trial.record.observe(MODE_FOLLOWED, followed, what=f"mode {mode}: {state.name}", why=contact.detail)
    await _set_mode(scene, declared)


async def _reconnect(scene: SwitchScene) -> None:
    """A remote reconnect, given again when it is not answered: whether each one arrives is the matter of A-M4."""
    async with scene.access.session(MANAGEMENT) as client:
        meter = scene.access.meter(client)
        if (await attempt(meter.reconnect())).outcome is Outcome.SILENCE:
            await attempt(meter.reconnect())


async def _disarm(scene: SwitchScene) -> None:
    """From *ready for reconnection*, which is open as well, to *disconnected* (transition c)."""
    async with scene.access.session(MANAGEMENT) as client:
        meter = scene.access.meter(client)
        if (await meter.switch()).state is SwitchState.READY_FOR_RECONNECTION:
            await meter.disconnect()


async def _set_mode(scene: SwitchScene, mode: int) -> None:
    async with scene.access.session(MANAGEMENT) as client:
        await scene.access.meter(client).set_control_mode(mode)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the switch never closes onto a live load side", "never", CLOSED_LIVE),
        Check("it closes onto a dead one", "always", CLOSED_DEAD),
        Check("between them it does as declared", "always", CLOSED_AS_DECLARED),
        Check("it does not close by itself after a refusal", "never", CLOSED_LATER),
        Check("remote reconnect follows the control mode", "always", MODE_FOLLOWED),
    ]


PROBE = Probe("I-H3", "dlms", stimulus, checks)
