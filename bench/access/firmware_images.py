"""Firmware images that a supplier hands over with a device, by what is wrong with them (PIXIT ``firmware_images``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.lab.config import Lab

GOOD = "good"
WRONG = {
    "unsigned": "a bad signature",
    "flipped_bit": "one bit turned over",
    "truncated": "a truncated image",
    "other_model": "an image for another model",
    "older": "an older version",
}
"""What can be wrong with an image, in words."""


def images_of(lab: Lab, seat: str) -> Mapping[str, bytes]:
    """The images that the device file of a seat names. Raises OSError for one that is not there."""
    at = lab.seat(seat)
    if at.device is None or at.table.device is None:
        return {}
    folder = (lab.path.parent / at.table.device).parent
    declared: Mapping[str, str] = at.device.pixit.get("firmware_images", {})
    return {name: (folder / path).read_bytes() for name, path in declared.items()}
