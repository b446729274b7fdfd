"""What a lab config may say about an instrument, and how it is told what is wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from drivers import roles
from drivers.clock import FreeClock
from drivers.scpi.declaration import DRIVERS, DeclarationError, make_instrument, setup_from

TABLE = """
kind = "power_analyser"
resource = "TCPIP::192.0.2.7::5025::SOCKET"
acquisition_s = 0.2
answer_timeout_s = 5.0

[identity]
model = "PA-1"
serial = "0007"

[calibration]
certificate = "D-K-1-2026"
laboratory = "Lab"
performed = 2026-03-02
due = 2027-03-02

[uncertainty]
voltage = { of_reading = 0.001, resolution = 0.01 }

[commands]
voltage = "READ:URMS?"
"""


def table() -> dict[str, Any]:
    return tomllib.loads(TABLE)


def test_toml_becomes_a_setup() -> None:
    setup = setup_from("analyser", table())
    assert setup.visa.resource_name == "TCPIP::192.0.2.7::5025::SOCKET"
    assert setup.visa.answer_timeout_s == 5.0
    assert setup.acquisition_s == 0.2
    assert setup.calibration is not None
    assert setup.calibration.due.isoformat() == "2027-03-02"
    assert setup.uncertainty["voltage"].of_reading == 0.001


def test_driver_speaks_the_declared_words() -> None:
    instrument = make_instrument("analyser", table(), FreeClock())
    assert isinstance(instrument, roles.PowerAnalyser)
    assert instrument.commands.text("voltage") == "READ:URMS?"


def set_at(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    *tables, key = path.split(".")

    def change(document: dict[str, Any]) -> None:
        for name in tables:
            document = document[name]
        document[key] = value

    return change


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (set_at("kind", "spectrum_analyser"), "kind"),
        (set_at("dialect", "esperanto"), "dialect"),
        (set_at("resorce", "x"), "resorce"),
        (set_at("resource", 5025), "resource"),
        (set_at("identity.serial", ""), "serial"),
        (set_at("identity.color", "grey"), "color"),
        (set_at("calibration.due", "next year"), "calibration"),
        (set_at("calibration.due", "2025-01-01"), "D-K-1-2026"),
        (set_at("calibration", {"certificate": "C"}), "due"),
        (set_at("uncertainty.voltage", {"of_reading": -1.0}), "uncertainty.voltage"),
        (set_at("uncertainty.voltage", {"reading": 1.0}), "uncertainty.voltage"),
        (set_at("commands.volts", "V?"), "volts"),
    ],
)
def test_mistakes_name_instrument_and_key(change: Callable[[dict[str, Any]], None], named: str) -> None:
    document = table()
    change(document)
    with pytest.raises(DeclarationError) as caught:
        make_instrument("analyser", document, FreeClock())
    assert "analyser" in str(caught.value)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        ("ac_source", roles.AcSource),
        ("electronic_load", roles.ElectronicLoad),
        ("load_side_source", roles.LoadSideSource),
        ("multimeter", roles.Multimeter),
        ("power_analyser", roles.PowerAnalyser),
    ],
)
def test_every_kind_has_its_role(kind: str, role: type) -> None:
    document = {**table(), "kind": kind, "commands": {}}
    assert isinstance(make_instrument("x", document, FreeClock()), role)
    assert kind in DRIVERS


@pytest.mark.parametrize(
    ("kind", "commands"),
    [
        ("ac_source", ("OUTP OFF", "SOUR:VOLT 0")),
        ("load_side_source", ("OUTP OFF", "SOUR:VOLT 0", "SOUR:POW 0")),
        ("electronic_load", ("INP OFF", "SOUR:POW 0", "SOUR:CURR 0")),
        ("multimeter", ()),
        ("power_analyser", ()),
    ],
)
def test_safe_state_is_plain_commands(kind: str, commands: tuple[str, ...]) -> None:
    document = {**table(), "kind": kind, "commands": {}}
    assert make_instrument("x", document, FreeClock()).safe_state.commands == commands


def test_safe_state_leaves_out_what_the_instrument_does_not_offer() -> None:
    document = {**table(), "kind": "electronic_load", "commands": {"set_current": "", "input_off": "LOAD OFF"}}
    assert make_instrument("x", document, FreeClock()).safe_state.commands == ("LOAD OFF", "SOUR:POW 0")
