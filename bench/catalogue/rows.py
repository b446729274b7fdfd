"""From a row as written to a row of the model: what follows from the printed label, actors and rating."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bench.catalogue.entries import DerivedEntry, RowEntry
from bench.catalogue.errors import CatalogueError
from bench.catalogue.levels import Levels, printed_levels
from bench.catalogue.model import Row

_LABEL = re.compile(r"AMI[ -]0*(\d+)")


def interface_of_label(label: str) -> str:
    """``AMI-<integer>`` of a printed label such as ``AMI 24`` or ``AMI-06`` (reading R1). Raises ValueError."""
    match = _LABEL.match(label)
    if match is None:
        raise ValueError(f"no interface label: {label!r}")
    return f"AMI-{match[1]}"


def printed_row(entry: RowEntry, aliases: Mapping[str, str], file: str) -> Row:
    """The row with its canonical interface, actors and levels. ``aliases`` maps every printed actor to its name."""
    key = f"row {entry.id}"
    try:
        levels = printed_levels(entry.levels)
        interface = interface_of_label(entry.label)
    except ValueError as error:
        raise CatalogueError(file, key, str(error)) from None
    actor1, actor2 = (_canonical(actor, aliases, file, key) for actor in entry.actors)
    return Row(
        id=entry.id,
        processes=entry.processes or (entry.id.split("/", 1)[0],),
        label=entry.label,
        printed_interface=interface,
        interface=entry.interface or interface,
        printed_actor1=entry.actors[0],
        printed_actor2=entry.actors[1],
        actor1=actor1,
        actor2=actor2,
        sent=entry.sent,
        returned=entry.returned,
        printed_levels=entry.levels,
        levels=levels,
        line=entry.line,
        predicates=entry.predicates,
        links=entry.links,
        iut_ends=entry.iut_ends,
        witness=entry.witness,
        readings=entry.readings,
        advisory=None if entry.advisory is None else entry.advisory.over(levels),
        direction_note=entry.direction_note,
        alternative_to=entry.alternative_to,
        extra_controls=entry.extra_controls,
    )


def derived_row(entry: DerivedEntry, like: Row, aliases: Mapping[str, str], file: str) -> Row:
    """The derived row with the levels of ``like``, but for a confidentiality of its own."""
    key = f"derived {entry.id}"
    actor1, actor2 = (_canonical(actor, aliases, file, key) for actor in entry.actors)
    parts = entry.id.split("/")
    if len(parts) != 4:
        raise CatalogueError(file, key, "the id of a derived row is process/interface/actors/d<number>")
    levels = Levels(
        entry.confidentiality or like.levels.confidentiality,
        like.levels.integrity,
        like.levels.availability,
    )
    return Row(
        id=entry.id,
        processes=(parts[0],),
        label="",
        printed_interface="",
        interface=entry.interface or parts[1],
        printed_actor1="",
        printed_actor2="",
        actor1=actor1,
        actor2=actor2,
        sent=entry.sent,
        returned=entry.returned,
        printed_levels="",
        levels=levels,
        line=None,
        predicates=entry.predicates,
        links=entry.links,
        iut_ends=entry.iut_ends,
        witness=entry.witness,
        readings=entry.readings,
        derived_kind=entry.kind,
        level_from=entry.level_from,
        why=entry.why,
        compensating=entry.compensating,
        paths=entry.paths,
    )


def _canonical(actor: str, aliases: Mapping[str, str], file: str, key: str) -> str:
    try:
        return aliases[actor]
    except KeyError:
        raise CatalogueError(file, key, f"unknown actor {actor!r}") from None
