"""An appliance behind CTA-2045 as the role `drivers.roles.HanDevice`."""

from __future__ import annotations

from drivers.cta2045.basic import Opcode, OperationalState
from drivers.cta2045.client import Cta2045Client
from drivers.cta2045.intermediate import Commodity

_FULL_LEVEL = 0x7F


class Cta2045Appliance:
    """One appliance behind an open client. Raises Cta2045Error, SilenceError, PeerClosedError."""

    def __init__(self, client: Cta2045Client) -> None:
        self._client = client

    async def shed(self, duration_s: float | None = None) -> None:
        """Draw as little as comfort allows, for a time or until `release`."""
        await self._client.shed(duration_s)

    async def turn_off(self) -> None:
        """Off, now, whatever the customer chose, until `release`."""
        await self._client.grid_emergency(None)

    async def limit(self, share: float) -> None:
        """Draw at most ``share`` (0 to 1) of the rating, until `release`. Raises ValueError beyond it."""
        if not 0.0 <= share <= 1.0:
            raise ValueError(f"a share of the rating is 0 to 1, not {share}")
        await self._client.command(Opcode.POWER_LEVEL, int(share * _FULL_LEVEL))

    async def release(self) -> None:
        """End whatever was asked for."""
        await self._client.end()

    async def power_w(self) -> float:
        """What the appliance says that it draws."""
        readings = await self._client.commodity(Commodity.ELECTRICITY_CONSUMED)
        return float(sum(reading.rate for reading in readings))

    async def opted_out(self) -> bool:
        """Whether the customer has opted out of the event that holds."""
        state = await self._client.state()
        return state in (OperationalState.IDLE_OPTED_OUT, OperationalState.RUNNING_OPTED_OUT)
