"""The island's averaged model against the circuit's differential equations, integrated step by step."""

from __future__ import annotations

import math

import pytest

from fixtures.plant import Generation, Rlc
from fixtures.plant.island import Feeding, Island, after

STEP_S = 2e-5
VOLTAGE_V, FREQUENCY_HZ = 230.0, 50.0


def tuned(power_w: float, quality: float, frequency_hz: float) -> Rlc:
    resistance, omega = VOLTAGE_V**2 / power_w, 2 * math.pi * frequency_hz
    return Rlc(resistance, resistance / (quality * omega), quality / (resistance * omega))


def integrated(circuit: Rlc, fed: Generation, seconds: float) -> tuple[float, float]:
    """RMS voltage and frequency at the end: C dv/dt = i - v/R - iL, L diL/dt = v (fourth-order Runge-Kutta).

    The generator's current is a sine in phase with the voltage (active) and a quarter behind it (reactive).
    """
    resistance, inductance, capacitance = circuit.resistance_ohm, circuit.inductance_h, circuit.capacitance_f
    wave = math.sqrt(inductance / capacitance)

    def slopes(volts: float, coil_a: float) -> tuple[float, float]:
        size = math.hypot(volts, wave * coil_a)
        fed_a = math.sqrt(2.0) * (fed.active_a * volts + fed.reactive_a * wave * coil_a) / size
        return (fed_a - volts / resistance - coil_a) / capacitance, volts / inductance

    volts, coil_a = VOLTAGE_V * math.sqrt(2.0), 0.0
    crossings: list[float] = []
    for number in range(round(seconds / STEP_S)):
        a = slopes(volts, coil_a)
        b = slopes(volts + a[0] * STEP_S / 2, coil_a + a[1] * STEP_S / 2)
        c = slopes(volts + b[0] * STEP_S / 2, coil_a + b[1] * STEP_S / 2)
        d = slopes(volts + c[0] * STEP_S, coil_a + c[1] * STEP_S)
        before = volts
        volts += STEP_S / 6 * (a[0] + 2 * b[0] + 2 * c[0] + d[0])
        coil_a += STEP_S / 6 * (a[1] + 2 * b[1] + 2 * c[1] + d[1])
        if before < 0.0 <= volts:
            crossings.append(number * STEP_S + STEP_S * before / (before - volts))
    frequency_hz = 1.0 / (crossings[-1] - crossings[-2]) if len(crossings) > 1 else math.nan
    return math.hypot(volts, wave * coil_a) / math.sqrt(2.0), frequency_hz


def modelled(circuit: Rlc, fed: Generation, seconds: float) -> Island:
    feeding = (Feeding(circuit, (), fed),)
    island = Island((VOLTAGE_V,), FREQUENCY_HZ)
    for _step in range(round(seconds / 0.002)):
        island = after(island, feeding, 0.002)
    return island


@pytest.mark.parametrize("quality", [1.0, 2.5])
@pytest.mark.parametrize(
    ("active_a", "reactive_a", "resonance_hz"),
    [(10.0, 0.0, 50.0), (11.5, 0.0, 50.0), (9.0, 0.0, 50.0), (10.0, 0.0, 51.0), (10.0, 0.3, 50.0), (10.0, -0.3, 50.0)],
)
def test_the_model_goes_where_the_circuit_goes(
    quality: float, active_a: float, reactive_a: float, resonance_hz: float
) -> None:
    circuit, fed = tuned(2300.0, quality, resonance_hz), Generation(active_a, reactive_a)
    voltage_v, frequency_hz = integrated(circuit, fed, 0.3)
    island = modelled(circuit, fed, 0.3)
    assert island.voltages_v[0] == pytest.approx(voltage_v, rel=0.02)
    assert island.frequency_hz == pytest.approx(frequency_hz, abs=0.06)


def test_it_gets_there_in_the_same_time() -> None:
    circuit, fed = tuned(2300.0, 2.5, 50.0), Generation(12.0)
    for seconds in (0.01, 0.02, 0.03):
        voltage_v, _frequency_hz = integrated(circuit, fed, seconds)
        assert modelled(circuit, fed, seconds).voltages_v[0] == pytest.approx(voltage_v, rel=0.02)
    assert modelled(circuit, fed, 0.01).voltages_v[0] < 0.95 * 12.0 * circuit.resistance_ohm
