"""The course of the load current around a switch operation, and electrical values from registers."""

from __future__ import annotations

from bench.keywords.answers import FREQUENCY, REACTIVE, VOLTAGE
from bench.keywords.electrical import of_registers
from bench.keywords.interval_acts import Register
from bench.keywords.switch_watch import AFTER_S, BEFORE_S, MOST_POINTS, course
from drivers.metering import Reading
from drivers.scpi.measurement import CurrentLog, InstrumentIdentity, LogPoint

WHEN = 1_767_571_200.0
ANALYSER = InstrumentIdentity("AMIBENCH", "EPA-3", "1")


def log_of(*points: tuple[float, float]) -> CurrentLog:
    return CurrentLog(tuple(LogPoint(WHEN + at, current, 0.001) for at, current in points), 0.0003, ANALYSER)


def test_the_course_is_relative_to_the_operation_and_reaches_its_edges() -> None:
    log = log_of((-30.0, 4.0), (-0.001, 4.1), (0.0, 0.0), (0.001, 0.0), (300.0, 0.2))
    assert course(log, WHEN) == [[-BEFORE_S, 4.0], [-0.001, 4.1], [0.0, 0.0], [0.001, 0.0], [AFTER_S, 0.2]]


def test_a_log_that_begins_late_has_no_invented_edge() -> None:
    assert course(log_of((0.0, 1.0)), WHEN) == [[0.0, 1.0]]


def test_a_dense_log_is_thinned() -> None:
    log = log_of(*((number / 10_000.0, 1.0) for number in range(5_000)))
    assert 0 < len(course(log, WHEN)) <= MOST_POINTS


def test_a_register_in_kilowatt_hours_counts_in_watt_hours() -> None:
    register = Register.of(Reading("energy_import", 12.34, "kWh", 1234, scaler=-2))
    assert (register.energy, register.count) == (12_340.0, 10.0)


def test_reactive_power_is_import_less_export() -> None:
    def register(value: float) -> Reading:
        return Reading("", value, "", value)

    values = of_registers(
        {
            "voltage_l1": register(230.0),
            "reactive_power_import": register(0.0),
            "reactive_power_export": register(150.0),
            "frequency": register(50.01),
        }
    )
    assert values == {VOLTAGE: 230.0, REACTIVE: -150.0, FREQUENCY: 50.01}


def test_what_the_meter_does_not_have_is_left_out() -> None:
    assert of_registers({}) == {}
