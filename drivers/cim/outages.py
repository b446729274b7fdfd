"""Outages as an outage management system keeps them: one for each meter and loss of supply (white paper 3.5).

The nouns are extensions of this project.
"""

from __future__ import annotations

from enum import StrEnum

from drivers.cim.payloads import Part
from drivers.cim.vocabulary import Code


class OutageState(StrEnum):
    """Where an outage stands: ``open`` while the meter has no supply as far as anybody knows; ``restored``;
    ``contradicted``: the meter answered, it was a false alarm; ``momentary``: it was over before it was told.
    """

    OPEN = "open"
    RESTORED = "restored"
    CONTRADICTED = "contradicted"
    MOMENTARY = "momentary"


class GetOutages(Part, frozen=True):
    """Outages of these meters; none means all."""

    meters: tuple[str, ...] = ()


class Outage(Part, frozen=True):
    """One loss of supply of one meter. ``told``: when the system was told; ``restored``: when the supply came back, as
    the meter says; ``duration`` in s, where the meter says it.
    """

    meter: str
    state: OutageState
    began: str
    told: str
    restored: str = ""
    duration: float | None = None


class GetRestorationStatus(Part, frozen=True):
    """Which of these meters, or those of a planned outage's ``order``, have not reported that their supply is back."""

    meters: tuple[str, ...] = ()
    order: str = ""


class MissingMeter(Part, frozen=True):
    """A meter that has not, and does not answer: since when it has no supply (empty: nobody has told), and why it is
    missing.
    """

    meter: str
    began: str = ""
    code: Code = Code.UNREACHABLE


class RestorationStatus(Part, frozen=True):
    """The answer at ``time_stamp``: of so many meters ``asked`` about, those that are ``missing``."""

    time_stamp: str
    asked: int
    missing: tuple[MissingMeter, ...] = ()


class RestorationRequest(Part, frozen=True):
    """Tell when ``meter`` has its supply back, if that is after ``since``; ``request`` is an id that counts once."""

    request: str
    meter: str
    since: str


class GetRestorationRequests(Part, frozen=True):
    """Such requests for these meters; none means all."""

    meters: tuple[str, ...] = ()


class PlannedOutage(Part, frozen=True):
    """A work order for which the supply of ``meters`` is taken away. ``closed``: the crew has left."""

    order: str
    meters: tuple[str, ...]
    closed: bool = False


class GetPlannedOutages(Part, frozen=True):
    """Planned outages by order; none means all."""

    orders: tuple[str, ...] = ()
