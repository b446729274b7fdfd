"""What tests that set a meter's scene need of the way to it, whatever it speaks."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Protocol

from drivers.metering import SwitchState
from drivers.roles import Meter

if TYPE_CHECKING:
    from bench.lab.station import Station


class MeterWithSwitch(Meter, Protocol):
    """A meter whose switch tells its parts apart; not every meter has all of them."""

    async def switch_state(self) -> SwitchState:
        """What the logic of the switch is in."""
        ...

    async def switch_output(self) -> bool:
        """Whether the contacts are closed, as the meter sees them."""
        ...


class MeterAccess(Protocol):
    """The way to the meter in ``seat``: `bench.access.dlms.DlmsAccess`, `bench.access.c1218.C1218Access`."""

    @property
    def station(self) -> Station: ...

    @property
    def seat(self) -> str: ...

    def pixit(self, name: str, default: Any = None) -> Any:
        """A PIXIT item of the device."""
        ...

    def session(self, role: str = ..., *, ask: bool = ...) -> AbstractAsyncContextManager[Any]:
        """A session of a declared client; ended at the end."""
        ...

    def meter(self, client: Any) -> MeterWithSwitch:
        """The meter as the session's client sees it."""
        ...
