"""What every instrument driver must keep, on a SOCKET, a serial line and HiSLIP, against the emulated ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import date
from typing import Any, TypeVar

import pytest
import pytest_asyncio

from drivers import roles
from drivers.scpi.declaration import make_instrument
from drivers.scpi.errors import (
    GarbledAnswerError,
    InstrumentReportedError,
    InstrumentVanishedError,
    OverRangeError,
    WrongInstrumentError,
)
from drivers.scpi.measurement import Measurement
from drivers.scpi.safe_state import apply_safe_state
from drivers.scpi.uncertainty import UncertaintyModel
from fixtures.clock import PlantClock
from fixtures.instruments import specifications
from fixtures.plant import LoadSideSource, ServicePoint
from fixtures.world import World

KINDS: Mapping[str, tuple[str, Mapping[str, UncertaintyModel], dict[str, Any]]] = {
    "ac_source": ("EAC-6", specifications.SOURCE_READBACK, {"settling_s": 0.06, "limits": {"voltage": 280.0}}),
    "load_side_source": ("EAC-6B", specifications.SOURCE_READBACK, {"settling_s": 0.06}),
    "electronic_load": ("EEL-12", specifications.LOAD_READBACK, {"settling_s": 0.03}),
    "power_analyser": ("EPA-3", specifications.POWER_ANALYSER, {"acquisition_s": 0.25, "time_uncertainty_s": 0.0003}),
    "multimeter": ("EMM-1", specifications.MULTIMETER, {"acquisition_s": 0.25}),
}
CALIBRATION = {"certificate": "C-1", "laboratory": "Lab", "performed": "2025-06-01", "due": "2026-06-01"}
Role = TypeVar("Role", bound=roles.Instrument)


class Station:
    """The five emulated instruments on service point ``home``, and drivers for them over one kind of interface."""

    def __init__(self, world: World, interface: str, closing: AsyncExitStack) -> None:
        self.world = world
        self.interface = interface
        self._closing = closing

    @property
    def point(self) -> ServicePoint:
        return self.world.plant.service_point("home")

    def table(self, kind: str, **changes: Any) -> dict[str, Any]:
        """What a lab config would say."""
        model, uncertainty, times = KINDS[kind]
        return {
            "kind": kind,
            "resource": self.world.endpoints()[kind][self.interface],
            "answer_timeout_s": 10.0,
            "identity": {"manufacturer": "AMIBENCH", "model": model, "serial": kind},
            "calibration": CALIBRATION,
            "uncertainty": {name: vars(stated) for name, stated in uncertainty.items()},
            **times,
            **changes,
        }

    async def driver(self, role: type[Role], kind: str, **changes: Any) -> Role:
        """An open driver."""
        made = make_instrument(kind, self.table(kind, **changes), self.world.clock)
        self._closing.push_async_callback(made.close)
        await made.open()
        assert isinstance(made, role)
        return made

    def misbehave(self, kind: str, fault: str) -> None:
        self.world.seat(kind).fresh(frozenset({fault}))


@pytest_asyncio.fixture(params=["socket", "serial", "hislip"])
async def station(request: pytest.FixtureRequest, world: World) -> AsyncIterator[Station]:
    for kind in KINDS:
        where = {} if kind == "ac_source" else {"service_point": "home"}
        world.add(kind, kind, {**where, "interfaces": ["socket", "serial", "hislip"]})
    await world.start()
    async with AsyncExitStack() as closing:
        yield Station(world, request.param, closing)


def assert_within(reading: Measurement, true: float, unit: str) -> None:
    """The reading's expanded uncertainty covers the truth of the plant."""
    assert reading.unit == unit
    assert abs(reading.value - true) <= reading.expanded_uncertainty() * (1 + 1e-3)


async def test_source_makes_the_mains(station: Station) -> None:
    source = await station.driver(roles.AcSource, "ac_source")
    await source.set_voltage(207.0)
    await source.set_frequency(49.8)
    assert station.point.supply_voltage_v() == 207.0
    assert station.point.measured.frequency_hz == 49.8
    assert_within(await source.voltage(), 207.0, "V")
    await source.set_output(False)
    assert station.point.supply_voltage_v() == 0.0
    assert not await source.output_is_on()


async def test_load_draws_in_each_mode(station: Station) -> None:
    load = await station.driver(roles.ElectronicLoad, "electronic_load")
    await load.set_power(1150.0)
    assert station.point.measured.active_w == 0.0
    await load.set_input(True)
    assert await load.input_is_on()
    assert station.point.measured.active_w == pytest.approx(1150.0)
    assert_within(await load.power(), 1150.0, "W")
    await load.set_current(10.0)
    assert_within(await load.current(), 10.0, "A")
    await load.set_resistance(46.0)
    assert station.point.measured.current_a == pytest.approx(5.0)
    await load.set_power(800.0, power_factor=0.8)
    assert station.point.measured.reactive_var == pytest.approx(600.0)
    assert_within(await load.voltage(), 230.0, "V")


async def test_analyser_measures_the_service_point(station: Station) -> None:
    load = await station.driver(roles.ElectronicLoad, "electronic_load")
    analyser = await station.driver(roles.PowerAnalyser, "power_analyser")
    await load.set_power(1840.0, power_factor=-0.8)
    await load.set_input(True)
    true = {"V": 230.0, "A": 10.0, "W": 1840.0, "var": -1380.0, "VA": 2300.0, "1": 0.8, "Hz": 50.0}
    calls: list[Callable[[], Awaitable[Measurement]]] = [
        analyser.voltage,
        analyser.current,
        analyser.active_power,
        analyser.reactive_power,
        analyser.apparent_power,
        analyser.power_factor,
        analyser.frequency,
    ]
    for call, (unit, value) in zip(calls, true.items(), strict=True):
        assert_within(await call(), value, unit)


async def test_reading_carries_instrument_calibration_and_station_time(
    station: Station, plant_clock: PlantClock
) -> None:
    analyser = await station.driver(roles.PowerAnalyser, "power_analyser")
    reading = await analyser.voltage()
    assert reading.at == plant_clock.now()
    assert str(reading.instrument) == "AMIBENCH,EPA-3,power_analyser,1.0"
    assert reading.calibration is not None
    assert reading.calibration.due == date(2026, 6, 1)
    assert reading.calibration.valid_at(reading.at)


async def test_reading_rests_on_nothing_before_it_was_asked_for(station: Station) -> None:
    load = await station.driver(roles.ElectronicLoad, "electronic_load")
    analyser = await station.driver(roles.PowerAnalyser, "power_analyser")
    await load.set_power(2300.0)
    await load.set_input(True)
    assert_within(await analyser.current(), 10.0, "A")
    station.point.operate_switch(False)
    await station.world.clock.advance_to(station.world.clock.now() + station.point.travel_s)
    reading = await analyser.current()
    assert_within(reading, 0.0, "A")
    assert reading.value + reading.expanded_uncertainty() < 0.010


async def test_reference_meter_integrates_energy(station: Station, plant_clock: PlantClock) -> None:
    load = await station.driver(roles.ElectronicLoad, "electronic_load")
    meter = await station.driver(roles.PowerAnalyser, "power_analyser")
    await load.set_power(2300.0)
    await load.set_input(True)
    await meter.voltage()
    await meter.active_power()
    before = station.point.delivered_energy()
    await meter.start_energy()
    await plant_clock.advance_to(plant_clock.now() + 900.0)
    await meter.stop_energy()
    true_wh = station.point.delivered_energy().import_wh - before.import_wh
    imported = await meter.energy_imported()
    assert true_wh == pytest.approx(575.0)
    assert_within(imported, true_wh, "Wh")
    assert imported.expanded_uncertainty() < 0.002 * true_wh
    assert_within(await meter.energy_exported(), 0.0, "Wh")


async def test_log_shows_when_the_switch_opened_and_closed(station: Station, plant_clock: PlantClock) -> None:
    load = await station.driver(roles.ElectronicLoad, "electronic_load")
    analyser = await station.driver(roles.PowerAnalyser, "power_analyser")
    await load.set_power(2300.0)
    await load.set_input(True)
    await analyser.start_log()
    ordered = plant_clock.now()
    station.point.operate_switch(False)
    await plant_clock.advance_to(ordered + 60.0)
    log = await analyser.current_log()
    opened = log.first_below(0.010, after=ordered)
    assert opened == pytest.approx(ordered + station.point.travel_s, abs=0.0011)
    assert log.time_uncertainty_s == 0.0003
    reclosed = plant_clock.now()
    station.point.operate_switch(True)
    await plant_clock.advance_to(reclosed + 60.0)
    closed = (await analyser.current_log()).first_above(1.0, after=reclosed)
    assert closed == pytest.approx(reclosed + station.point.travel_s, abs=0.0011)


async def test_back_feed_shows_on_the_multimeter(station: Station, plant_clock: PlantClock) -> None:
    back_feed = await station.driver(roles.LoadSideSource, "load_side_source")
    multimeter = await station.driver(roles.Multimeter, "multimeter")
    station.point.operate_switch(False)
    await plant_clock.advance_to(plant_clock.now() + 1.0)
    assert_within(await multimeter.voltage(), 0.0, "V")
    await back_feed.set_voltage(115.0)
    await back_feed.set_power(460.0)
    await back_feed.set_output(True)
    assert station.point.state.load_side_source == LoadSideSource(115.0, 460.0)
    assert_within(await multimeter.voltage(), 115.0, "V")
    assert_within(await multimeter.frequency(), 50.0, "Hz")
    assert_within(await back_feed.voltage(), 115.0, "V")
    assert_within(await back_feed.current(), 4.0, "A")


async def test_outputs_off_is_the_safe_state(station: Station) -> None:
    source = await station.driver(roles.AcSource, "ac_source")
    load = await station.driver(roles.ElectronicLoad, "electronic_load")
    back_feed = await station.driver(roles.LoadSideSource, "load_side_source")
    analyser = await station.driver(roles.PowerAnalyser, "power_analyser")
    await load.set_power(1000.0)
    await load.set_input(True)
    await back_feed.set_voltage(230.0)
    await back_feed.set_output(True)
    for instrument in (load, back_feed, source, analyser):
        await instrument.outputs_off()
    assert station.point.supply_voltage_v() == 0.0
    assert station.point.state.load[0].power_w == 0.0
    assert station.point.state.load_side_source == LoadSideSource()


async def test_safe_state_needs_no_driver(station: Station) -> None:
    source = await station.driver(roles.AcSource, "ac_source")
    assert station.point.supply_voltage_v() == 230.0
    state = source.safe_state
    await source.close()
    await asyncio.to_thread(apply_safe_state, state)
    assert station.point.supply_voltage_v() == 0.0


@pytest.mark.parametrize("kind", KINDS)
async def test_other_identity_is_refused_on_opening(station: Station, kind: str) -> None:
    station.misbehave(kind, "INS-IDENTITY")
    with pytest.raises(WrongInstrumentError, match=f"{kind}-B"):
        await station.driver(roles.Instrument, kind)


@pytest.mark.parametrize("kind", KINDS)
async def test_garbage_instead_of_a_reading_is_an_error(station: Station, kind: str) -> None:
    driver: Any = await station.driver(roles.Instrument, kind)
    station.misbehave(kind, "INS-GARBAGE")
    with pytest.raises(GarbledAnswerError):
        await driver.voltage()


@pytest.mark.parametrize("kind", KINDS)
async def test_instrument_that_vanishes_in_a_reading_is_an_error(station: Station, kind: str) -> None:
    driver: Any = await station.driver(roles.Instrument, kind)
    station.misbehave(kind, "INS-VANISHES")
    with pytest.raises(InstrumentVanishedError):
        await driver.voltage()
    await driver.close()


async def test_setting_that_the_instrument_refuses_is_its_own_error(station: Station) -> None:
    source = await station.driver(roles.AcSource, "ac_source", limits={})
    with pytest.raises(InstrumentReportedError) as caught:
        await source.set_voltage(1000.0)
    assert caught.value.code == -222
    assert station.point.supply_voltage_v() == 230.0


async def test_word_that_the_instrument_does_not_know_is_its_own_error(station: Station) -> None:
    source = await station.driver(roles.AcSource, "ac_source", commands={"set_voltage": "SOUR:VSET {value}"})
    with pytest.raises(InstrumentReportedError) as caught:
        await source.set_voltage(230.0)
    assert (caught.value.code, caught.value.command) == (-113, "SOUR:VSET 230")


async def test_no_frequency_without_a_voltage(station: Station) -> None:
    source = await station.driver(roles.AcSource, "ac_source")
    analyser = await station.driver(roles.PowerAnalyser, "power_analyser")
    await source.outputs_off()
    with pytest.raises(OverRangeError, match="frequency"):
        await analyser.frequency()


async def test_readings_of_several_instruments_at_once_do_not_mix(station: Station) -> None:
    load = await station.driver(roles.ElectronicLoad, "electronic_load")
    source = await station.driver(roles.AcSource, "ac_source")
    await load.set_power(2300.0)
    await load.set_input(True)
    readings = await asyncio.gather(*[call() for _ in range(10) for call in (load.current, source.voltage)])
    for current, voltage in zip(readings[0::2], readings[1::2], strict=True):
        assert_within(current, 10.0, "A")
        assert_within(voltage, 230.0, "V")


async def test_closed_instrument_can_be_opened_again(station: Station) -> None:
    analyser = await station.driver(roles.PowerAnalyser, "power_analyser")
    await analyser.close()
    await analyser.close()
    await analyser.open()
    assert_within(await analyser.voltage(), 230.0, "V")
