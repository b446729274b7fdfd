"""A recorded fact: a value, a refusal, a silence, a reading of a witness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True)
class Observation:
    """One fact of one series.

    ``value`` is the converted value (``None``: it could not be looked at, and ``attributes["why"]`` says why, which
    is not the same as having seen nothing happen). ``raw`` is what the line or instrument said.
    ``standard_uncertainty`` is in ``unit``; 0 for counts and logic. ``at_s`` is station time (UTC, s),
    ``monotonic_s`` the machine's monotonic clock. ``instruments`` are the names, in the lab config, of those that it
    rests on; identity, calibration and uncertainty of each are in the head of the journal. ``doubts`` say whose
    calibration does not hold: then nothing is concluded from it. ``record`` is the observation's number in the journal.
    """

    series: str
    value: Json
    unit: str = ""
    standard_uncertainty: float = 0.0
    attributes: Mapping[str, Json] = field(default_factory=dict)
    at_s: float = 0.0
    monotonic_s: float = 0.0
    clock: str = ""
    source: str = ""
    layer: str = ""
    raw: str = ""
    captures: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    record: int = -1

    @property
    def seen(self) -> bool:
        """False when it could not be looked at."""
        return self.value is not None

    @property
    def what(self) -> str:
        """What this one observation is about, in words; may be empty."""
        return str(self.attributes.get("what", ""))
