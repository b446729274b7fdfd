"""Grid points, profiles, circuits, waveforms and power logs: what can be worked out without an instrument."""

from __future__ import annotations

import doctest
import math

import pytest

from drivers.scpi import circuit, grid
from drivers.scpi.circuit import Circuit
from drivers.scpi.grid import GridPoint, GridSegment, hold, lines, ramp, steps
from drivers.scpi.measurement import InstrumentIdentity
from drivers.scpi.power import PowerLog, PowerPoint
from drivers.scpi.waveform import Waveform

NOMINAL = GridPoint.balanced(230.0, 50.0)
IDENTITY = InstrumentIdentity("A", "B", "C")


@pytest.mark.parametrize("module", [grid, circuit])
def test_examples_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("voltages", "frequency", "angles"),
    [
        ((230.0, 230.0), 50.0, (0.0, 180.0)),
        ((230.0,), 50.0, (0.0, 0.0)),
        ((-1.0,), 50.0, (0.0,)),
        ((1.0,), 0.0, (0.0,)),
    ],
)
def test_points_that_are_none_are_refused(
    voltages: tuple[float, ...], frequency: float, angles: tuple[float, ...]
) -> None:
    with pytest.raises(ValueError, match=r"phases|negative"):
        GridPoint(voltages, frequency, angles)


def test_a_point_is_scaled_on_some_phases() -> None:
    assert NOMINAL.scaled(0.5, [1, 3]).voltages_v == (115.0, 230.0, 115.0)


def test_a_ramp_needs_a_way_and_a_rate() -> None:
    for to_hz, rate in ((50.0, 1.0), (51.0, 0.0)):
        with pytest.raises(ValueError, match="ramp"):
            ramp(NOMINAL, to_hz=to_hz, rate_hz_per_s=rate)
    assert ramp(NOMINAL, to_hz=47.0, rate_hz_per_s=-1.5).duration_s == pytest.approx(2.0)


def test_steps_stay_and_lines_move() -> None:
    low = NOMINAL.scaled(0.5)
    points = [(0.0, NOMINAL), (1.0, low)]
    assert steps(points, until_s=3.0) == (hold(NOMINAL, 1.0), hold(low, 2.0))
    assert lines(points) == (GridSegment(1.0, NOMINAL, low),)
    with pytest.raises(ValueError, match="segment"):
        steps(points, until_s=1.0)


def test_a_circuit_needs_all_its_numbers() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Circuit.tuned(0.0, 230.0, 50.0, 1.0)


def sine(seconds: float, until_s: float, amplitude: float = 10.0) -> Waveform:
    interval = 1e-4
    values = [
        amplitude * math.sin(2 * math.pi * 50.0 * number * interval) if number * interval < until_s else 0.0
        for number in range(round(seconds / interval))
    ]
    return Waveform("CH1", "A", -0.1, interval, values, 0.1, IDENTITY)


def test_a_waveform_tells_when_it_ceased() -> None:
    wave = sine(0.4, until_s=0.2633)
    assert wave.ceased_at(0.5) == pytest.approx(-0.1 + 0.2633, abs=0.002)
    assert sine(0.4, until_s=1.0).ceased_at(0.5) is None
    assert sine(0.4, until_s=0.0).ceased_at(0.5) == pytest.approx(-0.1)


def test_rms_is_of_one_cycle() -> None:
    wave = sine(0.1, until_s=1.0)
    assert all(value == pytest.approx(10 / math.sqrt(2), rel=1e-6) for _, value in wave.rms(50.0))
    with pytest.raises(ValueError, match="holds no cycle"):
        wave.rms(1.0)


def test_zero_crossings_are_found_between_samples() -> None:
    rising = sine(0.1, until_s=1.0).crossings()
    assert rising[1] - rising[0] == pytest.approx(0.02, abs=1e-6)
    falling = sine(0.1, until_s=1.0).crossings(rising=False)
    assert falling[0] == pytest.approx(-0.1 + 0.01, abs=1e-6)


def log(currents: list[float]) -> PowerLog:
    points = tuple(
        PowerPoint(100.0 + at, 50.0, (230.0,), (amps,), (amps * 230.0,), (0.0,)) for at, amps in enumerate(currents)
    )
    return PowerLog(points, 0.0003, IDENTITY)


def test_a_power_log_tells_when_the_current_ceased_for_good() -> None:
    assert log([10.0, 0.0, 10.0, 0.0, 0.0]).ceased_at(0.1, after=100.0) == 103.0
    assert log([10.0, 0.0, 10.0]).ceased_at(0.1, after=100.0) is None
    assert log([0.0, 10.0, 0.0]).first_time(lambda point: point.total_w > 1000.0, after=100.0) == 101.0
