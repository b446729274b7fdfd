"""What exchanges with a charger share, whatever link they go over: whose it is, and what is declared of it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, runtime_checkable

from drivers.roles import EvCharger


@runtime_checkable
class ChargerExchange(Protocol):
    """An exchange that can say what it does in the words of the role, too.

    ``stated`` is the PIXIT item ``charger``; `leave_with` takes the controller away without a word, `come_back` has it
    there again.
    """

    seat: str

    @property
    def stated(self) -> Any: ...

    @property
    def rated_a(self) -> float: ...

    async def prepare(self) -> None: ...

    async def prepare_both_ways(self) -> None:
        """The scene for drawing and feeding back, where the charger can."""
        ...

    async def restore(self) -> None: ...

    def charger(self) -> AbstractAsyncContextManager[EvCharger]:
        """The charger, as the row's sender commands it."""
        ...

    async def leave_with(self, limit_a: float) -> float | None:
        """The controller sets a limit and is silent from then on. After how long (s) the charger falls back; None: it
        never does."""
        ...

    async def come_back(self) -> None:
        """The controller is there again."""
        ...
