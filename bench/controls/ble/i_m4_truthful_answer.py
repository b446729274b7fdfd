"""I-M4 on Bluetooth: the answer to a write says that a command was taken; state and power say what became of it."""

from __future__ import annotations

from bench.controls.appliances import answers_truthfully, truth_checks
from bench.controls.base import Probe

PROBE = Probe("I-M4", "ble", answers_truthfully, truth_checks)
