"""AMI-43 of a DER whose declared gateway is the customer's energy management: what Modbus cannot show is judged on the
gateway's outer side, by the signal that it takes over 2030.5 and the watts that the DER then generates."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.exchanges.sep2.generation import GenerationAtHome

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

_GATEWAY = "Customer EMS"


class DerBehindManager(GenerationAtHome):
    """The energy management's seat in the place of the DER's."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.3/AMI-43/CEMS-DER", "4.3.1/AMI-43/CEMS-DER")

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        gateway = station.lab.seat_for_actor(_GATEWAY)
        super().__init__(station, gateway.name if gateway is not None else seat, row)
