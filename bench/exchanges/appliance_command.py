"""Commands to an appliance, over whatever link: the bench takes the place of whoever commands it, and a power analyser
sees what it draws.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, ClassVar

from bench.exchanges.base import Effect, Exchange
from bench.exchanges.witness import Wiring
from drivers.scpi.measurement import Measurement
from drivers.transport.base import CannotOpenError

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

CYCLE_MIN, DUTY_PERCENT, END_RANDOM_MIN = 20, 50, 2
"""Duration, duty and random end of a cycling event; a cycle begins with its off time."""
SOURCE = "the power analyser at the appliance"
MARGIN = 0.02
"""Share of the rating by which the power may be above the level that was asked for."""
_WARM_UP_S, _LOOK_EVERY_S = 1800.0, 60.0
_SETTLE_S = 0.5


class ApplianceCommand(Exchange):
    """A command after which the appliance draws at most ``share`` of its rating.

    A link's subclass says how the appliance is spoken to, a row's how the command is sent (`send`) and, where that
    differs, how it is ended (`undo`).
    """

    predicates: ClassVar[frozenset[str]] = frozenset({"commands"})
    share: ClassVar[float] = 0.0

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.wiring = Wiring(station, seat)
        self.response: Mapping[str, float] = {}

    @property
    def message(self) -> str:
        """Rows of one stimulus class send the same."""
        return ""

    # -- what a link says ----------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def rated_w(self) -> float:
        """What the appliance draws while it runs, W."""

    @property
    @abstractmethod
    def back_s(self) -> float:
        """The longest time from the end of an event until it runs as before, s of station time."""

    @property
    @abstractmethod
    def cycle_s(self) -> float:
        """A duty cycle, s of station time."""

    @abstractmethod
    def session(self) -> AbstractAsyncContextManager[Any]:
        """A client of the appliance, open."""

    @abstractmethod
    async def reassure(self, client: Any) -> None:
        """Tell the appliance, where it asks for that, that the utility is there."""

    @abstractmethod
    async def send(self, client: Any) -> None:
        """Give the command. Raises the driver's refusals, SilenceError."""

    @abstractmethod
    async def shed(self, client: Any, duration_s: float) -> None:
        """Ask for less in the link's plainest way, whatever the row's command is."""

    @abstractmethod
    async def start_cycles(self, client: Any) -> None:
        """Ask for duty cycles of `DUTY_PERCENT`, for `CYCLE_MIN`."""

    @abstractmethod
    async def level(self, client: Any, share: float) -> None:
        """Ask for a share of the rating at the most."""

    @abstractmethod
    async def store(self, client: Any, duration_s: float) -> None:
        """Ask for more, to be stored. Raises UnsupportedError where the link has no word for that."""

    @abstractmethod
    async def release(self, client: Any) -> None:
        """End whatever was asked for in the link's plainest way."""

    @abstractmethod
    async def undo(self, client: Any) -> None:
        """End what the command began."""

    @abstractmethod
    async def told(self, client: Any) -> Mapping[str, float]:
        """Status and response information: ``power_w``, ``energy_wh``, and whether (1.0 or 0.0) it says that it is
        ``idle``, runs ``curtailed``, has ``opted_out``."""

    @abstractmethod
    async def hear_opt_out(self, client: Any, within_s: float) -> bool:
        """Whether the appliance says within some station time, unasked, that its customer has opted out."""

    # -- Exchange ------------------------------------------------------------------------------------------------

    @property
    def limit_w(self) -> float:
        """The power above which the command has no effect, W."""
        return (self.share + MARGIN) * self.rated_w

    async def prepare(self) -> None:
        """The appliance is used, runs, and hears that the utility is there."""
        await self.station.box.do(self.seat, "switch", on=True)
        await self.station.box.do(self.seat, "override", on=False)
        await self.station.box.do(self.seat, "use", on=True)
        async with self.session() as client:
            await self.reassure(client)
        waited_s = 0.0
        while not await self.runs() and waited_s < _WARM_UP_S:
            await self.station.advance(_LOOK_EVERY_S)
            waited_s += _LOOK_EVERY_S

    async def perform(self, access: Any = None) -> Mapping[str, float]:
        """Give the command; what the appliance then says of itself."""
        if access is not None:
            await self.send(access)
            return {}
        async with self.session() as client:
            await self.send(client)
            self.response = await self.told(client)
        return self.response

    async def observe(self) -> Effect:
        """Whether the analyser sees at most the power that was asked for."""
        await self.station.advance(_SETTLE_S)
        return await self.witnessed()

    async def restore(self) -> None:
        """The event is ended, and the appliance has had its time to come back."""
        async with self.session() as client:
            await self.undo(client)
        await self.station.advance(self.back_s)

    # -- what probes and functional tests use --------------------------------------------------------------------

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
