"""Exchanges over CTA-2045: the bench is the communication module."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, ClassVar

from bench.access.cta2045 import Cta2045Access
from bench.exchanges.appliance_command import (
    CYCLE_MIN,
    DUTY_PERCENT,
    END_RANDOM_MIN,
    MARGIN,
    SOURCE,
    ApplianceCommand,
)
from drivers.cta2045.basic import Basic, CommunicationStatus, Opcode, OperationalState
from drivers.cta2045.client import Cta2045Client
from drivers.cta2045.intermediate import Cycling

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

__all__ = ["MARGIN", "SOURCE", "ModuleCommand", "says_idle"]

_EVENT, _FULL_LEVEL = 4_711, 0x7F
_IDLE_STATES = frozenset(
    {
        OperationalState.IDLE_NORMAL,
        OperationalState.IDLE_CURTAILED,
        OperationalState.IDLE_HEIGHTENED,
        OperationalState.IDLE_OPTED_OUT,
        OperationalState.CYCLING_OFF,
    }
)
_OPTED_OUT = frozenset({OperationalState.IDLE_OPTED_OUT, OperationalState.RUNNING_OPTED_OUT})


class ModuleCommand(ApplianceCommand):
    """A command by the communication module. Where `Cta2045Client.end` does not end it, its row says how (`undo`)."""

    link: ClassVar[str] = "cta2045"

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.access = Cta2045Access(station, seat)

    @property
    def rated_w(self) -> float:
        return self.access.declared.rated_w

    @property
    def back_s(self) -> float:
        return self.access.back_s

    @property
    def cycle_s(self) -> float:
        return self.access.declared.cycle_s

    def session(self) -> AbstractAsyncContextManager[Cta2045Client]:
        return self.access.session()

    async def reassure(self, client: Cta2045Client) -> None:
        await client.tell_outside(CommunicationStatus.FOUND)

    async def shed(self, client: Cta2045Client, duration_s: float) -> None:
        await client.shed(duration_s)

    async def start_cycles(self, client: Cta2045Client) -> None:
        order = Cycling(_EVENT, 0.0, CYCLE_MIN, DUTY_PERCENT, end_randomisation_min=END_RANDOM_MIN)
        await client.start_cycling(order)

    async def level(self, client: Cta2045Client, share: float) -> None:
        await client.command(Opcode.POWER_LEVEL, round(share * _FULL_LEVEL))

    async def store(self, client: Cta2045Client, duration_s: float) -> None:
        await client.load_up(duration_s)

    async def release(self, client: Cta2045Client) -> None:
        await client.end()

    async def undo(self, client: Cta2045Client) -> None:
        await self.release(client)

    async def told(self, client: Cta2045Client) -> Mapping[str, float]:
        state = await client.state()
        (reading,) = await client.commodity()
        return {
            "state": float(state),
            "power_w": float(reading.rate),
            "energy_wh": float(reading.total),
            "idle": float(says_idle(state)),
            "curtailed": float(state == OperationalState.RUNNING_CURTAILED),
            "opted_out": float(state in _OPTED_OUT),
        }

    async def hear_opt_out(self, client: Cta2045Client, within_s: float) -> bool:
        await client.listen(self.station.clock.now() + within_s)
        return Basic(Opcode.CUSTOMER_OVERRIDE, 1) in client.unasked


def says_idle(state: float) -> bool:
    """Whether a state means that the appliance draws nothing."""
    return int(state) in _IDLE_STATES
