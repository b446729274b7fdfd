"""Exchanges over CTA-2045: the bench is the communication module, a power analyser sees what the appliance draws."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from bench.access.cta2045 import Cta2045Access
from bench.exchanges.base import Effect, Exchange
from bench.exchanges.witness import Wiring
from drivers.cta2045.basic import CommunicationStatus, OperationalState
from drivers.cta2045.client import Cta2045Client
from drivers.scpi.measurement import Measurement
from drivers.transport.base import CannotOpenError

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

SOURCE = "the power analyser at the appliance"
MARGIN = 0.02
"""Share of the rating by which the power may be above the level that was asked for."""
_IDLE_STATES = frozenset(
    {
        OperationalState.IDLE_NORMAL,
        OperationalState.IDLE_CURTAILED,
        OperationalState.IDLE_HEIGHTENED,
        OperationalState.IDLE_OPTED_OUT,
        OperationalState.CYCLING_OFF,
    }
)
_WARM_UP_S, _LOOK_EVERY_S = 1800.0, 60.0
_SETTLE_S = 0.5


class ApplianceCommand(Exchange):
    """A command after which the appliance draws at most ``share`` of its rating.

    A subclass says how it is sent (`send`) and, where `Cta2045Client.end` does not end it, how it is ended (`undo`).
    """

    link: ClassVar[str] = "cta2045"
    predicates: ClassVar[frozenset[str]] = frozenset({"commands"})
    share: ClassVar[float] = 0.0

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.access = Cta2045Access(station, seat)
        self.wiring = Wiring(station, seat)
        self.response: Mapping[str, float] = {}

    @property
    def message(self) -> str:
        """Rows of one class send the same."""
        return type(self).__name__

    @abstractmethod
    async def send(self, client: Cta2045Client) -> None:
        """Give the command. Raises Cta2045Error, SilenceError."""

    async def undo(self, client: Cta2045Client) -> None:
        """End what the command began."""
        await client.end()

    @property
    def limit_w(self) -> float:
        """The power above which the command has no effect, W."""
        return (self.share + MARGIN) * self.access.declared.rated_w

    # -- Exchange ------------------------------------------------------------------------------------------------

    async def prepare(self) -> None:
        """The appliance is used, runs, and hears that the utility is there."""
        await self.station.box.do(self.seat, "switch", on=True)
        await self.station.box.do(self.seat, "override", on=False)
        await self.station.box.do(self.seat, "use", on=True)
        async with self.access.session() as client:
            await client.tell_outside(CommunicationStatus.FOUND)
        waited_s = 0.0
        while not await self.runs() and waited_s < _WARM_UP_S:
            await self.station.advance(_LOOK_EVERY_S)
            waited_s += _LOOK_EVERY_S

    async def perform(self, access: Any = None) -> Mapping[str, float]:
        """Give the command; what the appliance then says of itself."""
        if access is not None:
            await self.send(access)
            return {}
        async with self.access.session() as client:
            await self.send(client)
            self.response = await self.told(client)
        return self.response

    async def observe(self) -> Effect:
        """Whether the analyser sees at most the power that was asked for."""
        await self.station.advance(_SETTLE_S)
        return await self.witnessed()

    async def restore(self) -> None:
        """The event is ended, and the appliance has had its time to come back."""
        async with self.access.session() as client:
            await self.undo(client)
        await self.station.advance(self.access.back_s)

    # -- what probes and functional tests use --------------------------------------------------------------------

    async def told(self, client: Cta2045Client) -> Mapping[str, float]:
        """Status and response information: state, power in W, energy in Wh."""
        state = await client.state()
        (reading,) = await client.commodity()
        return {"state": float(state), "power_w": float(reading.rate), "energy_wh": float(reading.total)}

    async def power(self) -> Measurement | None:
        """What the appliance draws, by the analyser; None where there is none."""
        if not self.wiring.has("power_analyser"):
            return None
        try:
            return await (await self.wiring.analyser()).active_power()
        except CannotOpenError:
            return None

    async def runs(self) -> bool | None:
        """Whether it draws more than the command would let it."""
        power = await self.power()
        return None if power is None else power.value > self.limit_w

    async def witnessed(self) -> Effect:
        """Whether the analyser sees the effect, now."""
        power = await self.power()
        if power is None:
            return Effect(None, SOURCE, "none is wired, or it cannot be opened")
        return Effect(power.value <= self.limit_w, SOURCE, f"{power}; at most {self.limit_w:.0f} W asked for")


def says_idle(state: float) -> bool:
    """Whether a state means that the appliance draws nothing."""
    return int(state) in _IDLE_STATES
