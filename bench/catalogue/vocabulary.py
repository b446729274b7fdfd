"""The closed word lists of the catalogue. Open lists (links, PICS items, device classes) are data instead."""

from __future__ import annotations

from enum import StrEnum

FIRST_SUITE = "0"
"""The number, before all processes, of the suite that compares what is declared with what is seen."""

CONFORMANCE = "interfaces"
"""What the suites of protocol conformance begin with where a process has its number."""

LIFE_CYCLE = "5.3.dr"
"""What the suites of the demand response life cycle (section 5.3) begin with; their subfunction's number follows."""

LINKS_WITHOUT_ROWS = frozenset({"iec62056_21", "p1"})
"""What a port of a lab config can carry beside the links of the catalogue: it carries no row, only conformance."""


class Level(StrEnum):
    """A rating of the white paper. Ordered: ``Level.LOW < Level.MEDIUM < Level.HIGH``."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """0 for low, 1 for medium, 2 for high."""
        return _RANK[self.value]

    def __lt__(self, other: str) -> bool:
        return self.rank < Level(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Level(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Level(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Level(other).rank


_RANK = {"low": 0, "medium": 1, "high": 2}


class Objective(StrEnum):
    """What a control protects. ``SYSTEM`` is that of the controls S-1 to S-6, which no row's level demands."""

    CONFIDENTIALITY = "confidentiality"
    INTEGRITY = "integrity"
    AVAILABILITY = "availability"
    SYSTEM = "system"


class Kind(StrEnum):
    """What a control works on: the row's own exchange, the link, the device as a whole, or the whole system."""

    MESSAGE = "message"
    LINK = "link"
    DEVICE = "device"
    SYSTEM = "system"


class Risk(StrEnum):
    """What a control may do to a device.

    ``SAFE`` reads only; ``ALTERS`` changes state and restores it; ``LOCKS`` may lock a port or a session, or leave it
    hung until a power cycle; ``DESTRUCTIVE`` may leave a device unusable, or lose records for good.
    """

    SAFE = "safe"
    ALTERS = "alters"
    LOCKS = "locks"
    DESTRUCTIVE = "destructive"


class Predicate(StrEnum):
    """When a control applies to a row.

    A row has one or more of the first four: it returns or sends information, it notifies unasked, it commands an
    actuation, it writes a parameter, tariff, credit or limit. ``ALWAYS`` and ``SYSTEM`` occur in controls only.
    """

    RETURNS = "returns"
    NOTIFIES = "notifies"
    COMMANDS = "commands"
    WRITES = "writes"
    ALWAYS = "always"
    SYSTEM = "system"


class Applicability(StrEnum):
    """What a control is on a link.

    ``APPLIES``: it is tested there. ``STRUCTURAL_FAIL``: the protocol has no such mechanism, which is "fail
    (protocol)" unless the PICS names a gateway that supplies it. ``GATEWAY``: judged only at the outer link of the
    declared gateway, fail when none is declared. ``NONE``: meaningless there, hence not applicable.
    """

    APPLIES = "applies"
    STRUCTURAL_FAIL = "structural_fail"
    GATEWAY = "gateway"
    NONE = "none"


class End(StrEnum):
    """One of the two ends of a row."""

    ACTOR1 = "actor1"
    ACTOR2 = "actor2"


class DerivedKind(StrEnum):
    """Why a row was derived: a missing hop, a path that replaces others, or a second physical access."""

    HOP = "hop"
    PATH = "path"
    ACCESS = "access"


class Limit(StrEnum):
    """What a criterion asks of the measured value; ``EXACTLY`` is a setting of the stimulus."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    EXACTLY = "exactly"


class Basis(StrEnum):
    """Where a number comes from: ours to change, a source, the supplier's declaration, the control's own text."""

    BENCH = "bench"
    SOURCE = "source"
    PIXIT = "pixit"
    CONTROL = "control"


class Profile(StrEnum):
    """Sizes of a run: ``QUICK`` for CI, ``FULL`` for certification, ``ENDURANCE`` where a bound has a longer value."""

    QUICK = "quick"
    FULL = "full"
    ENDURANCE = "endurance"


class Observable(StrEnum):
    """How far a process can be seen from the bench: at a device end to end, as a message to one, at services only."""

    DEVICE = "device"
    MESSAGE = "message"
    SERVICE = "service"
    AGGREGATE = "aggregate"


class Change(StrEnum):
    """What a reading of the paper (R1 to R24) reads differently from what is printed."""

    LABEL = "label"
    ACTORS = "actors"
    INTERFACE = "interface"
    DIRECTION = "direction"
    PATHS = "paths"
    TEXT = "text"
    ROWS_OF_A_PROCESS = "rows_of_a_process"
    DERIVED_ROWS = "derived_rows"
    ADVISORY_LEVELS = "advisory_levels"
    CONTROLS = "controls"
    FUNCTIONAL_TESTS = "functional_tests"
