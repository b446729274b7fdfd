"""A technique that serves plain Modbus and Modbus/TLS alike."""

from __future__ import annotations

from bench.access.modbus import PLAIN, SECURE
from bench.controls.base import Checks, Probe, Stimulus


def on_both(control: str, stimulus: Stimulus, checks: Checks) -> tuple[Probe, Probe]:
    """The probes of a control on both links."""
    return Probe(control, PLAIN, stimulus, checks), Probe(control, SECURE, stimulus, checks)
