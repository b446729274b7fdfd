"""The numbers that criteria and stimuli use: bounds by level, fixed numbers, functional times.

A bound has one line for each link, transport or subject for which it differs. Each line has values for the profile
``full``; ``quick`` and ``endurance`` hold only what differs. A bound by level is looked up with the level of the
row, even for a control inherited from a lower one; ``level_of`` says of which objective (``control``: that of the
control itself).
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from bench.catalogue.errors import NoBoundError, UnknownEntryError
from bench.catalogue.levels import Levels
from bench.catalogue.model import Fact
from bench.catalogue.vocabulary import Basis, Level, Limit, Objective, Profile


class Trials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``at_least`` successes ``of`` so many trials."""

    of: int
    at_least: int


Value = int | float | Trials | tuple[int, ...]


class ByLevel(Fact, frozen=True, kw_only=True):
    """Values by level; a level that is not given has none (printed as a dash)."""

    low: Value | None = None
    medium: Value | None = None
    high: Value | None = None

    def of(self, level: Level) -> Value | None:
        """The value at ``level``, or None."""
        match level:
            case Level.LOW:
                return self.low
            case Level.MEDIUM:
                return self.medium
        return self.high


class BoundLine(Fact, frozen=True, kw_only=True):
    """One line of the bounds: what every kind of bound has.

    ``proposal`` marks quick values that nobody has agreed to yet. ``plant_clock`` is a value that holds in its place
    where time is stepped. ``source`` says where the number comes from in words, beside ``basis``.
    """

    name: str
    meaning: str
    unit: str
    limit: Limit
    basis: Basis
    source: str = ""
    proposal: bool = False
    plant_clock: int | None = None


class LevelBound(BoundLine, frozen=True, kw_only=True):
    """A bound of table G1. ``level_of``: the objective whose level picks the value, or ``control``."""

    level_of: str
    full: ByLevel
    quick: ByLevel | None = None
    endurance: ByLevel | None = None
    link: str | None = None
    transport: str | None = None
    subject: str | None = None
    baud: int | None = None
    added: bool = False

    @property
    def key(self) -> str:
        """What no two lines share: the name with the link, transport and subject that the line holds for."""
        return " ".join(filter(None, (self.name, self.link, self.transport, self.subject)))


class FixedBound(BoundLine, frozen=True, kw_only=True):
    """A number that the named controls print outside table G1, the same at every level."""

    controls: tuple[str, ...]
    full: Value
    quick: Value | None = None
    endurance: Value | None = None


class FunctionalTime(BoundLine, frozen=True, kw_only=True):
    """A time that the functional tests of ``processes`` take from the paper's text (reading R18)."""

    processes: tuple[str, ...]
    full: Value


class Bound(Fact, frozen=True, kw_only=True):
    """One number with everything that a report says of it.

    ``limit`` is how a criterion takes it; ``profile`` the profile it was asked for; ``scaled`` is true where the
    profile's value differs from that of ``full``, and ``proposal`` where that value is not agreed to yet.
    """

    name: str
    value: Value
    unit: str
    limit: Limit
    basis: Basis
    source: str
    meaning: str
    profile: Profile
    level: Level | None = None
    scaled: bool = False
    proposal: bool = False
    plant_clock: int | None = None

    @property
    def number(self) -> float:
        """The value as a plain number. Raises TypeError for trials and for a list of numbers."""
        if isinstance(self.value, int | float):
            return self.value
        raise TypeError(f"bound {self.name} is {self.value!r}, not a number")

    @property
    def count(self) -> int:
        """The value as a whole number; of trials, how many there are. Raises TypeError for anything else."""
        if isinstance(self.value, Trials):
            return self.value.of
        if isinstance(self.value, int):
            return self.value
        raise TypeError(f"bound {self.name} is {self.value!r}, not a whole number")


_SOURCE_OF_BASIS = {
    Basis.BENCH: "bench choice, no normative anchor",
    Basis.SOURCE: "the control's sources",
    Basis.PIXIT: "declared by the supplier; the value is the limit of what may be declared",
    Basis.CONTROL: "the control's text",
}


def _source(line: BoundLine) -> str:
    return line.source or _SOURCE_OF_BASIS[line.basis]


class BoundTable(Fact, frozen=True, kw_only=True):
    """Every bound of the catalogue."""

    by_level: tuple[LevelBound, ...]
    fixed: tuple[FixedBound, ...]
    functional: tuple[FunctionalTime, ...]

    @property
    def lines(self) -> tuple[BoundLine, ...]:
        """Every line, whatever its kind."""
        return (*self.by_level, *self.fixed, *self.functional)

    @property
    def names(self) -> frozenset[str]:
        """The name of every bound."""
        return frozenset(line.name for line in self.lines)

    def find(
        self,
        name: str,
        level: Level | None = None,
        *,
        link: str | None = None,
        transport: str | None = None,
        subject: str | None = None,
        profile: Profile | str = Profile.QUICK,
    ) -> Bound:
        """The bound ``name`` at ``level``.

        ``link``, ``transport`` and ``subject`` choose among the lines of one name; each may be given even where the
        bound does not depend on it. A fixed number or functional time needs no level. Raises UnknownEntryError for a
        name that does not exist, NoBoundError when no line, or more than one, fits, or when the line has no value.
        """
        profile = Profile(profile)
        unlevelled: tuple[FixedBound | FunctionalTime, ...] = (*self.fixed, *self.functional)
        for line in unlevelled:
            if line.name == name:
                return _fixed(line, profile)
        lines = [candidate for candidate in self.by_level if candidate.name == name]
        if not lines:
            raise UnknownEntryError("bound", name)
        asked = {"link": link, "transport": transport, "subject": subject}
        fitting = [candidate for candidate in lines if _fits(candidate, asked)]
        where = ", ".join(f"{key} {value}" for key, value in asked.items() if value is not None) or "no link"
        if len(fitting) != 1:
            raise NoBoundError(f"{len(fitting)} of the {len(lines)} lines of bound {name} fit {where}")
        if level is None:
            raise NoBoundError(f"bound {name} depends on the level, and none was given")
        return _at_level(fitting[0], level, profile)

    def level_of(self, name: str, levels: Levels, objective: Objective) -> Level:
        """Which of ``levels`` picks the value of bound ``name`` for a control of ``objective``.

        Raises UnknownEntryError for a name that is no bound by level.
        """
        for line in self.by_level:
            if line.name == name:
                return levels.of(objective if line.level_of == "control" else Objective(line.level_of))
        raise UnknownEntryError("bound by level", name)

    def differs(self, name: str, first: Level, second: Level, *, link: str) -> bool:
        """Whether bound ``name`` has, on ``link``, another value at ``second`` than at ``first`` in any profile."""
        if first is second:
            return False
        lines = (line for line in self.by_level if line.name == name and line.link in (None, link))
        tables = (table for line in lines for table in (line.full, line.quick, line.endurance) if table)
        return any(table.of(first) != table.of(second) for table in tables)


def _fits(line: LevelBound, asked: Mapping[str, str | None]) -> bool:
    """A line fits when what it is bound to is what was asked for."""
    own = {"link": line.link, "transport": line.transport, "subject": line.subject}
    return all(value is None or value == asked[key] for key, value in own.items())


def _fixed(line: FixedBound | FunctionalTime, profile: Profile) -> Bound:
    scaled = None
    if isinstance(line, FixedBound):
        scaled = {Profile.QUICK: line.quick, Profile.ENDURANCE: line.endurance}.get(profile)
    return _bound(line, line.full if scaled is None else scaled, profile, level=None, scaled=scaled is not None)


def _at_level(line: LevelBound, level: Level, profile: Profile) -> Bound:
    own = {Profile.QUICK: line.quick, Profile.ENDURANCE: line.endurance}.get(profile)
    scaled = own.of(level) if own is not None else None
    value = line.full.of(level) if scaled is None else scaled
    if value is None:
        raise NoBoundError(f"bound {line.name} has no value at level {level}")
    return _bound(line, value, profile, level=level, scaled=scaled is not None)


def _bound(line: BoundLine, value: Value, profile: Profile, *, level: Level | None, scaled: bool) -> Bound:
    return Bound(
        name=line.name,
        value=value,
        unit=line.unit,
        limit=line.limit,
        basis=line.basis,
        source=_source(line),
        meaning=line.meaning,
        profile=profile,
        level=level,
        scaled=scaled,
        proposal=line.proposal and scaled,
        plant_clock=None if scaled else line.plant_clock,
    )
