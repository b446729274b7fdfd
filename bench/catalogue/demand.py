"""Which controls a row demands on a link.

Levels are cumulative: medium takes the controls of low, high those of both. A control whose predicate, interfaces or
seats do not fit the row is not applicable and does not appear; :func:`exclusion` says why. What it is on the link
(tested, failed for want of a mechanism, judged at a gateway, meaningless) is ``Demand.applicability``, after the
declared PICS items have been taken into account. A gateway is declared as ``gateway:<link>``, the link being that of
its outer side; what it supplies is then judged there, since the gateway is part of the IUT. What is judged only at
a gateway, and is meaningless on its outer link, is not applicable.

Levels above the printed ones (the advisory levels of readings R9, R10, R11, R15, R16, R22, and ``raise_to``) add
advisory demands: the controls that only those levels take, and again those whose bounds differ at that level.

>>> from bench.catalogue import load_catalogue
>>> catalogue = load_catalogue()
>>> row = catalogue.row("3.1.2/AMI-11/OMS-HE")
>>> [d.control.id for d in controls_for(catalogue, row, link="office_https") if not d.advisory]
['C-L1', 'C-L2', 'C-L3', 'C-L4', 'I-L1', 'I-L3', 'I-L5', 'A-L1', 'A-L2', 'A-L3', 'A-L4']
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bench.catalogue.bounds import Bound
from bench.catalogue.catalogue import Catalogue
from bench.catalogue.errors import LinkNotOfferedError
from bench.catalogue.levels import Levels
from bench.catalogue.model import Control, Row
from bench.catalogue.vocabulary import Applicability, Change, Level, Objective, Predicate, Profile

GATEWAY_ITEM = "gateway:"


@dataclass(frozen=True)
class Demand:
    """One control on one row.

    ``level`` is that of the control's objective, by which it is judged; ``levels`` has all three, since a bound may
    go by another objective's. ``link`` is where it is judged: the row's, or the outer link of a declared gateway.
    ``advisory`` demands never enter a verdict. ``reason`` says in words why the control is here and what it is.
    """

    row: Row
    control: Control
    level: Level
    levels: Levels
    link: str
    applicability: Applicability
    advisory: bool
    reason: str

    @property
    def tested(self) -> bool:
        """Whether a probe has to run."""
        return self.applicability is Applicability.APPLIES

    @property
    def fails_by_protocol(self) -> bool:
        """Whether it is "fail (protocol)" without a probe: no mechanism, and no gateway that supplies it."""
        return self.applicability in (Applicability.STRUCTURAL_FAIL, Applicability.GATEWAY)


def controls_for(
    catalogue: Catalogue,
    row: Row,
    *,
    link: str,
    levels: Levels | None = None,
    declared: Collection[str] = frozenset(),
    raise_to: Level | None = None,
) -> tuple[Demand, ...]:
    """The demands of ``row`` on ``link``, in the catalogue's order, a control's advisory demand after its own.

    ``levels`` replace the printed ones; ``declared`` are the PICS items that the device supports. Raises
    LinkNotOfferedError when the row is not carried by ``link``, UnknownEntryError for a gateway with an unknown link.
    """
    if link not in row.links:
        raise LinkNotOfferedError(row.id, link, row.links)
    own = levels or row.levels
    raised = own
    if row.advisory is not None:
        raised = raised.raised_to(row.advisory)
    if raise_to is not None:
        raised = raised.raised_to(raise_to)
    demands: list[Demand] = []
    for control in catalogue.controls:
        if exclusion(row, control) is not None:
            continue
        place, applicability, outcome = _on_link(catalogue, row, control, link, declared)
        tested = applicability is Applicability.APPLIES
        for at, advisory in _levels_of(catalogue, row, control, own, raised, place if tested else None):
            level = at.of(control.objective)
            why = _why(catalogue, row, control, at, advisory=advisory)
            reason = f"{why}; {outcome}" if outcome else why
            demands.append(Demand(row, control, level, at, place, applicability, advisory, reason))
    return tuple(demands)


def exclusion(row: Row, control: Control) -> str | None:
    """Why ``control`` is not applicable to ``row`` at any level and on any link, or None if it may be."""
    if control.objective is Objective.SYSTEM:
        return "a control of the whole system, not of a row"
    if Predicate.ALWAYS not in control.when and not control.when & row.predicates:
        return f"only for a row that {' or '.join(sorted(control.when))}"
    if control.only_interfaces and row.interface not in control.only_interfaces:
        return f"only on {', '.join(sorted(control.only_interfaces))}"
    if control.only_seats and not control.only_seats.intersection(row.iut_actors):
        return f"only where {' or '.join(sorted(control.only_seats))} is under test"
    return None


def system_controls(catalogue: Catalogue, actors: Collection[str]) -> tuple[Control, ...]:
    """The controls of the whole system that concern one of ``actors`` (canonical names). Always advisory."""
    return tuple(
        control
        for control in catalogue.controls
        if control.objective is Objective.SYSTEM and control.only_seats.intersection(actors)
    )


def bound_for(
    catalogue: Catalogue,
    demand: Demand,
    name: str,
    *,
    transport: str | None = None,
    subject: str | None = None,
    profile: Profile | str = Profile.QUICK,
) -> Bound:
    """Bound ``name`` for a demand, at the level of the objective that the bound goes by.

    Raises as :meth:`bench.catalogue.bounds.BoundTable.find`.
    """
    level = demand.level
    if any(line.name == name for line in catalogue.bounds.by_level):
        level = catalogue.bounds.level_of(name, demand.levels, demand.control.objective)
    return catalogue.bound(name, level, link=demand.link, transport=transport, subject=subject, profile=profile)


def _levels_of(
    catalogue: Catalogue, row: Row, control: Control, own: Levels, raised: Levels, tested_on: str | None
) -> Iterator[tuple[Levels, bool]]:
    """The levels at which the control is demanded, each with whether that demand is advisory.

    What is not tested (``tested_on`` is None) has one outcome at every level, so it is not repeated.
    """
    if not _takes(row, control, own):
        if _takes(row, control, raised):
            yield raised, True
        return
    yield own, False
    if tested_on is not None and _differs(catalogue, control, own, raised, tested_on):
        yield raised, True


def _takes(row: Row, control: Control, levels: Levels) -> bool:
    if control.id in row.extra_controls:
        return True
    return control.level is not None and control.level <= levels.of(control.objective)


def _differs(catalogue: Catalogue, control: Control, own: Levels, raised: Levels, link: str) -> bool:
    """Whether a control that both levels take would run otherwise, or be judged otherwise, at the raised ones."""
    bounds = catalogue.bounds
    levelled = {line.name for line in bounds.by_level}
    return any(
        bounds.differs(
            name,
            bounds.level_of(name, own, control.objective),
            bounds.level_of(name, raised, control.objective),
            link=link,
        )
        for name in {*control.bounds, *control.stimulus_depends_on_level} & levelled
    )


def _why(catalogue: Catalogue, row: Row, control: Control, levels: Levels, *, advisory: bool) -> str:
    level = levels.of(control.objective)
    if advisory:
        readings = [name for name in row.readings if _is_advisory(catalogue, name)]
        by = f" by {', '.join(readings)}" if readings and row.advisory is not None else ""
        return f"advisory at {levels}{by}"
    if control.level is not None and control.id in row.extra_controls and control.level > level:
        return f"asked for by the text whatever the level (R17), {control.objective} is {level}"
    return f"{control.objective} {level} takes it, it applies from {control.level}"


def _is_advisory(catalogue: Catalogue, reading: str) -> bool:
    return Change.ADVISORY_LEVELS in catalogue.reading(reading).changes


def _on_link(
    catalogue: Catalogue, row: Row, control: Control, link: str, declared: Collection[str]
) -> tuple[str, Applicability, str]:
    """Where the control is judged, what it is there, and a remark for anything but a plain test."""
    here = _declared_applicability(catalogue, row, control, link, declared)
    title = catalogue.link(link).title
    if here is Applicability.APPLIES:
        return link, here, ""
    if here is Applicability.NONE:
        return link, here, f"not applicable on {title}"
    meaningless = ""
    for outer in sorted(item.removeprefix(GATEWAY_ITEM) for item in declared if item.startswith(GATEWAY_ITEM)):
        there = _declared_applicability(catalogue, row, control, catalogue.link(outer).id, declared)
        if there is Applicability.APPLIES:
            return outer, there, f"judged at the declared gateway's outer link, {catalogue.link(outer).title}"
        if there is Applicability.NONE:
            meaningless = outer
    if here is Applicability.GATEWAY and meaningless:
        title = catalogue.link(meaningless).title
        return meaningless, Applicability.NONE, f"not applicable on the declared gateway's outer link, {title}"
    if here is Applicability.GATEWAY:
        return link, here, f"judged only at a gateway's outer link, and no gateway is declared for {title}"
    return link, here, f"{title} has no mechanism for it, and no gateway that supplies it is declared"


def _declared_applicability(
    catalogue: Catalogue, row: Row, control: Control, link: str, declared: Collection[str]
) -> Applicability:
    """What the control is on ``link`` once the exceptions of declared PICS items are made.

    A physical compensating measure counts only on a row that names it (reading R14b).
    """
    applicability = control.links[link]
    compensating = {item.id for item in catalogue.pics_items if item.compensates}
    for exception in control.exceptions:
        if exception.link not in (link, "any") or exception.declared not in declared:
            continue
        if exception.declared in compensating and row.compensating != exception.declared:
            continue
        applicability = exception.becomes
    return applicability
