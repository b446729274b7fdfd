"""Keeping what a home controls from following, so that whoever says that it follows does not tell the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.access.sep2 import Sep2Access

if TYPE_CHECKING:
    from bench.lab.station import Station

_MANAGER = "Customer EMS"


async def block_home(station: Station, blocked: bool) -> bool:
    """Nothing that the energy management steers moves, or it does again; False where there is none."""
    manager = station.lab.seat_for_actor(_MANAGER)
    if manager is None:
        return False
    await station.box.do(manager.name, "stuck_relay", stuck=blocked)
    return True


def charger_behind(station: Station) -> str:
    """The seat of the vehicle's charger that the energy management steers (PIXIT ``sep2.charger``); empty: none."""
    manager = station.lab.seat_for_actor(_MANAGER)
    named = "" if manager is None else str(Sep2Access(station, manager.name).pixit("charger", ""))
    return named if named in station.lab.seats else ""


async def block_vehicle(station: Station, blocked: bool) -> bool:
    """The vehicle is not there, or is again; False where there is no charger."""
    charger = charger_behind(station)
    if not charger:
        return False
    await station.box.do(charger, "plug", connected=not blocked)
    return True
