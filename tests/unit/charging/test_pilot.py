"""What the bench reads from a captured pilot, against what a charger put there."""

from __future__ import annotations

import pytest

from bench.charging.pilot import Meaning, PilotSeen, decode, read_pilot
from drivers.scpi.measurement import InstrumentIdentity
from drivers.scpi.waveform import Waveform
from fixtures.clock import PlantClock
from fixtures.instruments import pilot_wave
from fixtures.plant.pilot import ControlPilot, Side

INTERVAL_S = 1e-6


@pytest.fixture
def pilot() -> ControlPilot:
    made = ControlPilot("charger", PlantClock())
    made.watch()
    return made


def captured(pilot: ControlPilot, count: int = 4000) -> PilotSeen:
    values = list(pilot_wave.samples(pilot, 0.0, INTERVAL_S, count))
    return read_pilot(Waveform("CH1", "V", 0.0, INTERVAL_S, values, 0.05, InstrumentIdentity("m", "o", "s")))


@pytest.mark.parametrize("duty", [0.05, 0.1, 0.25, 0.533, 0.9])
def test_the_duty_cycle_is_read_to_a_sample(pilot: ControlPilot, duty: float) -> None:
    pilot.load(Side.READY)
    pilot.drive(duty)
    pilot.watch()
    seen = captured(pilot)
    assert seen.duty_percent == pytest.approx(100.0 * duty, abs=0.11)
    assert seen.state == "C"
    assert seen.is_square


@pytest.mark.parametrize(
    ("side", "state"), [(Side.OPEN, "A"), (Side.CONNECTED, "B"), (Side.READY, "C"), (Side.VENTILATED, "D")]
)
def test_a_steady_pilot_shows_its_state_and_allows_nothing(pilot: ControlPilot, side: Side, state: str) -> None:
    pilot.load(side)
    pilot.watch()
    seen = captured(pilot)
    assert (seen.state, seen.is_square) == (state, False)
    assert seen.decoded.meaning is Meaning.NONE


def test_a_charger_without_power_and_one_with_a_fault_show_it(pilot: ControlPilot) -> None:
    pilot.off()
    pilot.watch()
    assert captured(pilot).state == "E"
    pilot.fail()
    pilot.watch()
    assert captured(pilot).state == "F"


@pytest.mark.parametrize(
    ("percent", "meaning", "amperes"),
    [
        (2.0, Meaning.ERROR, 0.0),
        (5.0, Meaning.DIGITAL, 0.0),
        (7.5, Meaning.ERROR, 0.0),
        (8.5, Meaning.CURRENT, 6.0),
        (10.0, Meaning.CURRENT, 6.0),
        (26.6, Meaning.CURRENT, 15.96),
        (85.0, Meaning.CURRENT, 51.0),
        (90.0, Meaning.CURRENT, 65.0),
        (96.5, Meaning.CURRENT, 80.0),
        (98.0, Meaning.ERROR, 0.0),
        (100.0, Meaning.NONE, 0.0),
    ],
)
def test_duty_cycles_mean_what_the_table_says(percent: float, meaning: Meaning, amperes: float) -> None:
    """Fluke FEV300 manual, page 12."""
    found = decode(percent)
    assert found.meaning is meaning
    assert found.current_a == pytest.approx(amperes)


def test_a_change_within_a_record_is_seen(pilot: ControlPilot) -> None:
    pilot.history.append((0.002, pilot.signal.__class__(9.0, -12.0, 0.5)))
    values = list(pilot_wave.samples(pilot, 0.0, INTERVAL_S, 4000))
    assert values[1000] == 12.0
    assert min(values[2000:]) == -12.0
