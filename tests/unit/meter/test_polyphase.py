"""A meter of three phases: angles, powers by phase, and the voltage profile; how its terminals are wired shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.dlms.obis import Obis
from fixtures.meter.model.events import EventCode, Log
from fixtures.meter.objects import names
from fixtures.meter.objects.registers import REGISTERS
from fixtures.meter.objects.table import MeterObjects
from fixtures.plant import Load, Wiring
from tests.unit.meter.conftest import MeterOnBench

Bench = Callable[..., MeterOnBench]


def shown(on: MeterOnBench, name: Obis) -> float:
    spec = REGISTERS[name]
    return float(round(spec.read(on.meter) * 10.0**spec.scaler, 3))


@pytest.fixture
def polyphase(bench: Bench) -> MeterOnBench:
    made = bench(phases=3)
    made.point.set_load([Load(1000.0), Load(2000.0, 2000.0), Load(-500.0)])
    return made


def lags(on: MeterOnBench) -> list[float]:
    return [shown(on, names.angle(phase, 0)) for phase in (1, 2)]


def test_each_phase_shows_its_power_and_angles(polyphase: MeterOnBench) -> None:
    assert lags(polyphase) == [120.0, 240.0]
    assert [shown(polyphase, names.angle(4 + phase, phase)) for phase in range(3)][1:] == [45.0, 180.0]
    assert shown(polyphase, names.instantaneous(41)) == pytest.approx(2000.0, rel=0.01)
    assert shown(polyphase, names.instantaneous(62)) == pytest.approx(500.0, rel=0.01)
    assert shown(polyphase, names.instantaneous(61)) == 0.0


def test_crossed_conductors_show_in_the_angles(polyphase: MeterOnBench) -> None:
    polyphase.point.wire(Wiring(order=(0, 2, 1)))
    assert lags(polyphase) == [240.0, 120.0]


def test_a_missing_conductor_shows_as_no_voltage(polyphase: MeterOnBench) -> None:
    polyphase.point.wire(Wiring(missing=frozenset({1})))
    assert shown(polyphase, names.instantaneous(52)) == 0.0
    assert lags(polyphase) == [0.0, 240.0]


def test_a_reversed_element_shows_as_a_current_the_other_way(polyphase: MeterOnBench) -> None:
    polyphase.point.wire(Wiring(reversed=frozenset({1})))
    assert shown(polyphase, names.angle(5, 1)) == 225.0


def test_a_meter_that_keeps_its_installation_shows_what_was(bench: Bench) -> None:
    faulty = bench("F-P40", phases=3)
    faulty.point.wire(Wiring(order=(0, 2, 1)))
    assert lags(faulty) == [120.0, 240.0]


async def test_average_voltages_are_kept_for_every_quarter(polyphase: MeterOnBench) -> None:
    await polyphase.wait(900.0)
    polyphase.plant.sources["grid"].set(voltage_v=[230.0, 220.0, 240.0])
    await polyphase.wait(450.0)
    polyphase.plant.sources["grid"].set(voltage_v=[230.0, 230.0, 220.0])
    await polyphase.wait(1350.0)
    rows = polyphase.meter.voltage_profile.store.rows()
    assert [row.at % 900.0 for row in rows] == [0.0, 0.0, 0.0]
    assert [value / 10.0 for value in rows[1].values] == pytest.approx([230.0, 225.0, 230.0], rel=0.003)
    assert [value / 10.0 for value in rows[2].values] == pytest.approx([230.0, 230.0, 220.0], rel=0.003)
    assert shown(polyphase, names.average_voltage(3)) == pytest.approx(220.0, rel=0.003)


async def test_a_quarter_with_an_outage_is_marked(polyphase: MeterOnBench) -> None:
    await polyphase.wait(1000.0)
    await polyphase.outage(60.0)
    await polyphase.wait(1800.0)
    rows = polyphase.meter.voltage_profile.store.rows()
    assert [row.status for row in rows] == [0, 0x80, 0]
    assert rows[1].values[0] / 10.0 == pytest.approx(230.0, rel=0.003)


def test_a_meter_of_one_phase_has_none_of_this(bench: Bench) -> None:
    single = bench()
    objects = MeterObjects(single.meter)
    assert names.VOLTAGE_PROFILE not in objects
    assert names.angle(1, 0) not in objects
    assert single.meter.voltage_profile.due() is None


async def test_a_connection_that_becomes_wrong_is_logged_and_when_it_is_right_again(bench: Bench) -> None:
    meter = bench(phases=3)
    meter.point.set_load([Load(1000.0)] * 3)
    for wiring in (Wiring(order=(0, 2, 1)), Wiring(missing=frozenset({1})), Wiring(reversed=frozenset({2})), Wiring()):
        meter.point.wire(wiring)
        await meter.wait(60.0)
    assert meter.codes(Log.STANDARD) == [
        EventCode.SEQUENCE_REVERSED,
        EventCode.VOLTAGE_MISSING_L2,
        EventCode.VOLTAGE_BACK_L2,
        EventCode.SEQUENCE_RIGHT,
        EventCode.CURRENT_REVERSED,
        EventCode.CURRENT_RIGHT,
    ]


async def test_a_connection_that_was_changed_without_supply_is_found_at_the_boot(bench: Bench) -> None:
    meter = bench(phases=3)
    meter.point.connect_mains(False)
    meter.point.wire(Wiring(order=(0, 2, 1)))
    await meter.wait(100.0)
    meter.point.connect_mains(True)
    await meter.wait(30.0)
    assert meter.codes(Log.STANDARD).count(EventCode.SEQUENCE_REVERSED) == 1


async def test_a_meter_of_one_phase_tells_nothing_of_its_connection(bench: Bench) -> None:
    meter = bench()
    meter.load(1000.0)
    meter.point.wire(Wiring(reversed=frozenset({0})))
    await meter.wait(60.0)
    assert meter.codes(Log.STANDARD) == []
