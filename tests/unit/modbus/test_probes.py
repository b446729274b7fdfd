"""Probes of changes on Modbus: each passes on a sound device, and each seeded fault is found by its own probe."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.lab.config import load_lab
from bench.lab.station import Station
from tests.unit.modbus.command_row import CommandRow

LABS = Path(__file__).parents[3] / "lab_configs"
SECURE_LAB = """
[station]
name = "lights"
clock = "stepped"
start = 2026-01-05T00:00:00Z
seed = 7628

[hosts.emulation]
entry_point = "emulation"

[seats.streetlight]
actor = "DA Field Device"
iut = true
device = "{devices}/street-light.toml"
host = "emulation"
kind = "street_light"

[seats.streetlight.links]
tls = {{ carries = "modbus_tls" }}
tcp = {{ carries = "modbus_tls", profile = "plaintext" }}

[seats.street_analyser]
host = "emulation"
kind = "power_analyser"
service_point = "streetlight"
settings = {{ interfaces = ["socket"], window_s = 0.2 }}
"""
SOUND = {
    "modbus_tls": ["C-M1", "C-M3", "C-M4", "I-L1", "I-L2", "I-L4", "I-M1", "I-M2", "I-M3", "I-M4", "I-M5", "I-M6",
                   "I-H4", "I-H6", "A-L1", "A-L3", "A-M1", "A-M2", "A-M4", "A-M6", "A-H1", "A-H2", "A-H3", "A-H4",
                   "A-H5"],
    "modbus": ["C-L2", "C-M4", "I-L1", "I-L2", "I-M4", "A-L1", "A-L3", "A-M1", "A-M2", "A-M4", "A-M6", "A-H1",
               "A-H2", "A-H4", "I-H9"],
}  # fmt: skip
FAULTS = {
    "modbus_tls": {
        "F-C9": "C-M1", "F-C12": "C-M3", "F-C14": "C-M4", "F-I3": "I-L2", "F-I7": "I-L4", "F-I9": "I-M1",
        "F-I14": "I-M4", "F-I15": "I-M4", "F-I16": "I-M5", "F-I17": "I-M5", "F-A6": "A-L3", "F-A9": "A-M1",
        "F-A10": "A-M2", "F-I27": "I-H4", "F-A16": "A-H1", "F-A20": "A-H4", "F-A21": "A-H4", "F-A22": "A-H5",
        "F-A23": "A-H5", "F-A17": "A-H2", "F-A24": "A-M2", "F-A13": "A-M4",
    },
    "modbus": {"F-I1": "I-L1", "F-I2": "I-L1", "F-I3": "I-L2", "F-I14": "I-M4", "F-A13": "A-M4",
               "F-I40": "I-H9"},
}  # fmt: skip


def lab_of(link: str, folder: Path) -> Path:
    if link == "modbus":
        return LABS / "emulated-modbus.toml"
    path = folder / "lights.toml"
    plain = (LABS / "emulated-modbus.toml").read_text()
    instruments = plain[plain.index("[instruments.street_analyser]") :]
    path.write_text(SECURE_LAB.format(devices=LABS / "devices") + instruments)
    return path


@pytest.mark.parametrize("link", ["modbus_tls", "modbus"])
async def test_probes_pass_on_a_sound_device_and_find_its_faults(link: str, tmp_path: Path) -> None:
    async with Station(load_lab(lab_of(link, tmp_path)), tmp_path) as station:
        row = CommandRow(station, link, tmp_path)
        try:
            sound = {control: await row.run(control) for control in SOUND[link] if control in row.demands}
            assert {control: why for control, (verdict, why) in sound.items() if verdict != "pass"} == {}
            assert len(sound) >= len(SOUND[link]) - 1
            found = {fault: (await row.run(control, [fault]))[0] for fault, control in FAULTS[link].items()}
            assert {fault: verdict for fault, verdict in found.items() if verdict != "fail"} == {}
        finally:
            row.close()
