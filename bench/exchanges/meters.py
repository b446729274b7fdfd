"""Which meter an office system is asked about, and by what name it knows it.

Office systems know a meter by the serial number of its device file; a meter without one by the name of its seat. The
sub-meter is the one in the seat of that actor, or else the PIXIT item ``x_submeter`` of the system that is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.lab.config import UnknownSeatError

if TYPE_CHECKING:
    from bench.lab.config import LabSeat
    from bench.lab.station import Station

METER, SUBMETER = "Meter", "Sub-meter"
_NOBODYS = "nobodys-meter"


def meter_seat(station: Station) -> str:
    """The seat of the meter behind the office systems: the one under test. Raises UnknownSeatError."""
    seat = meter_behind(station)
    if seat is None:
        raise UnknownSeatError("the station has no meter behind its office systems")
    return seat.name


def office_name(seat: LabSeat) -> str:
    """How office systems call the meter in ``seat``."""
    return (seat.device.identity.serial if seat.device is not None else "") or seat.name


def meter_name(station: Station) -> str:
    """How office systems call the meter under test. Raises UnknownSeatError."""
    return office_name(station.lab.seat(meter_seat(station)))


def asked_meter(station: Station) -> str:
    """The meter that office systems are asked about: the one under test, or one that nobody has where there is none."""
    seat = meter_behind(station)
    return office_name(seat) if seat is not None else _NOBODYS


def meter_behind(station: Station) -> LabSeat | None:
    """The seat of that meter, None where there is none. What takes a meter's place on single interfaces only, as a
    display or a gateway does, is none.
    """
    seat = station.lab.seat_for_actor(METER)
    return seat if seat is not None and not seat.table.interfaces else None


def submeter_name(station: Station, asked: str) -> str:
    """How the system in seat ``asked`` calls the sub-meter. Raises UnknownSeatError."""
    seat = station.lab.seat_for_actor(SUBMETER)
    if seat is not None:
        return office_name(seat)
    device = station.lab.seat(asked).device
    stated = str(device.pixit.get("x_submeter", "")) if device is not None else ""
    if not stated:
        raise UnknownSeatError(f"no seat holds a sub-meter, and the device in seat {asked} states no x_submeter")
    return stated


def seat_called(station: Station, name: str) -> str | None:
    """The seat of the meter that office systems call ``name``, None for a meter that sits in none."""
    return next((seat.name for seat in station.lab.seats.values() if office_name(seat) == name), None)
