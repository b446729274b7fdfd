"""The lab's instruments in the loop, in the place of whom these record what they are asked."""

from __future__ import annotations

from typing import Any

import pytest

from bench.loop.errors import LoopError
from bench.loop.lab_device import DeviceOfTheLab
from drivers.scpi.errors import OutputTrippedError


class Simulator:
    def __init__(self) -> None:
        self.points: list[Any] = []
        self.on = False
        self.tripped = ""

    async def set_grid(self, point: Any) -> None:
        self.points.append(point)

    async def follow(self, point: Any) -> None:
        self.points.append(point)

    async def set_output(self, on: bool) -> None:
        self.on = on

    async def check_output(self) -> None:
        if self.tripped:
            raise OutputTrippedError("grid", self.tripped)


class Analyser:
    def __init__(self, *powers: complex) -> None:
        self._powers = powers

    async def latest_powers(self) -> tuple[complex, ...]:
        return self._powers


def _device(simulator: Simulator, *powers: complex, step_s: float = 0.25) -> DeviceOfTheLab:
    return DeviceOfTheLab(simulator, Analyser(*powers), step_s)  # type: ignore[arg-type]


async def test_phasors_become_magnitudes_and_angles() -> None:
    simulator = Simulator()
    await _device(simulator).apply((230 + 0j, -230j, 230j), 50.0)
    (point,) = simulator.points
    assert point.voltages_v == pytest.approx((230, 230, 230))
    assert point.angles_deg == pytest.approx((0, -90, 90))
    assert point.frequency_hz == 50.0


async def test_what_the_analyser_sees_exported_is_generated() -> None:
    generated = await _device(Simulator(), -1000 - 200j, -900 + 0j, 50 + 10j).generated_va()
    assert generated == (1000 + 200j, 900 + 0j, -50 - 10j)


async def test_one_phase_is_not_enough() -> None:
    with pytest.raises(LoopError, match="made for three"):
        await _device(Simulator(), -1000 + 0j).generated_va()


async def test_the_output_is_off_afterwards_whatever_happened() -> None:
    simulator = Simulator()
    was_on = False

    async def interrupted() -> None:
        nonlocal was_on
        async with _device(simulator).energised(277.0, 60.0):
            was_on = simulator.on
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await interrupted()
    assert was_on
    assert not simulator.on
    assert simulator.points[0].voltages_v == (277.0, 277.0, 277.0)


async def test_once_a_second_the_protection_is_looked_at() -> None:
    simulator = Simulator()
    device = _device(simulator, step_s=0.25)
    simulator.tripped = "over-current"
    for _ in range(3):
        await device.apply((230 + 0j,) * 3, 60.0)
    with pytest.raises(OutputTrippedError, match="over-current"):
        await device.apply((230 + 0j,) * 3, 60.0)
