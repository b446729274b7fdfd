"""Operations of a meter's switch that nobody ordered, by whatever means: what the tests of 3.4.6 do to the meter."""

from __future__ import annotations

from robot.api import SkipExecution

from bench.access.dlms import MANAGEMENT
from bench.exchanges.switch_scene import LOAD_W
from bench.keywords.process import ProcessLibrary
from drivers.cim.vocabulary import SwitchMeans
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import U32, Integer
from drivers.dlms.errors import DataAccessError

HAND_MODE = 5
"""The control mode in which the button and the meter's own supervision can both open and close (class 70)."""

_LIMITER, _THRESHOLD, _OVER_S, _UNDER_S = 71, 4, 6, 7
_HIGH_W = 50_000
_TRIP_S = 5
_MARGIN_S = 10.0
_PRESSED_S = 2.0


class OperationActs(ProcessLibrary):
    """Moves the switch without an order of the headend."""

    async def scene_for(self, means: SwitchMeans) -> None:
        """Switch closed and at rest, a load of 1,000 W, the control mode one in which ``means`` can move the switch.

        Skips the test where the meter does not offer that mode.
        """
        if means in (SwitchMeans.MANUAL, SwitchMeans.AUTOMATIC):
            async with self.meter.session(MANAGEMENT, ask=True) as client:
                try:
                    await self.meter.meter(client).set_control_mode(HAND_MODE)
                except DataAccessError:
                    raise SkipExecution(f"the meter does not offer control mode {HAND_MODE}") from None
        await self.scene.prepare(closed=True)
        if means is SwitchMeans.AUTOMATIC:
            await self._limit(_HIGH_W, over_s=_TRIP_S, under_s=int(self.scene.dwell_s + _MARGIN_S))

    async def move(self, means: SwitchMeans, *, closes: bool) -> None:
        """Have ``means`` open or close the switch. Returns once it is on its way."""
        match means:
            case SwitchMeans.MANUAL:
                await self.station.box.do(self.meter.seat, "button")
            case SwitchMeans.COMMAND:
                await self._inject(closes=closes)
            case SwitchMeans.UNCOMMANDED:
                await self.station.box.do(self.meter.seat, "contacts", closed=closes)
            case SwitchMeans.AUTOMATIC:
                await self._limit(_HIGH_W if closes else int(LOAD_W / 2))

    def longest_s(self, means: SwitchMeans, *, closes: bool) -> float:
        """How long the switch may take from `move` to its new place."""
        supervised_s = (
            (self.scene.dwell_s + 2 * _MARGIN_S if closes else _TRIP_S) if means is SwitchMeans.AUTOMATIC else 0
        )
        return supervised_s + self.scene.travel_s + _PRESSED_S

    async def rest(self) -> None:
        """The dwell of the switch passes."""
        await self.scene.look()
        await self.scene.rest()

    async def _inject(self, *, closes: bool) -> None:
        """A command with the headend's keys, of which the headend knows nothing."""
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            meter = self.meter.meter(client)
            await (meter.reconnect() if closes else meter.disconnect())

    async def _limit(self, threshold_w: int, over_s: int | None = None, under_s: int | None = None) -> None:
        """Set the limiter: threshold (W) and how long it may be exceeded, or must be kept again (s)."""
        values = {_THRESHOLD: threshold_w, _OVER_S: over_s, _UNDER_S: under_s}
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            for index, value in values.items():
                if value is not None:
                    attribute = Attribute(_LIMITER, self.meter.names.limiter, index)
                    present = await client.get(attribute)
                    await client.set(attribute, (type(present) if isinstance(present, Integer) else U32)(value))
