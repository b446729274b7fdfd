"""The devices of a station and what they speak, as ``amibench list devices`` shows them."""

from __future__ import annotations

from typing import Any

from bench.lab.config import Lab, LabSeat

Item = dict[str, Any]


def devices_of(lab: Lab) -> list[Item]:
    """Each seat of a station but its instruments': who sits there, the links by port, the faults to start it with."""
    return [_device(lab, seat) for seat in lab.seats.values() if seat.actor]


def _device(lab: Lab, seat: LabSeat) -> Item:
    device = seat.device
    return {
        "station": lab.name,
        "seat": seat.name,
        "actor": seat.actor,
        "device": device.title if device is not None else "",
        "emulated": seat.emulated,
        "under_test": seat.iut,
        "links": [
            {"port": port, "carries": link.carries, "profile": link.profile} for port, link in seat.links.items()
        ],
        "seeded_faults": list(device.seeded_faults) if device is not None else [],
    }
