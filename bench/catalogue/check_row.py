"""Whether a row agrees with itself and with what it refers to."""

from __future__ import annotations

from bench.catalogue.catalogue import Catalogue
from bench.catalogue.errors import CatalogueError, UnknownEntryError
from bench.catalogue.model import Row
from bench.catalogue.origins import Origins
from bench.catalogue.vocabulary import Predicate

ROW_PREDICATES = frozenset({Predicate.RETURNS, Predicate.NOTIFIES, Predicate.COMMANDS, Predicate.WRITES})


def check_row(catalogue: Catalogue, row: Row, origins: Origins) -> None:
    """Raises CatalogueError for a row that names what does not exist, or whose id or interface is not its own."""
    _check_references(catalogue, row, origins)
    _check_interface(catalogue, row, origins)
    if not row.predicates or not row.predicates <= ROW_PREDICATES:
        raise _error(origins, row, "predicates", "a row has one or more of returns, notifies, commands, writes")
    if not row.links or not row.iut_ends:
        raise _error(origins, row, "links", "a row has one or more links and ends under test")
    if row.compensating is not None:
        items = {item.id for item in catalogue.pics_items if item.compensates}
        if row.compensating not in items:
            raise _error(origins, row, "compensating", f"{row.compensating!r} is no compensating PICS item")


def _check_references(catalogue: Catalogue, row: Row, origins: Origins) -> None:
    try:
        for link in row.links:
            catalogue.link(link)
        for reading in row.readings:
            catalogue.reading(reading)
        for control in row.extra_controls:
            catalogue.control(control)
        for other in (*row.alternative_to, *(step for path in row.paths for step in path)):
            catalogue.row(other)
    except UnknownEntryError as error:
        raise _error(origins, row, error.kind, str(error)) from None


def _check_interface(catalogue: Catalogue, row: Row, origins: Origins) -> None:
    """The actors decide the interface (R3, R4, R7); a pair that the paper's list lacks is named after itself."""
    number, _, pair = row.interface.partition("/")
    try:
        interface = catalogue.interface(number)
    except UnknownEntryError as error:
        raise _error(origins, row, "interface", str(error)) from None
    shorts = catalogue.actor(row.actor1).short, catalogue.actor(row.actor2).short
    if pair:
        if pair not in {"-".join(shorts), "-".join(reversed(shorts))}:
            raise _error(origins, row, "interface", f"{pair} is not the row's pair of actors")
    elif {interface.actor1, interface.actor2} != {row.actor1, row.actor2}:
        joins = f"{interface.actor1} and {interface.actor2}"
        raise _error(origins, row, "interface", f"{number} joins {joins}, not {row.actor1} and {row.actor2}")
    expected = f"{row.process}/{number}/{'-'.join(shorts)}"
    own = row.id.rsplit("/", 1)[0] if row.derived else row.id
    if own != expected:
        raise _error(origins, row, "id", f"its process, interface and actors make it {expected}")


def _error(origins: Origins, row: Row, field: str, problem: str) -> CatalogueError:
    return origins.error("row", row.id, field, problem)
