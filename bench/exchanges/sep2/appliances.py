"""Rows of an appliance whose declared gateway speaks 2030.5: what its own link cannot show is judged at whoever is in
front of it, by the signal that this one takes and what the home then draws, or finds at the gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.exchanges.sep2.load_control import LoadControlAtHome, LoadControlByHeadend, ScramAtHome, ScramByHeadend
from bench.exchanges.sep2.prices import PriceAtHome

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

_MANAGER, _GATEWAY = "Customer EMS", "ESI/HAN Gateway"


def _seat_of(actor: str, station: Station, seat: str) -> str:
    found = station.lab.seat_for_actor(actor)
    return found.name if found is not None else seat


class CyclingBehindManager(LoadControlAtHome):
    """The energy management's seat in the place of the appliance's."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.1/AMI-35/CEMS-Appl",)
    predicates = frozenset({"commands"})

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, _seat_of(_MANAGER, station, seat), row)


class ScramBehindManager(ScramAtHome):
    """The energy management's seat in the place of the appliance's."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.2/AMI-35/CEMS-Appl",)

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, _seat_of(_MANAGER, station, seat), row)


class PriceBehindManager(PriceAtHome):
    """The energy management's seat in the place of the appliance's."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.2/AMI-35/CEMS-Appl", "5.3.3/AMI-35/CEMS-Appl", "5.3.4/AMI-35/CEMS-Appl")
    predicates = frozenset({"commands", "returns"})

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, _seat_of(_MANAGER, station, seat), row)


class CyclingBehindGateway(LoadControlByHeadend):
    """The gateway's seat in the place of the appliance's."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.1/AMI-34/ESI-Appl",)

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, _seat_of(_GATEWAY, station, seat), row)


class ScramBehindGateway(ScramByHeadend):
    """The gateway's seat in the place of the appliance's."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.2/AMI-34/ESI-Appl", "4.1.4/AMI-34/ESI-Appl/d1")

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, _seat_of(_GATEWAY, station, seat), row)
