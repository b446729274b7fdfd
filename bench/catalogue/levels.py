"""The three levels of a row, together."""

from __future__ import annotations

import re

import msgspec

from bench.catalogue.vocabulary import Level, Objective

_PRINTED = re.compile(r"C [–-] (?P<c>\w+) +I [–-] (?P<i>\w+) +A [–-] (?P<a>\w+)")
_WORDS = {"Low": Level.LOW, "Med": Level.MEDIUM, "Medium": Level.MEDIUM, "High": Level.HIGH}


class Levels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Confidentiality, integrity and availability of a row."""

    confidentiality: Level
    integrity: Level
    availability: Level

    def of(self, objective: Objective) -> Level:
        """The level of one objective. Raises ValueError for ``Objective.SYSTEM``, which has none."""
        match objective:
            case Objective.CONFIDENTIALITY:
                return self.confidentiality
            case Objective.INTEGRITY:
                return self.integrity
            case Objective.AVAILABILITY:
                return self.availability
        raise ValueError(f"a row has no level of {objective}")

    def raised_to(self, other: Levels | Level) -> Levels:
        """The higher of both, objective by objective."""
        if isinstance(other, Level):
            other = Levels(other, other, other)
        return Levels(
            max(self.confidentiality, other.confidentiality),
            max(self.integrity, other.integrity),
            max(self.availability, other.availability),
        )

    def __str__(self) -> str:
        return "".join(level[0].upper() for level in (self.confidentiality, self.integrity, self.availability))


def printed_levels(text: str) -> Levels:
    """Read the last column of the paper's tables, such as ``C – High I – Med A - Low``. Raises ValueError.

    The paper prints "Med" beside "Medium" and hyphens beside dashes (reading R17).
    """
    match = _PRINTED.fullmatch(text)
    if match is None or not set(match.groups()) <= set(_WORDS):
        raise ValueError(f"not a printed rating: {text!r}")
    return Levels(*(_WORDS[word] for word in match.groups()))
