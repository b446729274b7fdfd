"""The bench in the place of the communication module at an appliance's CTA-2045 port.

What the device file says of it::

    [pixit.cta2045]
    kinds = [0x0801, 0x0802, 0x0803]     # message types that it takes
    basic = [0x01, 0x02, 0x12]           # basic commands that it takes, by opcode 1
    intermediate = [0x0101, 0x0303]      # intermediate requests that it answers
    device_type = 2                      # what kind of appliance it says it is
    max_payload = 128                    # bytes
    rated_w = 4500.0                     # what it draws while it runs
    dwell_s = 60.0                       # it stays off for at least so long
    window_s = 30.0                      # the random part of coming back
    fallback_s = 900.0                   # from the loss of outside communication until an event is given up
    cycle_s = 600.0                      # of duty cycles
    relative_price_limit = 2.0           # times the usual price, from which it sheds; absent: it follows no such price
    unasked = [0x11, 0x14, 0x15]         # what it says by itself, by opcode 1
    set_points = { range = [30, 60], usual = 55, other = 45 }   # degrees Celsius; absent: it has none
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from bench.lab.errors import LabError
from bench.lab.strict import Strict, mistakes_in
from drivers.cta2045.client import ANSWER_S, Cta2045Client
from drivers.cta2045.errors import Cta2045Error
from drivers.cta2045.frame import BASIC, DATA_LINK, INTERMEDIATE
from drivers.cta2045.link import LINE, Cta2045Link, LinkSettings

if TYPE_CHECKING:
    from bench.lab.station import Station

LINK = "cta2045"
ITEM = "cta2045"


class NotAnApplianceError(LabError):
    """Something answered, and not as an appliance would; or the device file says nothing of CTA-2045."""


class SetPointTable(Strict):
    """Set-points in degrees Celsius: what may be set, what usually is, and another one that may be set."""

    range: tuple[int, int]
    usual: int
    other: int


class Cta2045Table(Strict):
    """``[pixit.cta2045]``."""

    kinds: tuple[int, ...] = (BASIC, INTERMEDIATE, DATA_LINK)
    basic: tuple[int, ...] = ()
    intermediate: tuple[int, ...] = ()
    device_type: int = 0
    max_payload: int = 0
    rated_w: float
    dwell_s: float = 0.0
    window_s: float = 0.0
    fallback_s: float | None = None
    cycle_s: float = 0.0
    relative_price_limit: float | None = None
    unasked: tuple[int, ...] = ()
    set_points: SetPointTable | None = None


@dataclass
class Cta2045Access:
    """How the bench reaches the appliance in ``seat``."""

    station: Station
    seat: str

    @property
    def declared(self) -> Cta2045Table:
        """``pixit.cta2045``. Raises NotAnApplianceError."""
        device = self.station.lab.seat(self.seat).device
        try:
            return Cta2045Table.model_validate(device.pixit.get(ITEM, {}) if device is not None else {})
        except ValidationError as error:
            wrong = "; ".join(mistakes_in(Cta2045Table, error))
            raise NotAnApplianceError(f"the device file of seat {self.seat}: pixit.cta2045: {wrong}") from None

    @property
    def back_s(self) -> float:
        """The longest time from the end of an event until the appliance runs as before."""
        return self.declared.dwell_s + self.declared.window_s + 1.0

    @property
    def port(self) -> str:
        """The seat's port with this link."""
        links = self.station.lab.seat(self.seat).links
        return next(name for name, table in links.items() if table.carries == LINK)

    def client(self, answer_s: float = ANSWER_S, settings: LinkSettings | None = None) -> Cta2045Client:
        """A client of the port, not yet open."""
        transport = self.station.transport(self.seat, self.port, baud=LINE.baud)
        return Cta2045Client(Cta2045Link(transport, settings or LinkSettings()), answer_s)

    @asynccontextmanager
    async def session(
        self, answer_s: float = ANSWER_S, settings: LinkSettings | None = None
    ) -> AsyncIterator[Cta2045Client]:
        """A client whose port is open. Raises CannotOpenError."""
        client = self.client(answer_s, settings)
        await client.open()
        try:
            yield client
        finally:
            await client.close()


async def identify(station: Station, seat: str, port: str) -> str:
    """Who answers at a port, by its device information. Raises TransportError, NotAnApplianceError."""
    try:
        async with Cta2045Access(station, seat).session() as client:
            told = await client.information()
    except Cta2045Error as error:
        raise NotAnApplianceError(str(error)) from error
    return f"{told.model} {told.serial}, device type 0x{told.device_type:04X}"
