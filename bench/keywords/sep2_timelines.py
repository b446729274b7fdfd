"""What a 2030.5 server offers in the cases of events, moment by moment, and when the power is looked at.

Times are seconds from the moment at which the device has found its program. Events are named by letters; limits are
shares of the rating of what generates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.exchanges.sep2_events import GenerationLimit
from drivers.sep2.der import DERControlBase, PowerFactor

_HEATERS = b"\x00\x00\x00\x20"
"""Device category of saunas, of which no home has one for the bench."""
_IMPOSSIBLE = DERControlBase(max_lim_w=2500, pf_inject=PowerFactor(displacement=150, excitation=True, multiplier=-2))


@dataclass(frozen=True)
class Offer:
    """An event: its letter, limit (0 to 1), start and duration (s), the primacy of its program, and what else is said
    of it. ``older_s``: by how much it was created before it is offered.
    """

    name: str
    limit: float
    start_s: float
    duration_s: int
    primacy: int = 1
    older_s: int = 0
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def content(self) -> GenerationLimit:
        """What is controlled."""
        return GenerationLimit(limit=self.limit)


@dataclass(frozen=True)
class Cancel:
    """An event is cancelled, at random in the time that it states or at once."""

    name: str
    at_random: bool = False


@dataclass(frozen=True)
class Look:
    """At the power that is generated."""


@dataclass(frozen=True)
class Reachable:
    """The server answers, or nobody does at its address."""

    yes: bool


Act = Cancel | Look | Reachable


@dataclass(frozen=True)
class Timeline:
    """``offers`` are there from the start on; ``default`` is the limit that holds without an event."""

    offers: tuple[Offer, ...]
    then: tuple[tuple[float, Act], ...]
    default: float | None = None
    shows_over: bool = False


def _looks(*times_s: float) -> tuple[tuple[float, Act], ...]:
    return tuple((at_s, Look()) for at_s in times_s)


_USUAL = Offer("A", 0.5, 120.0, 180)
TIMELINES: Mapping[str, Timeline] = {
    "a control for a time to come": Timeline((_USUAL,), _looks(110, 150, 290, 330)),
    "a control that has begun": Timeline((Offer("A", 0.5, -120.0, 300),), _looks(95, 170, 210)),
    "a control that is over": Timeline((Offer("A", 0.5, -600.0, 300),), _looks(95), shows_over=True),
    "a control that cannot be": Timeline((Offer("A", 0.5, 120.0, 180, more={"base": _IMPOSSIBLE}),), _looks(150)),
    "a control for other devices": Timeline(
        (Offer("A", 0.5, 120.0, 180, more={"category": _HEATERS}),), _looks(150, 330)
    ),
    "a newer control while one runs": Timeline(
        (Offer("A", 0.5, 120.0, 180, older_s=60), Offer("B", 0.25, 240.0, 120)), _looks(150, 270, 310, 390)
    ),
    "a control that goes first while one runs": Timeline(
        (Offer("A", 0.5, 120.0, 180, primacy=5), Offer("B", 0.25, 240.0, 120, older_s=60)), _looks(150, 270, 310, 390)
    ),
    "a control that does not go first while one runs": Timeline(
        (Offer("A", 0.5, 120.0, 240, older_s=60), Offer("B", 0.25, 180.0, 120, primacy=5)), _looks(150, 210, 330, 390)
    ),
    "a control that is cancelled before it begins": Timeline(
        (Offer("A", 0.5, 240.0, 120),), ((100.0, Cancel("A")), *_looks(270))
    ),
    "a control that is cancelled while it runs": Timeline(
        (Offer("A", 0.5, 120.0, 600),), (*_looks(135), (140.0, Cancel("A")), *_looks(250))
    ),
    "a control that is cancelled at random while it runs": Timeline(
        (Offer("A", 0.5, 120.0, 900, more={"randomize_duration": 60}),),
        (*_looks(135), (140.0, Cancel("A", at_random=True)), *_looks(310)),
    ),
    "a default and a control": Timeline((_USUAL,), _looks(110, 150, 290, 330), default=0.75),
    "a control, and is then not reachable": Timeline(
        (_USUAL,), ((90.0, Reachable(False)), *_looks(150, 290, 330), (340.0, Reachable(True)))
    ),
}
"""By the words of the cases."""
