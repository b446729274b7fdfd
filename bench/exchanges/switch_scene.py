"""The scene of a switch command: supply, load and switch of one meter, brought to where the command has a visible
effect, and back.
"""

from __future__ import annotations

from dataclasses import dataclass

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.access.meter import MeterWithSwitch
from bench.exchanges.base import Effect
from bench.exchanges.witness import Contact, Wiring
from drivers.dlms.errors import DlmsError, ExceptionResponseError
from drivers.metering import SwitchState

LOAD_W = 1000.0

CLOSING_MODES = frozenset({2, 4, 7})
"""Control modes in which a remote reconnect closes the switch; in 1, 3, 5 and 6 it makes it ready for somebody to press
the button (Gurux `ControlMode`; MetCom MCS301 manual p. 100)."""

_DEFAULT_TRAVEL_S = 5.0
_SETTLE_S = 1.0
_OTHERS_S = 5.0
"""By then a headend that came for an event has gone."""


class SwitchNotMovedError(DlmsError):
    """The meter did not follow an order of its authorised client that was to set the scene."""


@dataclass(frozen=True)
class _Before:
    closed: bool
    load_on: bool


class SwitchScene:
    """Sets and clears the scene at the meter that ``access`` reaches. Commands go out as its management client.

    Of ``access`` no more is used than every meter's has (`bench.access.meter.MeterAccess`).
    """

    def __init__(self, access: DlmsAccess) -> None:
        self.access = access
        self.station = access.station
        self.wiring = Wiring(access.station, access.seat)
        self._before: _Before | None = None
        self._closed: bool | None = None
        self._moved_at = access.station.clock.now()

    @property
    def nominal_v(self) -> float:
        """Nominal voltage of the supply (PIXIT)."""
        return float(self.access.pixit("nominal_voltage_v", 230.0))

    @property
    def dwell_s(self) -> float:
        """How long the switch rests between two operations (PIXIT)."""
        return float(self.access.pixit("minimum_dwell_s", 0.0))

    @property
    def travel_s(self) -> float:
        """Longest time from a command to the contacts in place (PIXIT)."""
        return float(self.access.pixit("switch_travel_s", _DEFAULT_TRAVEL_S))

    # -- setting and clearing --------------------------------------------------------------------------------------

    async def prepare(self, *, closed: bool) -> None:
        """Supply on, a load of `LOAD_W` on, nothing feeding from behind, the switch as asked, its dwell over.

        Raises SwitchNotMovedError, and what instruments and meter raise.
        """
        load_on = await self._load_is_on()
        await self.energise()
        if self._before is None:
            self._before = _Before(closed=bool(await self._is_closed()), load_on=load_on)
        await self.bring(closed=closed)
        await self.rest()

    async def restore(self) -> None:
        """Switch and load as they were before the first `prepare`. Does nothing where there was none."""
        if self._before is None:
            return
        await self.energise()
        await self.bring(closed=self._before.closed)
        if self.wiring.has("electronic_load"):
            await (await self.wiring.load()).set_input(self._before.load_on)
        self._before = None

    async def bring(self, *, closed: bool) -> None:
        """Have the switch closed or open, by the commands of the authorised client. Raises SwitchNotMovedError."""
        if await self._is_closed() is closed:
            return
        await self.rest()
        if await self._is_closed() is closed:
            return  # an order that was under way moved it meanwhile
        async with self.access.session(MANAGEMENT, ask=True) as client:
            meter = self.access.meter(client)
            await (meter.reconnect() if closed else meter.disconnect())
            if not self.wiring.sees_the_switch:
                self.station.wear.switch_operated(self.access.seat)
            state = await self._state(meter) if closed else None
        if state is SwitchState.READY_FOR_RECONNECTION:
            await self.station.box.do(self.access.seat, "button")
        await self.settle()
        if await self._is_closed() is not closed:
            order, wanted = ("reconnect", "close") if closed else ("disconnect", "open")
            raise SwitchNotMovedError(
                f"the scene of the test could not be set: the switch of {self.access.seat} did not {wanted}, though "
                f"its authorised client ordered it and the meter acknowledged {order}"
            )

    async def _state(self, meter: MeterWithSwitch) -> SwitchState:
        """What the switch's logic is in. A headend that the meter has told of the command may have come at this moment,
        with the same keys and later counters; then once more in a session of its own.
        """
        try:
            return await meter.switch_state()
        except ExceptionResponseError:
            await self.station.advance(_OTHERS_S)
        async with self.access.session(MANAGEMENT, ask=True) as client:
            return await self.access.meter(client).switch_state()

    # -- looking ---------------------------------------------------------------------------------------------------

    async def look(self) -> Contact:
        """Where the witness sees the switch now."""
        contact = await self.wiring.contact(self.nominal_v)
        self.station.wear.switch_seen(self.access.seat, contact.closed)
        if contact.closed is not None and contact.closed != self._closed:
            self._closed, self._moved_at = contact.closed, self.station.clock.now()
        return contact

    async def observe(self, *, closed: bool, within_s: float = 0.0, step_s: float = 2.0) -> Effect:
        """Whether the switch is where a command would bring it, once its contacts had time to travel.

        ``within_s``: look again every ``step_s`` until it is there, at most so long.
        """
        await self.settle()
        deadline = self.station.clock.now() + within_s
        contact = await self.look()
        while contact.closed is not closed and self.station.clock.now() < deadline:
            await self.station.advance(step_s)
            contact = await self.look()
        happened = None if contact.closed is None else contact.closed is closed
        return Effect(happened, contact.shown_by, contact.detail)

    async def settle(self) -> None:
        """Let the contacts travel."""
        await self.station.advance(self.travel_s + _SETTLE_S)

    async def rest(self) -> None:
        """Let the dwell after the last operation that the witness saw pass."""
        remaining = self._moved_at + self.dwell_s + _SETTLE_S - self.station.clock.now()
        if remaining > 0.0:
            await self.station.advance(remaining)

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _load_is_on(self) -> bool:
        return self.wiring.has("electronic_load") and await (await self.wiring.load()).input_is_on()

    async def energise(self) -> None:
        """Supply at its nominal voltage, load on, load-side source off, as far as they are wired."""
        if self.wiring.has("ac_source"):
            supply = await self.wiring.supply()
            if not await supply.output_is_on():
                await supply.set_voltage(self.nominal_v)
                await supply.set_output(True)
        if self.wiring.has("load_side_source"):
            source = await self.wiring.load_side_source()
            if await source.output_is_on():
                await source.set_output(False)
        if self.wiring.has("electronic_load"):
            load = await self.wiring.load()
            await load.set_power(LOAD_W)
            await load.set_input(True)

    async def _is_closed(self) -> bool:
        """Where the switch is: by the witness or, without one, as the meter says. Only for setting the scene."""
        contact = await self.look()
        if contact.closed is not None:
            return contact.closed
        async with self.access.session(MANAGEMENT, ask=True) as client:
            return await self.access.meter(client).switch_output()
