"""5.3.2 to 5.3.4: what an energy management system has an appliance do for a price or a service."""

from __future__ import annotations

from typing import ClassVar

from bench.exchanges.cta2045_exchange import ModuleCommand
from drivers.cta2045.basic import Opcode
from drivers.cta2045.client import Cta2045Client

_FULL_LEVEL = 0x7F
_EVENT_S = 1800.0


class ShedForPrice(ModuleCommand):
    """AMI-35: shed while the price is high; status and response information come back."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.2/AMI-35/CEMS-Appl",)
    predicates = frozenset({"commands", "returns"})

    async def send(self, client: Cta2045Client) -> None:
        await client.shed(_EVENT_S)


class ShedForCriticalPeak(ShedForPrice):
    """AMI-35: a critical peak."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.3/AMI-35/CEMS-Appl",)

    async def send(self, client: Cta2045Client) -> None:
        await client.critical_peak(_EVENT_S)


class LevelForService(ShedForPrice):
    """AMI-35: half of the power, for an ancillary service."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.4/AMI-35/CEMS-Appl",)
    share = 0.5

    async def send(self, client: Cta2045Client) -> None:
        await client.command(Opcode.POWER_LEVEL, _FULL_LEVEL // 2)
