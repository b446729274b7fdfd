"""A command of a meter's switch, whatever the link: its effect is where the witness sees the switch."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, cast

from bench.exchanges.base import Effect, Exchange
from bench.exchanges.switch_scene import CLOSING_MODES, SwitchScene

if TYPE_CHECKING:
    from bench.access.dlms import DlmsAccess
    from bench.access.meter import MeterAccess
    from bench.catalogue.model import Row
    from bench.lab.station import Station


class SwitchCommand(Exchange):
    """A command that closes or opens the switch. Stands before the exchange of a link among the bases."""

    predicates: ClassVar[frozenset[str]] = frozenset({"returns", "commands"})
    closes: ClassVar[bool] = False

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.scene = SwitchScene(cast("DlmsAccess", self.reached))

    @property
    @abstractmethod
    def reached(self) -> MeterAccess:
        """The way to the meter on the command's link."""

    @property
    def trace(self) -> str:
        """The meaning of the entry that the command leaves in a log (`bench.access.dlms_events`)."""
        return "remote_connection" if self.closes else "remote_disconnection"

    def operated(self) -> None:
        """The command was sent: a relay that no witness watches is taken to have moved."""
        if not self.scene.wiring.sees_the_switch:
            self.station.wear.switch_operated(self.seat)

    async def prepare(self) -> None:
        """Supply and load on, load side dead, the switch where the command would move it, its dwell over."""
        await self.scene.prepare(closed=not self.closes)

    async def observe(self) -> Effect:
        """Whether the witness sees the switch where the command brings it.

        Where the control mode makes it ready only, after the button was pressed, which leaves a switch open that was
        not made ready.
        """
        effect = await self.scene.observe(closed=self.closes)
        mode = int(self.scene.access.pixit("control_mode", 0))
        if self.closes and effect.happened is False and mode not in (0, *CLOSING_MODES):
            await self.station.box.do(self.seat, "button")
            effect = await self.scene.observe(closed=True)
        return effect

    async def restore(self) -> None:
        """Switch and load as they were before `prepare`."""
        await self.scene.restore()
