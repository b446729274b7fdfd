"""Outages as an outage management system keeps them: one for each meter and loss of supply (white paper 3.5).

The nouns are extensions of this project.
"""

from __future__ import annotations

from enum import StrEnum

from drivers.cim.payloads import Part


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
