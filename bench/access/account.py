"""A prepaid account at a meter, as tests open, pay into and read it, whatever the meter speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol


class LimitAction(IntEnum):
    """What the meter does without credit."""

    NONE = 0
    DISCONNECT = 1
    LIMIT_DEMAND = 2
    PARTIAL_LOAD = 3


@dataclass(frozen=True)
class Terms:
    """How an account is run: prices by rate (an amount a Wh), low-credit threshold, emergency credit, action at the
    limit, power limit (W), friendly hours (from and to, minutes after local midnight).
    """

    prices: tuple[int, ...]
    low: int = 0
    emergency: int = 0
    action: LimitAction = LimitAction.DISCONNECT
    limit_w: int = 0
    friendly: Sequence[tuple[int, int]] = ()


class Account(Protocol):
    """The account of one meter, over a session of a client that may change it. Calls raise the meter's refusals."""

    async def configure(self, terms: Terms) -> None:
        """Run the account as a prepaid one on these terms."""
        ...

    async def credit(self) -> int:
        """The credit."""
        ...

    async def reset(self, amount: int) -> int:
        """Set the credit; what the meter then says that it is."""
        ...

    async def pay(self, identifier: int, amount: int) -> bool:
        """Pay in under an identifier, which counts once; whether the meter took it."""
        ...

    async def remaining_s(self) -> int:
        """For how long the credit lasts."""
        ...
