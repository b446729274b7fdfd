"""The emulated station against the device files that its seats' suppliers hand over."""

from __future__ import annotations

from pathlib import Path

from bench.lab.config import load_lab

LAB = Path(__file__).parents[3] / "lab_configs" / "emulated.toml"


def test_the_headend_holds_the_circuit_that_its_device_file_states() -> None:
    lab = load_lab(LAB)
    headend = lab.seat("headend")
    assert headend.device is not None
    meter = lab.seat("meter1").device
    assert meter is not None
    held = headend.table.settings["meters"][meter.identity.serial]["circuit"]
    assert held == headend.device.pixit["circuit"]
