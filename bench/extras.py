"""The project's extras: packages that only some stations need."""

from __future__ import annotations

from importlib.util import find_spec

PACKAGES = {
    "ble": ("bleak", "bumble"),
    "modbus": ("pymodbus", "sunspec2"),
    "ocpp": ("ocpp",),
    "openadr": ("lxml", "openleadr"),
}
"""What each extra that a link needs brings, as it is imported."""


def lacking(extra: str) -> list[str]:
    """The packages of an extra that are not installed."""
    return [name for name in PACKAGES[extra] if find_spec(name) is None]


def how_to_install(extra: str) -> str:
    """The command that installs an extra."""
    return f"pip install '.[{extra}]' in the clone of this project"
