"""What PV simulator, load bank and oscilloscope must keep, against the emulated ones: on a socket and on HiSLIP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import Any, TypeVar

import pytest
import pytest_asyncio
import pyvisa

from drivers import roles
from drivers.scpi.circuit import Circuit
from drivers.scpi.declaration import make_instrument
from drivers.scpi.errors import InstrumentReportedError, InstrumentSilentError, OverRangeError, SettingError
from drivers.scpi.measurement import Measurement
from drivers.scpi.uncertainty import UncertaintyModel
from drivers.scpi.waveform import Trigger
from fixtures.instruments import specifications
from fixtures.plant import Generation, ServicePoint
from fixtures.world import World

KINDS: Mapping[str, tuple[str, Mapping[str, UncertaintyModel], dict[str, Any]]] = {
    "pv_simulator": ("EPV-20", specifications.PV_READBACK, {}),
    "rlc_load": ("ERL-30", specifications.RLC_READBACK, {}),
    "oscilloscope": ("EDS-4", specifications.OSCILLOSCOPE, {"probes": ["u1", "i1", "u2", "i3"]}),
}
LIMITS = {"pv_simulator": {"power": 12_000.0}, "rlc_load": {"power": 6000.0}}
Role = TypeVar("Role", bound=roles.Instrument)


class Bench:
    """The three instruments at the service point of an inverter, and drivers for them over one kind of interface."""

    def __init__(self, world: World, interface: str, closing: AsyncExitStack) -> None:
        self.world = world
        self.interface = interface
        self.point: ServicePoint = world.plant.service_point("inverter1")
        self._closing = closing

    async def driver(self, role: type[Role], kind: str) -> Role:
        """An open driver."""
        model, uncertainty, _settings = KINDS[kind]
        table = {
            "kind": kind,
            "resource": self.world.endpoints()[kind][self.interface],
            "answer_timeout_s": 10.0,
            "identity": {"manufacturer": "AMIBENCH", "model": model, "serial": kind},
            "uncertainty": {name: vars(stated) for name, stated in uncertainty.items()},
            "limits": LIMITS.get(kind, {}),
        }
        made = make_instrument(kind, table, self.world.clock)
        self._closing.push_async_callback(made.close)
        await made.open()
        assert isinstance(made, role)
        return made

    async def pass_time(self, seconds: float) -> None:
        await self.world.clock.advance_to(self.world.clock.now() + seconds)

    def grid(self, **changes: Any) -> None:
        self.world.plant.sources["der_grid"].set(**changes)


@pytest_asyncio.fixture(params=["socket", "hislip"])
async def bench(request: pytest.FixtureRequest, world: World) -> AsyncIterator[Bench]:
    world.plant.add_source("der_grid", phases=3)
    world.plant.add_service_point("inverter1", source="der_grid")
    for kind, (_model, _uncertainty, settings) in KINDS.items():
        world.add(kind, kind, {"service_point": "inverter1", "interfaces": ["socket", "hislip"], **settings})
    await world.start()
    async with AsyncExitStack() as closing:
        yield Bench(world, request.param, closing)


def assert_within(reading: Measurement, true: float, unit: str) -> None:
    assert reading.unit == unit
    assert abs(reading.value - true) <= reading.expanded_uncertainty() * (1 + 1e-3)


async def test_pv_simulator_gives_what_the_irradiance_allows(bench: Bench) -> None:
    array = await bench.driver(roles.PvSimulator, "pv_simulator")
    terminals = bench.world.plant.pv_terminals("inverter1")
    assert not terminals.driven
    await array.set_array(8000.0, 400.0)
    await array.set_irradiance(500.0)
    assert terminals.available_w == 0.0
    await array.set_output(True)
    assert await array.output_is_on()
    assert terminals.available_w == 4000.0
    terminals.draw(4000.0)
    assert_within(await array.power(), 4000.0, "W")
    assert_within(await array.voltage(), 400.0, "V")
    assert_within(await array.current(), 10.0, "A")
    await array.outputs_off()
    assert terminals.available_w == 0.0


async def test_pv_simulator_refuses_what_it_cannot_be(bench: Bench) -> None:
    array = await bench.driver(roles.PvSimulator, "pv_simulator")
    with pytest.raises(InstrumentReportedError, match="-221"):
        await array.set_output(True)
    with pytest.raises(SettingError):
        await array.set_array(20_000.0, 400.0)
    with pytest.raises(SettingError):
        await array.set_irradiance(-1.0)


async def test_load_bank_is_the_circuit_of_each_phase(bench: Bench) -> None:
    bank = await bench.driver(roles.RlcLoad, "rlc_load")
    tuned = Circuit.tuned(2300.0, 230.0, 50.0, 1.0)
    await bank.set_circuits([tuned, Circuit(resistance_ohm=52.9), Circuit(inductance_h=0.1)])
    assert bench.point.delivered.active_w == 0.0
    await bank.set_input(True)
    phases = bench.point.delivered.phases
    assert phases[0].active_w == pytest.approx(2300.0)
    assert phases[0].reactive_var == pytest.approx(0.0, abs=0.1)
    assert phases[1].active_w == pytest.approx(1000.0)
    assert phases[2].reactive_var == pytest.approx(1683.9, abs=0.1)
    assert_within(await bank.active_power(), 3300.0, "W")
    assert_within(await bank.reactive_power(), 1683.9, "var")
    await bank.outputs_off()
    assert not await bank.input_is_on()
    assert bench.point.delivered.active_w == 0.0


async def test_load_bank_refuses_more_than_the_lab_allows(bench: Bench) -> None:
    bank = await bench.driver(roles.RlcLoad, "rlc_load")
    for circuit in (Circuit(resistance_ohm=1.0), Circuit(resistance_ohm=-5.0), Circuit(capacitance_f=-1e-6)):
        with pytest.raises(SettingError):
            await bank.set_circuits([circuit])


async def test_oscilloscope_shows_when_a_current_ceased(bench: Bench) -> None:
    scope = await bench.driver(roles.Oscilloscope, "oscilloscope")
    bench.point.set_generation("pv", [Generation(10.0)] * 3)
    await scope.configure({1: 500.0, 2: 30.0, 3: 500.0}, record_s=0.5, sample_rate_hz=10_000.0, before_share=0.2)
    await scope.arm(Trigger("aux"))
    await bench.pass_time(0.3)
    assert not await scope.has_captured()
    bench.grid(voltage_v=60.0)
    await bench.pass_time(0.0355)
    bench.point.set_generation("pv", Generation())
    await scope.await_capture(2.0)
    current, voltage = await scope.waveform(2), await scope.waveform(1)
    assert (current.unit, voltage.unit) == ("A", "V")
    assert len(current.values) == 5000
    assert current.start_s == pytest.approx(-0.1)
    ceased = current.ceased_at(1.0)
    assert ceased == pytest.approx(0.0355, abs=0.001)
    before = [rms for at, rms in voltage.rms(50.0) if at < -0.001]
    after = [rms for at, rms in voltage.rms(50.0) if at > 0.021]
    assert before == pytest.approx([230.0] * len(before), abs=5.0)
    assert after == pytest.approx([60.0] * len(after), abs=5.0)


async def test_oscilloscope_triggers_on_an_edge(bench: Bench) -> None:
    scope = await bench.driver(roles.Oscilloscope, "oscilloscope")
    await scope.configure({1: 500.0, 3: 500.0}, record_s=0.1, sample_rate_hz=20_000.0)
    await scope.arm(Trigger("1", level=100.0, rising=True))
    await scope.await_capture(1.0)
    first, second = await scope.waveform(1), await scope.waveform(3)
    middle = len(first.values) // 2
    assert first.values[middle] == pytest.approx(100.0, abs=15.0)
    assert first.values[middle + 5] > first.values[middle - 5]
    lag = min(at for at in second.crossings() if at > first.crossings()[0]) - first.crossings()[0]
    assert lag == pytest.approx(0.02 / 3, abs=0.0003)


async def test_oscilloscope_that_is_not_triggered_says_so_and_can_be_forced(bench: Bench) -> None:
    scope = await bench.driver(roles.Oscilloscope, "oscilloscope")
    await scope.configure({1: 500.0}, record_s=0.1, sample_rate_hz=10_000.0)
    await scope.arm(Trigger("1", level=400.0))
    with pytest.raises(InstrumentSilentError, match="not triggered"):
        await scope.await_capture(0.5)
    await scope.force()
    await scope.await_capture(0.5)
    assert max((await scope.waveform(1)).values) == pytest.approx(325.3, abs=6.0)


async def test_oscilloscope_says_when_a_wave_does_not_fit(bench: Bench) -> None:
    scope = await bench.driver(roles.Oscilloscope, "oscilloscope")
    await scope.configure({1: 100.0}, record_s=0.1, sample_rate_hz=10_000.0)
    await scope.arm(Trigger("aux"))
    await bench.pass_time(0.1)
    await scope.force()
    await scope.await_capture(0.5)
    with pytest.raises(OverRangeError):
        await scope.waveform(1)


async def test_an_island_ends_for_the_oscilloscope_too(bench: Bench) -> None:
    scope = await bench.driver(roles.Oscilloscope, "oscilloscope")
    bank = await bench.driver(roles.RlcLoad, "rlc_load")
    await bank.set_circuits([Circuit.tuned(2300.0, 230.0, 50.0, 1.0)] * 3)
    await bank.set_input(True)
    bench.point.set_generation("pv", [Generation(10.0)] * 3)
    await scope.configure({1: 500.0, 2: 30.0}, record_s=2.5, sample_rate_hz=5_000.0, before_share=0.1)
    await scope.arm(Trigger("aux"))
    await bench.pass_time(0.5)
    bench.grid(on=False)
    await bench.pass_time(0.4)
    assert bench.point.islanded
    bench.point.set_generation("pv", Generation())
    await scope.await_capture(5.0)
    assert (await scope.waveform(2)).ceased_at(1.0) == pytest.approx(0.4, abs=0.003)


async def test_pyvisa_by_itself_reads_the_curve(bench: Bench) -> None:
    scope = await bench.driver(roles.Oscilloscope, "oscilloscope")
    await scope.configure({1: 500.0}, record_s=0.05, sample_rate_hz=10_000.0)
    await scope.arm(Trigger("aux"))
    await bench.pass_time(0.1)
    await scope.force()
    await scope.await_capture(0.5)
    ours = await scope.waveform(1)

    def read_with_pyvisa() -> tuple[list[int], float]:
        name = bench.world.endpoints()["oscilloscope"][bench.interface]
        resource: Any = pyvisa.ResourceManager("@py").open_resource(name, read_termination="\n", write_termination="\n")
        resource.timeout = 10_000
        with resource:
            codes = resource.query_binary_values("CURV?", datatype="h", is_big_endian=True)
            return codes, float(resource.query("WFMO:YMU?"))

    codes, factor = await asyncio.to_thread(read_with_pyvisa)
    assert [code * factor for code in codes] == pytest.approx(list(ours.values))
