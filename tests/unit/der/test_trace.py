"""What is taken from the witness's log of a disturbance."""

from __future__ import annotations

import pytest

from bench.der.trace import Trace
from drivers.scpi.measurement import InstrumentIdentity
from drivers.scpi.power import PowerLog, PowerPoint

_WHO = InstrumentIdentity("M", "A", "1", "0")


def _trace(*points: tuple[float, float], began: float = 100.0) -> Trace:
    """Of (time, generated W), at 1 A for each 100 W."""
    log = [PowerPoint(at, 60.0, (240.0,), (abs(watts) / 100,), (-watts,), (watts / 10,)) for at, watts in points]
    return Trace(PowerLog(tuple(log), 0.0003, _WHO), began)


def test_between_two_points_the_earlier_one_holds() -> None:
    trace = _trace((99.0, 1000.0), (102.0, 500.0), (104.0, 0.0))
    assert trace.generated_w(1.0) == 1000.0
    assert trace.generated_w(3.0) == 500.0
    assert trace.injected_var(3.0) == pytest.approx(-50.0)


def test_the_supply_has_ended_when_it_does_not_begin_again() -> None:
    ended = _trace((99.0, 1000.0), (100.5, 0.0), (103.0, 0.0))
    assert ended.ceased_after(0.1) == pytest.approx(0.5)
    again = _trace((99.0, 1000.0), (100.5, 0.0), (103.0, 900.0))
    assert again.ceased_after(0.1) is None


def test_the_least_power_of_a_time_counts_what_flowed_when_it_began() -> None:
    trace = _trace((99.0, 200.0), (101.0, 900.0), (105.0, 50.0))
    assert trace.least_w(0.0, 3.0) == 200.0
    assert trace.least_w(1.5, 3.0) == 900.0


def test_power_is_restored_when_it_stays() -> None:
    trace = _trace((99.0, 1000.0), (100.0, 0.0), (102.1, 900.0), (102.2, 100.0), (102.3, 1000.0), (106.0, 1000.0))
    assert trace.restored_after(2.0, 800.0) == pytest.approx(0.3)
    assert trace.restored_after(2.0, 1200.0) is None
