"""What exchanges with a charger share, whatever link they go over: whose it is, and what is declared of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from bench.exchanges.base import Effect
from bench.exchanges.witness import Wiring
from drivers.roles import EvCharger

STARTING_S = 15.0
"""Until a vehicle charges that may, beside the charger's dwell."""
_SOURCE = "power analyser"
_MARGIN_A = 0.1


def fits(current_a: float, limit_a: float, share: Sequence[float]) -> bool:
    """Whether a vehicle with this limit draws such a current. ``share``: of its limit it draws so much, from and to."""
    least, most = share
    return bool(least * limit_a - _MARGIN_A <= current_a <= most * limit_a + _MARGIN_A)


async def draws(wiring: Wiring, limit_a: float, share: Sequence[float]) -> Effect:
    """Whether the analyser sees a vehicle draw what a limit allows, or feed back what one below zero asks for."""
    if not wiring.has("power_analyser"):
        return Effect(None, _SOURCE, "none is wired to the charger")
    analyser = await wiring.analyser()
    current, power = await analyser.current(), await analyser.active_power()
    signed = fits(current.value, abs(limit_a), share) and (limit_a >= 0.0 or power.value < 0.0)
    return Effect(signed, _SOURCE, f"{current}, {power} with a limit of {limit_a:g} A")


@dataclass(frozen=True)
class BadCommand:
    """The row's message as nobody may carry it out. ``refused``: it must be answered so; another may have any answer,
    or none, as long as it has no effect."""

    what: str
    give: Callable[[], Awaitable[object]]
    refused: bool = False


@dataclass(frozen=True)
class Course:
    """Limits in time: ``steps`` are s after ``start`` (UTC, s) and A for each phase; after ``lasting_s`` none holds."""

    start: float
    steps: Sequence[tuple[float, float]]
    lasting_s: float


@runtime_checkable
class ChargerExchange(Protocol):
    """An exchange that can say what it does in the words of the role, too.

    ``stated`` is the PIXIT item ``charger``, ``dwell_s`` the item ``minimum_dwell_s``; `leave` takes the controller
    away without a word, `come_back` has it there again.
    """

    seat: str

    @property
    def stated(self) -> Any: ...

    @property
    def rated_a(self) -> float: ...

    @property
    def dwell_s(self) -> float:
        """For how long charging must have been permitted without a break until it begins after a pause, s."""
        ...

    async def prepare(self) -> None: ...

    async def prepare_both_ways(self) -> None:
        """The scene for drawing and feeding back, where the charger can."""
        ...

    async def perform(self, access: Any = None) -> Any: ...

    async def observe(self) -> Effect: ...

    async def restore(self) -> None: ...

    def charger(self) -> AbstractAsyncContextManager[EvCharger]:
        """The charger, as the row's sender commands it."""
        ...

    async def leave(self) -> None:
        """The controller is silent from now on."""
        ...

    async def leave_with(self, limit_a: float) -> float | None:
        """The controller sets a limit and is silent from then on. After how long (s) the charger falls back; None: it
        never does."""
        ...

    async def come_back(self) -> None:
        """The controller is there again."""
        ...

    async def vehicle(self, there: bool) -> None:
        """A vehicle comes and is to be charged, or goes; what was commanded holds on."""
        ...

    async def hand_over(self, course: Course) -> bool:
        """Give the charger all limits at once. False where the link has no words for that: each is set in its time."""
        ...

    async def offer_choice(self, limit_a: float) -> bool:
        """Let the driver go before the row's limits, up to this one. False where the link has no words for that."""
        ...

    def choices(self) -> Sequence[bool]:
        """What the charger has told of that: the driver goes first, or no more."""
        ...

    def bad_commands(self) -> Sequence[BadCommand]:
        """Of a wrong origin, for others, of a time that is over, out of range, played again: what the link has."""
        ...
