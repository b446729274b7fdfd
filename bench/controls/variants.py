"""Variants of a control that a device does not offer: on the record, so that nobody takes them for tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.controls.trial import Trial

ABSENT = "variants that the device does not offer"


def record_absent(trial: Trial, variant: str, why: str) -> None:
    """Record that ``variant`` does not exist on the device, by its PICS or PIXIT."""
    trial.record.observe(ABSENT, variant, what=variant, why_absent=why)
