"""What the catalogue holds, frozen: the white paper's facts, the controls, the faults.

Texts that the paper prints are kept as printed; what a reading (R1 to R24) makes of them stands in a field beside
them. Entries refer to each other by id, and :func:`bench.catalogue.load.load_catalogue` has followed every reference.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from bench.catalogue.levels import Levels
from bench.catalogue.vocabulary import (
    CONFORMANCE,
    LIFE_CYCLE,
    Applicability,
    Change,
    DerivedKind,
    End,
    Kind,
    Level,
    Objective,
    Observable,
    Predicate,
    Risk,
)


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of everything that the catalogue's files state: immutable, no unknown keys."""


class Actor(Fact, frozen=True, kw_only=True):
    """One actor under its canonical name. ``aliases`` are the other names that the paper prints (reading R2)."""

    name: str
    short: str
    kind: str
    aliases: tuple[str, ...] = ()


class Interface(Fact, frozen=True, kw_only=True):
    """One of the 45 logical interfaces of section 2.3. ``printed`` are its two actors as printed there."""

    id: str
    printed: tuple[str, str]
    actor1: str
    actor2: str


class Link(Fact, frozen=True, kw_only=True):
    """One way to carry a row. ``strongest`` says which controls it can reach, ``limits`` what it can never show."""

    id: str
    title: str
    strongest: str
    limits: str = ""


class DeviceClass(Fact, frozen=True, kw_only=True):
    """A class of emulated device that carries seeded faults, and the actors whose seat it takes."""

    id: str
    title: str
    actors: tuple[str, ...]


class PicsItem(Fact, frozen=True, kw_only=True):
    """A statement of a supplier that changes what a control is on a link.

    ``compensates``: a physical measure, which counts only on rows that name it (``Row.compensating``).
    """

    id: str
    title: str
    compensates: bool = False


class Reading(Fact, frozen=True, kw_only=True):
    """How one inconsistency of the paper is read, everywhere. ``changes`` names what is read differently for it."""

    id: str
    inconsistency: str
    reading: str
    changes: tuple[Change, ...]


class Section(Fact, frozen=True, kw_only=True):
    """A section that groups processes, such as 3.1 Metering Services."""

    number: str
    title: str


class Process(Fact, frozen=True, kw_only=True):
    """One of the 61 business processes.

    ``criterion`` is what its functional tests must see, ``means`` the devices and links that it takes, ``notes`` the
    readings and remarks on it.
    """

    number: str
    title: str
    observable: Observable
    criterion: str
    means: str
    notes: str = ""
    readings: tuple[str, ...] = ()

    @property
    def section(self) -> str:
        """The number of the section that the process stands in."""
        return self.number.rsplit(".", 1)[0]


class Row(Fact, frozen=True, kw_only=True):
    """One interface row, printed or derived.

    ``label``, ``printed_actor1``, ``printed_actor2``, ``sent``, ``returned`` and ``printed_levels`` are exactly the
    paper's, and ``line`` is the line of its text. A derived row, which the paper does not print, has ``""`` for the
    label, the actors and the rating, and its own ``sent`` and ``returned``; ``derived_kind``, ``level_from`` and
    ``why`` say what it is. ``processes`` has one number, but for the row of 5.2, which its five processes share;
    ``process`` is the part of the id before the first slash, so ``5.2`` there.

    ``interface`` is the canonical one (the actors decide: R3, R4, R7), ``printed_interface`` that of the label.
    ``advisory`` are levels of a run that never enters the verdict. ``alternative_to`` are rows whose path this row
    may replace (R5); ``paths`` of a derived path row are the two ways to be tried. ``extra_controls`` hold whatever
    the level (R17). ``compensating`` is the PICS item of a physical measure that counts on this row (R14b).
    """

    id: str
    processes: tuple[str, ...]
    label: str
    printed_interface: str
    interface: str
    printed_actor1: str
    printed_actor2: str
    actor1: str
    actor2: str
    sent: str
    returned: str
    printed_levels: str
    levels: Levels
    line: int | None
    predicates: frozenset[Predicate]
    links: tuple[str, ...]
    iut_ends: tuple[End, ...]
    witness: tuple[str, ...]
    readings: tuple[str, ...]
    advisory: Levels | None = None
    direction_note: str = ""
    alternative_to: tuple[str, ...] = ()
    extra_controls: tuple[str, ...] = ()
    derived_kind: DerivedKind | None = None
    level_from: str | None = None
    why: str = ""
    compensating: str | None = None
    paths: tuple[tuple[str, ...], ...] = ()

    @property
    def process(self) -> str:
        """The number under which the row stands: of its process, or 5.2 for the row that five processes share."""
        return self.id.split("/", 1)[0]

    @property
    def derived(self) -> bool:
        """Whether the row is ours, hence outside the verdict unless selected."""
        return self.derived_kind is not None

    @property
    def iut_actors(self) -> tuple[str, ...]:
        """The actors that a device or system under test can take the seat of."""
        return tuple(self.actor1 if end is End.ACTOR1 else self.actor2 for end in self.iut_ends)


class Source(Fact, frozen=True, kw_only=True):
    """Where a control comes from; ``verified`` is false where nobody checked the source itself."""

    text: str
    verified: bool


class LinkException(Fact, frozen=True, kw_only=True):
    """What a declared PICS item makes of a control on ``link``, or on every link if that is ``any``."""

    link: str
    declared: str
    becomes: Applicability


class Control(Fact, frozen=True, kw_only=True):
    """One of the 60 controls.

    ``level`` is the level from which it applies (none for the system's six); ``when`` are predicates any of which
    makes it applicable; ``only_interfaces`` and ``only_seats`` narrow it to rows of these interfaces, or with one of
    these actors at an end that can be under test. ``stimulus_depends_on_level`` names the bounds whose change with
    the level needs a run of its own; ``bounds`` those that the criterion uses. ``links`` says what it is on each link.
    """

    id: str
    title: str
    objective: Objective
    when: frozenset[Predicate]
    kind: Kind
    risk: Risk
    technique: str
    criterion: str
    faults: tuple[str, ...]
    sources: tuple[Source, ...]
    level: Level | None = None
    only_interfaces: frozenset[str] = frozenset()
    only_seats: frozenset[str] = frozenset()
    stimulus_depends_on_level: tuple[str, ...] = ()
    bounds: tuple[str, ...] = ()
    links: Mapping[str, Applicability] = {}
    exceptions: tuple[LinkException, ...] = ()

    def __hash__(self) -> int:
        return hash(self.id)


class Cost(Fact, frozen=True, kw_only=True):
    """What a test asks of a real station: ``seconds`` there, ``acts`` of the fault box by name, operations of the
    device's switch, lock-outs that it provokes."""

    seconds: float = 0.0
    acts: Mapping[str, int] = {}
    relay_operations: int = 0
    lock_outs: int = 0


EstimateKey = tuple[str, str, str, bool]
"""Control, process, link, and whether the row commands: what no two estimates share."""


class Estimate(Fact, frozen=True, kw_only=True):
    """What a test is expected to cost by profile: a control on a link, on a row that ``commands`` or does not; or,
    without a control, one functional test of a process."""

    link: str
    quick: Cost
    full: Cost | None = None
    control: str = ""
    process: str = ""
    commands: bool = False

    @property
    def key(self) -> EstimateKey:
        """What it is filed under."""
        return self.control, self.process, self.link, self.commands


class ConformanceCase(Fact, frozen=True, kw_only=True):
    """One case of the protocol conformance suites. ``suite`` is its file below ``suites/interfaces``, without ending.

    ``link`` is a link of the catalogue or a protocol that carries no row (``iec62056_21``). ``requirement`` is what
    the protocol asks, ``source`` where it says so; ``verified`` when somebody checked the source itself.
    """

    id: str
    suite: str
    link: str
    requirement: str
    source: str
    verified: bool = False

    @property
    def process(self) -> str:
        """What stands for the process in the plan: the suite's path below ``suites``."""
        return f"{CONFORMANCE}/{self.suite}"


class Fault(Fact, frozen=True, kw_only=True):
    """One seeded fault: a wrong behaviour that an emulated device can be started with.

    ``device`` is the class whose reference emulator carries the switch first, ``also_devices`` others that can.
    ``links`` are those on which it shows (none: it is not about a link). ``detected_by`` are references to tests that
    must fail, all of them: a control id, ``functional:<process>``, ``subfunction:<number>`` or ``conformance:<case>``;
    ``may_also_fail`` those that may (``*`` ends a pattern). Any other change of a verdict is a false failure.
    ``minimum`` marks the smallest set that touches every control once.
    """

    id: str
    title: str
    device: str
    detected_by: tuple[str, ...]
    also_devices: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    subfunctions: tuple[int, ...] = ()
    may_also_fail: tuple[str, ...] = ()
    minimum: bool = False

    @property
    def devices(self) -> tuple[str, ...]:
        """Every class of device that can carry the fault, the first one first."""
        return (self.device, *self.also_devices)


class Subfunction(Fact, frozen=True, kw_only=True):
    """One of the 17 demand-response subfunctions of section 5.3.

    ``at`` says where it is judged: the first of these ports that a seat under test has, each the name of an actor, a
    link and a profile of the port (``ESI/sep2:server``). One of its tests may name another place (`bench.session`).
    """

    number: int
    title: str
    seats: tuple[str, ...]
    links: tuple[str, ...]
    at: tuple[str, ...]
    criterion: str
    faults: tuple[str, ...]
    controls: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()

    @property
    def process(self) -> str:
        """What stands for the process in the plan, and begins the name of the suite: ``5.3.dr.03``."""
        return f"{LIFE_CYCLE}.{self.number:02d}"
