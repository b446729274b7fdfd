"""What a customer is shown of the usage (5.1.4), whatever shows it: a meter's own port, or a display.

An exchange of a row of 5.1.4 is a `ShowsUsage`: its views are the ways in which the customer sees the usage there. What
a view cannot show by its nature is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

SHARE, FLOOR_W = 0.02, 2.0
"""A shown power is that of now within this share and so many W more."""


@dataclass(frozen=True)
class Shown:
    """What is shown as the usage of now: power drawn (W), energies taken and given since ever (Wh).

    ``at``: the time to which the values are said to belong (UTC, s); None where none is shown with them.
    """

    power_w: float
    import_wh: float
    export_wh: float
    at: float | None = None


@dataclass(frozen=True)
class Past:
    """Energy taken (Wh) in the interval that ended ``at`` (UTC, s)."""

    at: float
    import_wh: float


@dataclass(frozen=True)
class Projected:
    """What a pattern of usage is shown to cost, and at which price of a kWh."""

    cost: float
    per_kwh: float


class UsageView(Protocol):
    """One way to see the usage."""

    @property
    def name(self) -> str:
        """What it is, in words."""
        ...

    async def now(self) -> Shown | None:
        """What is shown now; None where it says that there are no data, or says nothing at all."""
        ...

    async def history(self, start: float, end: float) -> Sequence[Past] | None:
        """The intervals that ended in (start, end]; None where no past is shown."""
        ...

    async def projection(self, daily_wh: int, days: int, per_kwh: float) -> Projected | None:
        """What a pattern of usage is shown to cost at a price of a kWh; None where no costs are shown."""
        ...


@dataclass(frozen=True)
class Counted:
    """What a sub-meter says of now: power (W), energies drawn and fed in since ever (Wh; None: it counts none)."""

    power_w: float
    import_wh: float
    export_wh: float | None


class NotCountedError(LookupError):
    """A device has no power, or no energy, to be read as a sub-meter's; it says which."""


@runtime_checkable
class ReadsSubMeter(Protocol):
    """An exchange that reads a sub-meter."""

    def as_shown(self, answer: Any) -> Counted:
        """What `Exchange.perform` answered, as power and energies. Raises NotCountedError."""
        ...


@runtime_checkable
class ShowsUsage(Protocol):
    """An exchange on which the customer sees the usage."""

    def views(self) -> Sequence[UsageView]:
        """The ways to see it."""
        ...
