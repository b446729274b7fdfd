"""Which packages a station needs beyond the bench's own, and which of them are missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bench.extras import how_to_install, lacking
from bench.lab.config import Lab, LabSeat

_OF_LINK = {"ble": "ble", "modbus": "modbus", "modbus_tls": "modbus", "ocpp": "ocpp", "openadr": "openadr"}
_OF_EMULATED_LINK = {"sep2": "modbus"}
"""An emulated home steers chargers and inverters by their registers."""


def missing(lab: Lab) -> Mapping[str, Sequence[str]]:
    """What is missing and how to get it: the keys of the links that need it."""
    needs: dict[str, list[str]] = defaultdict(list)
    for name, seat in lab.seats.items():
        for port, link in seat.links.items():
            if extra := _extra(seat, link.carries):
                needs[extra].append(f"seats.{name}.links.{port}")
    return {
        f"needs {' and '.join(absent)}: {how_to_install(extra)}": keys
        for extra, keys in needs.items()
        if (absent := lacking(extra))
    }


def _extra(seat: LabSeat, link: str) -> str:
    """The extra that a link of this seat needs; empty where it needs none."""
    return _OF_LINK.get(link) or (_OF_EMULATED_LINK.get(link, "") if seat.emulated else "")
