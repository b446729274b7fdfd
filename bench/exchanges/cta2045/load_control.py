"""4.2.1 and 4.2.2: cycling, and everything off, at the appliance itself."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, ClassVar

from bench.exchanges.appliance_command import CYCLE_MIN, DUTY_PERCENT
from bench.exchanges.cta2045_exchange import ModuleCommand
from drivers.cta2045.client import Cta2045Client
from drivers.cta2045.errors import ResponseCodeError
from drivers.cta2045.intermediate import Cycling, ResponseCode, Termination

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station


class CycleAppliance(ModuleCommand):
    """AMI-34 and AMI-35: start cycling, and stop."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.1/AMI-34/ESI-Appl", "4.2.1/AMI-35/CEMS-Appl")

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self._numbers = itertools.count(1)
        self.number = 0

    async def send(self, client: Cta2045Client) -> None:
        self.number = next(self._numbers)
        await client.start_cycling(Cycling(self.number, 0.0, CYCLE_MIN, DUTY_PERCENT))

    async def undo(self, client: Cta2045Client) -> None:
        try:
            await client.terminate_cycling(Termination(self.number))
        except ResponseCodeError as error:
            if error.code != ResponseCode.BAD_VALUE:  # there is no such event: it is over, or never began
                raise


class ScramAppliance(ModuleCommand):
    """AMI-34 and AMI-35: off, now, until released."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.2/AMI-34/ESI-Appl", "4.2.2/AMI-35/CEMS-Appl", "4.1.4/AMI-34/ESI-Appl/d1")

    async def send(self, client: Cta2045Client) -> None:
        await client.grid_emergency(None)
