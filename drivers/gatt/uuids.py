"""UUIDs of the bench's own services, which stand in for those that the Bluetooth SIG does not have."""

from __future__ import annotations

_BASE = "7d1c{:04x}-6f0a-4c53-9a3e-5b1d2e8f4a60"


def own_uuid(number: int) -> str:
    """The whole UUID of a service or characteristic of docs/handbook/ble.md."""
    return _BASE.format(number)
