"""The loop with a model in the place of the instruments."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.loop.circuit import Circuit
from bench.loop.errors import DivergenceError, InterfaceUnstableError, OutOfRangeError
from bench.loop.feeder import load_feeder
from bench.loop.pace import RealTimePace, SteppedPace
from bench.loop.record import StepFile, read_steps
from bench.loop.site import CATEGORY_B, Phasors, Site
from bench.loop.stepping import GridLoop, LoopSettings

_STEP_S = 1 / 60


class Inverter:
    """Feeds 5 kW a phase and follows a curve, as quick as its ``lag`` allows (share of the way in a step)."""

    def __init__(self, lag: float = 0.1, steepness: float = 1.0) -> None:
        self.applied: list[Phasors] = []
        self._lag, self._steepness = lag, steepness
        self._var = [0.0, 0.0, 0.0]

    async def apply(self, voltages_v: Phasors, frequency_hz: float) -> None:
        assert frequency_hz == 60.0
        self.applied.append(voltages_v)

    async def generated_va(self) -> Phasors:
        for phase, voltage in enumerate(self.applied[-1]):
            target = self._steepness * 5e3 * CATEGORY_B.at(abs(voltage) / Site("848").nominal_v)
            self._var[phase] += self._lag * (target - self._var[phase])
        first, second, third = (complex(5e3, var) for var in self._var)
        return first, second, third


class Fixed:
    """Feeds what it is told to."""

    def __init__(self, power: complex) -> None:
        self._power = power

    async def apply(self, voltages_v: Phasors, frequency_hz: float) -> None:
        """Whatever it is."""

    async def generated_va(self) -> Phasors:
        return (self._power,) * 3


class Passing:
    """Counts the time that passes."""

    def __init__(self) -> None:
        self.passed_s = 0.0

    async def advance(self, seconds: float) -> None:
        self.passed_s += seconds


async def test_the_loop_settles_and_logs_every_step(tmp_path: Path) -> None:
    time, device = Passing(), Inverter()
    circuit = Circuit(load_feeder("ieee34"), Site("848", scale=30))
    with StepFile(tmp_path / "steps.csv") as log:
        await GridLoop(circuit, device, SteppedPace(_STEP_S, time.advance), log).run(2.0)
    steps = list(read_steps(tmp_path / "steps.csv"))
    assert len(steps) == 120
    assert time.passed_s == pytest.approx(2.0)
    assert [step.at_s for step in steps[:3]] == pytest.approx([0.0, _STEP_S, 2 * _STEP_S], abs=1e-5)
    last, before = abs(steps[-1].voltages_v[0]), abs(steps[-2].voltages_v[0])
    assert last == pytest.approx(before, rel=1e-4)
    assert steps[-1].generated_va[0].imag < -100  # it absorbs, since feeding has raised the voltage above its dead band


async def test_a_step_later_the_feeder_sees_what_the_device_generates(tmp_path: Path) -> None:
    device = Inverter()
    with StepFile(tmp_path / "steps.csv") as log:
        await GridLoop(
            Circuit(load_feeder("ieee34"), Site("848", scale=30)), device, SteppedPace(_STEP_S, Passing().advance), log
        ).run(3 * _STEP_S)
    first, second, _ = device.applied
    assert abs(second[0]) > abs(first[0])


async def test_a_loop_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with StepFile(tmp_path / "steps.csv") as log:
        loop = GridLoop(
            Circuit(load_feeder("ieee13"), Site("671")), Fixed(1e3 + 0j), SteppedPace(_STEP_S, Passing().advance), log
        )
        await loop.run(0.5)
        await loop.run(0.5)
    assert list(read_steps(tmp_path / "steps.csv"))[-1].at_s == pytest.approx(1.0 - _STEP_S, abs=1e-5)


async def test_a_voltage_beyond_the_stations_limits_is_never_applied(tmp_path: Path) -> None:
    device = Inverter()
    settings = LoopSettings(highest_pu=1.02)
    with StepFile(tmp_path / "steps.csv") as log:
        loop = GridLoop(
            Circuit(load_feeder("ieee34"), Site("848", scale=30)),
            device,
            SteppedPace(_STEP_S, Passing().advance),
            log,
            settings,
        )
        with pytest.raises(OutOfRangeError, match="the station allows") as caught:
            await loop.run(1.0)
    assert len(device.applied) == caught.value.step
    assert caught.value.voltage_v > 1.02 * Site("848").nominal_v


async def test_a_device_that_answers_too_sharply_is_caught_as_unstable(tmp_path: Path) -> None:
    with StepFile(tmp_path / "steps.csv") as log:
        loop = GridLoop(
            Circuit(load_feeder("ieee34"), Site("848", scale=40)),
            Inverter(lag=1.0, steepness=4.0),
            SteppedPace(_STEP_S, Passing().advance),
            log,
            LoopSettings(highest_pu=1.5, lowest_pu=0.3, swing_pu=0.005),
        )
        with pytest.raises(InterfaceUnstableError, match="relaxation"):
            await loop.run(5.0)


async def test_relaxation_calms_the_same_device(tmp_path: Path) -> None:
    with StepFile(tmp_path / "steps.csv") as log:
        await GridLoop(
            Circuit(load_feeder("ieee34"), Site("848", scale=40)),
            Inverter(lag=1.0, steepness=4.0),
            SteppedPace(_STEP_S, Passing().advance),
            log,
            LoopSettings(highest_pu=1.5, lowest_pu=0.3, swing_pu=0.005, relaxation=0.1),
        ).run(5.0)
    *_, before, last = read_steps(tmp_path / "steps.csv")
    assert abs(last.voltages_v[0]) == pytest.approx(abs(before.voltages_v[0]), rel=1e-3)


@pytest.mark.parametrize("wrong", [{"relaxation": 0.0}, {"relaxation": 1.1}, {"step_s": 0.0}])
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="not"):
        LoopSettings(**wrong)


async def test_real_time_steps_report_their_jitter() -> None:
    pace = RealTimePace(0.001)
    await pace.begin()
    for _ in range(5):
        await pace.step()
    jitter = pace.jitter()
    assert jitter.steps == 5
    assert 0 <= jitter.p50_s <= jitter.p99_s <= jitter.worst_s


def test_no_step_has_no_jitter() -> None:
    with pytest.raises(ValueError, match="no step"):
        RealTimePace(0.001).jitter()


def test_a_torn_last_line_is_left_out_and_another_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "steps.csv"
    with StepFile(file) as log:
        log.write(0.0, (1 + 0j,) * 3, (2 + 1j,) * 3)
        log.write(1.0, (1 + 0j,) * 3, (2 + 1j,) * 3)
    file.write_text(file.read_text()[:-30])
    assert [step.generated_va[0] for step in read_steps(file)] == [2 + 1j]
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="no log of a loop"):
        list(read_steps(other))


async def test_a_feeder_that_does_not_converge_stops_the_loop_and_keeps_what_was(tmp_path: Path) -> None:
    class Runaway(Fixed):
        """Feeds a hundred times more with each step."""

        async def generated_va(self) -> Phasors:
            self._power *= 100
            return (self._power,) * 3

    with StepFile(tmp_path / "steps.csv") as log:
        circuit = Circuit(load_feeder("ieee34"), Site("848"))
        settings = LoopSettings(lowest_pu=0.0, highest_pu=10.0, swings=1000)
        loop = GridLoop(circuit, Runaway(1e3 + 0j), SteppedPace(_STEP_S, Passing().advance), log, settings)
        with pytest.raises(DivergenceError):
            await loop.run(1.0)
    steps = list(read_steps(tmp_path / "steps.csv"))
    assert 0 < len(steps) < 60
    assert steps[-1].generated_va[0].real > 1e5
