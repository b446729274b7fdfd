"""A-H4 on DLMS: after crash stimuli and brown-outs the meter comes back by itself, and its switch stays still."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from itertools import cycle
from typing import TYPE_CHECKING

from bench.access.dlms import PUBLIC, DlmsAccess
from bench.controls.base import Probe
from bench.controls.dlms._brown_out import dip, ramp
from bench.controls.dlms._flood import CLASSES, attacker
from bench.controls.dlms._power import answers_again
from bench.controls.dlms._row import access_of
from bench.controls.dlms._watch import Watch
from bench.exchanges.switch_scene import LOAD_W, SwitchScene
from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.controls.trial import Trial

RECOVERED = "the meter answered again by itself"
RECOVERY_TIME = "time from the end of the disturbance to the first correct answer"
MOVED = "the switch moved during the disturbance or the recovery, at the witness"
STAYED = "the switch is where it was before the disturbance, at the witness"

_RAMP_DEPTHS = (0.2, 0.55)
_RAMP_HOLD_S = (1.0, 20.0)
_DIP_S = (0.1, 0.8)
_OPEN_DIP, _CLOSED_DIP = 0.0, 0.1
"""How deep a dip goes. Under a closed switch some voltage is left, so that the load current shows every toggling."""


async def stimulus(trial: Trial) -> None:
    """The rounds, the ports that are open to anybody in turn."""
    access = access_of(trial)
    ports = cycle(access.ports_of(PUBLIC))

    async def crash() -> str:
        port = next(ports)
        async with attacker(trial, access, port) as hostile:
            for kind in CLASSES:
                await hostile.send(kind)
        return port

    await rounds(trial, access, crash, lambda patience_s: answers_again(trial, access, patience_s))


async def rounds(
    trial: Trial,
    access: DlmsAccess,
    crash: Callable[[], Awaitable[str]],
    answers: Callable[[float], Awaitable[float | None]],
) -> None:
    """``n_cyc`` rounds of a crash stimulus, a ramp and a dip, with the switch closed and open in turn.

    ``crash`` sends malformed messages, one of each class, and says where; ``answers`` waits for the meter: seconds
    until it serves, None when it does not in so many.
    """
    scene = SwitchScene(access)
    for number in range(trial.bound("n_cyc").count):
        closed = number % 2 == 0
        await scene.prepare(closed=closed)
        await _draw_by_resistance(scene)
        what = f"round {number + 1}, switch {'closed' if closed else 'open'}"
        round_ = _Round(trial, scene, closed, what, answers)
        if not (await round_.crash(crash) and await round_.brown_out() and await round_.dip()):
            return
    await scene.restore()


async def _draw_by_resistance(scene: SwitchScene) -> None:
    """Let the load be a resistor: at constant power it would draw ever more from a supply that sags."""
    if scene.wiring.has("electronic_load"):
        await (await scene.wiring.load()).set_resistance(scene.nominal_v**2 / LOAD_W)


class _Round:
    """One round of disturbances. Each method says whether the meter came back."""

    def __init__(
        self,
        trial: Trial,
        scene: SwitchScene,
        closed: bool,
        what: str,
        answers: Callable[[float], Awaitable[float | None]],
    ) -> None:
        self._trial, self._scene, self._closed, self._what = trial, scene, closed, what
        self._answers = answers

    async def crash(self, send: Callable[[], Awaitable[str]]) -> bool:
        """Malformed messages (what makes bad firmware hang or restart)."""
        watch = await self._watch()
        port = await send()
        return await self._recovers(watch, f"malformed messages on {port}")

    async def brown_out(self) -> bool:
        """A ramp down to a voltage that no meter runs on, and up again."""
        draw = self._trial.random
        depth, held_s = draw.uniform(*_RAMP_DEPTHS), draw.uniform(*_RAMP_HOLD_S)
        what = f"ramp to {100 * depth:.0f} % for {held_s:.0f} s"
        if not self._supplied(what):
            return True
        watch = await self._watch()
        await ramp(self._scene, depth, held_s)
        return await self._recovers(watch, what)

    async def dip(self) -> bool:
        """A short dip."""
        depth = _CLOSED_DIP if self._closed else _OPEN_DIP
        held_s = self._trial.random.uniform(*_DIP_S)
        what = f"dip to {100 * depth:.0f} % for {held_s:.1f} s"
        if not self._supplied(what):
            return True
        watch = await self._watch()
        await dip(self._scene, depth, held_s)
        return await self._recovers(watch, what)

    def _supplied(self, what: str) -> bool:
        """Whether the lab can do that to the supply."""
        wired = self._scene.wiring.has("ac_source")
        if not wired:
            why = f"{self._what}, {what}: no AC source is wired to {self._trial.seat}"
            self._trial.record.could_not_look(RECOVERED, why)
        return wired

    async def _watch(self) -> Watch:
        watch = Watch(self._trial)
        await watch.begin()
        return watch

    async def _recovers(self, watch: Watch, disturbance: str) -> bool:
        trial, what = self._trial, f"{self._what}: {disturbance}"
        waited = await self._answers(2 * trial.bound("t_boot").number)
        trial.record.observe(RECOVERED, waited is not None, what=what)
        if waited is not None:
            trial.record.observe_duration(RECOVERY_TIME, waited, what=what)
        await watch.record(MOVED, what)
        contact = await self._scene.look()
        if contact.closed is None:
            trial.record.could_not_look(STAYED, f"{what}: {contact.detail}")
        else:
            trial.record.observe(STAYED, contact.closed is self._closed, what=what, source=contact.shown_by)
        return waited is not None


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the meter recovers by itself, every time", "always", RECOVERED),
        Check("it does so within t_boot", "at_most", RECOVERY_TIME, trial.limit("t_boot")),
        Check("its switch stays still meanwhile", "never", MOVED),
        Check("its switch is afterwards where it was", "always", STAYED),
    ]


PROBE = Probe("A-H4", "dlms", stimulus, checks)
