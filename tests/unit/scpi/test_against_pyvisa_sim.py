"""The drivers against instruments simulated by pyvisa-sim, which knows nothing of this project's emulators."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.clock import FreeClock
from drivers.scpi.ac_source import ScpiAcSource
from drivers.scpi.errors import InstrumentReportedError, WrongInstrumentError
from drivers.scpi.measurement import InstrumentIdentity
from drivers.scpi.power_analyser import ScpiPowerAnalyser
from drivers.scpi.settings import InstrumentSetup, VisaSettings
from drivers.scpi.uncertainty import UncertaintyModel

pytest.importorskip("pyvisa_sim")

DEVICES = r"""
spec: "1.1"
devices:
  source:
    eom:
      TCPIP SOCKET:
        q: "\n"
        r: "\n"
      ASRL INSTR:
        q: "\n"
        r: "\n"
    error:
      error_queue:
        - {q: "SYST:ERR?", default: '0,"No error"', command_error: '-113,"Undefined header"'}
    dialogues:
      - {q: "*IDN?", r: "Pacific,360,0042,3.1"}
      - {q: "*CLS"}
      - {q: "*OPC?", r: "1"}
    properties:
      voltage:
        default: 0.0
        getter: {q: "MEAS:VOLT?", r: "{:.3f}"}
        setter: {q: "SOUR:VOLT {}"}
        specs: {type: float, min: 0, max: 300}
      output:
        default: 0
        getter: {q: "OUTP?", r: "{}"}
        setter: {q: "OUTP {}"}
  analyser:
    eom:
      TCPIP SOCKET:
        q: "\n"
        r: "\n"
    dialogues:
      - {q: "*IDN?", r: "Norma,D6100,77,5"}
      - {q: "*CLS"}
      - {q: "SYST:ERR?", r: '0,"No error"'}
      - {q: "URMS?", r: "  2.3001E+2 "}
      - {q: "FETC:LOG?", r: "10.0,5.0,10.001,0.001"}
resources:
  TCPIP0::10.0.0.1::5025::SOCKET: {device: source}
  ASRL1::INSTR: {device: source}
  TCPIP0::10.0.0.2::5025::SOCKET: {device: analyser}
"""


@pytest.fixture
def backend(tmp_path: Path) -> str:
    path = tmp_path / "devices.yaml"
    path.write_text(DEVICES)
    return f"{path}@sim"


def setup_for(backend: str, resource_name: str, identity: str, **more: object) -> InstrumentSetup:
    visa = VisaSettings(resource_name, backend=backend, answer_timeout_s=10.0)
    models = {"voltage": UncertaintyModel(absolute=0.2), "current": UncertaintyModel(absolute=0.01)}
    return InstrumentSetup("x", visa, InstrumentIdentity.parse(identity), uncertainty=models, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("resource_name", ["TCPIP0::10.0.0.1::5025::SOCKET", "ASRL1::INSTR"])
async def test_source_is_set_and_reads_back(backend: str, resource_name: str) -> None:
    source = ScpiAcSource(setup_for(backend, resource_name, "Pacific,360,0042"), FreeClock())
    await source.open()
    await source.set_voltage(229.5)
    await source.set_output(True)
    voltage = await source.voltage()
    assert (voltage.value, voltage.unit, voltage.standard_uncertainty) == (229.5, "V", pytest.approx(0.1))
    assert voltage.instrument == InstrumentIdentity("Pacific", "360", "0042", "3.1")
    await source.outputs_off()
    assert (await source.voltage()).value == 0.0
    await source.close()


async def test_refusal_of_a_command_is_the_instruments_own(backend: str) -> None:
    setup = setup_for(
        backend, "TCPIP0::10.0.0.1::5025::SOCKET", "Pacific,360,0042", commands={"set_frequency": "F {value}"}
    )
    source = ScpiAcSource(setup, FreeClock())
    await source.open()
    with pytest.raises(InstrumentReportedError) as caught:
        await source.set_frequency(60.0)
    assert caught.value.code == -113
    await source.close()


async def test_other_instrument_is_refused(backend: str) -> None:
    source = ScpiAcSource(setup_for(backend, "TCPIP0::10.0.0.2::5025::SOCKET", "Pacific,360,0042"), FreeClock())
    with pytest.raises(WrongInstrumentError, match="Norma"):
        await source.open()
    await source.close()


async def test_dialect_of_another_make_is_enough_to_read_it(backend: str) -> None:
    words = {"voltage": "URMS?", "voltage_range": "", "current_range": ""}
    setup = setup_for(backend, "TCPIP0::10.0.0.2::5025::SOCKET", "Norma,D6100,77", commands=words, clock_offset_s=100.0)
    analyser = ScpiPowerAnalyser(setup, FreeClock())
    await analyser.open()
    assert (await analyser.voltage()).value == 230.01
    log = await analyser.current_log()
    assert [(point.at, point.current) for point in log.points] == [(110.0, 5.0), (110.001, 0.001)]
    await analyser.close()
