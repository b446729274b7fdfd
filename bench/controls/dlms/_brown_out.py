"""Supply voltage that sags, dips and comes back, by the AC source of the lab."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.exchanges.switch_scene import SwitchScene

_STEPS = 4
_STEP_S = 0.5


async def ramp(scene: SwitchScene, depth: float, held_s: float) -> None:
    """Let the voltage sag in steps to ``depth`` of its nominal value, hold it there, and bring it back in steps."""
    for step in range(1, _STEPS + 1):
        await _set(scene, 1.0 - (1.0 - depth) * step / _STEPS)
    await scene.station.advance(held_s)
    for step in range(_STEPS - 1, -1, -1):
        await _set(scene, 1.0 - (1.0 - depth) * step / _STEPS)


async def dip(scene: SwitchScene, depth: float, held_s: float) -> None:
    """Let the voltage drop to ``depth`` of its nominal value at once, for ``held_s``, and come back at once."""
    supply = await scene.wiring.supply()
    await supply.set_voltage(depth * scene.nominal_v)
    await scene.station.advance(held_s)
    await supply.set_voltage(scene.nominal_v)


async def _set(scene: SwitchScene, share: float) -> None:
    await (await scene.wiring.supply()).set_voltage(share * scene.nominal_v)
    await scene.station.advance(_STEP_S)
