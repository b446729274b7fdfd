"""The DER behind a home's energy management, as keywords reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robot.api import SkipExecution

from bench.access.der import DerAccess

if TYPE_CHECKING:
    from bench.lab.station import Station

PLAIN = "plaintext"


def der_in(station: Station, seat: str) -> DerAccess:
    """The DER in ``seat``, by its first protected port. A station without that seat, or without one at all, skips the
    test."""
    if seat not in station.lab.seats:
        raise SkipExecution(f"the station has no seat {seat}" if seat else "the home has no DER that the bench reaches")
    links = station.lab.seat(seat).links.values()
    return DerAccess(station, seat, next(one.carries for one in links if one.profile != PLAIN))
