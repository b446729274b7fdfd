"""The catalogue's listings and its coverage as tables for a terminal of 80 columns or more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table
from rich.text import Text

from bench.catalogue.coverage import FUNCTIONAL, Need, Status, Tally, summary, tally

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One column: its head, how an item fills it, and whether it keeps its width when space is short."""

    head: str
    cell: Callable[[Item], str]
    fixed: bool = False


def _short_levels(item: Item) -> str:
    return "".join(str(item[name])[0].upper() for name in ("confidentiality", "integrity", "availability"))


def _actors(item: Item) -> str:
    first = item["printed_actor1"] or item["actor1"]
    second = item["printed_actor2"] or item["actor2"]
    return f"{first} → {second}"


def _words(name: str) -> Callable[[Item], str]:
    return lambda item: ", ".join(str(word) for word in item[name])


def _text(name: str) -> Callable[[Item], str]:
    return lambda item: "" if item[name] is None else str(item[name])


def _values(item: Item) -> str:
    full = item["full"]
    if isinstance(full, Mapping) and "of" not in full:
        return " / ".join(_number(full[level]) for level in ("low", "medium", "high"))
    return _number(full)


def _quick(item: Item) -> str:
    quick = item.get("quick")
    return "" if quick is None else _values({"full": quick})


def _number(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, Mapping):
        return f"{value['at_least']}/{value['of']}"
    if isinstance(value, list):
        return ", ".join(map(_number, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _scope(item: Item) -> str:
    return ", ".join(str(item[name]) for name in ("link", "transport", "subject") if item.get(name))


COLUMNS: Mapping[str, Sequence[Column]] = {
    "processes": (
        Column("process", _text("number"), fixed=True),
        Column("title", _text("title")),
        Column("seen at", _text("observable"), fixed=True),
        Column("rows", lambda item: str(len(item["rows"])), fixed=True),
        Column("derived", lambda item: str(len(item["derived_rows"])), fixed=True),
        Column("faults", _words("faults")),
    ),
    "rows": (
        Column("process", _text("process"), fixed=True),
        Column("printed label", lambda item: item["label"] or f"derived {item['interface']}"),
        Column("actors", _actors),
        Column("CIA", _short_levels, fixed=True),
        Column("sent", _text("sent")),
        Column("returned", _text("returned")),
    ),
    "controls": (
        Column("id", _text("id"), fixed=True),
        Column("title", _text("title")),
        Column("from", _text("level"), fixed=True),
        Column("when", _words("when")),
        Column("kind", _text("kind"), fixed=True),
        Column("risk", _text("risk"), fixed=True),
        Column("faults", _words("faults")),
    ),
    "faults": (
        Column("id", _text("id"), fixed=True),
        Column("what the device does wrong", _text("title")),
        Column("device", _text("device"), fixed=True),
        Column("detected by", _words("detected_by")),
    ),
    "conformance": (
        Column("id", _text("id"), fixed=True),
        Column("suite", _text("suite"), fixed=True),
        Column("what the protocol asks", _text("requirement")),
        Column("source", lambda item: item["source"] + ("" if item["verified"] else " (unverified)")),
        Column("faults", _words("faults")),
    ),
    "subfunctions": (
        Column("suite", _text("suite"), fixed=True),
        Column("title", _text("title")),
        Column("judged at", _words("at")),
        Column("what must be seen", _text("criterion")),
        Column("faults", _words("faults")),
    ),
    "interfaces": (
        Column("id", _text("id"), fixed=True),
        Column("actors", _actors),
        Column("processes", _words("processes")),
    ),
    "actors": (
        Column("short", _text("short"), fixed=True),
        Column("name", _text("name")),
        Column("also printed as", _words("aliases")),
        Column("interfaces", _words("interfaces")),
    ),
    "device_classes": (
        Column("id", _text("id"), fixed=True),
        Column("title", _text("title")),
        Column("actors", _words("actors")),
        Column("faults", lambda item: str(len(item["faults"])), fixed=True),
    ),
    "bounds": (
        Column("name", _text("name"), fixed=True),
        Column("for", _scope),
        Column("meaning", _text("meaning")),
        Column("unit", _text("unit")),
        Column("full", _values),
        Column("quick", _quick),
    ),
    "readings": (
        Column("id", _text("id"), fixed=True),
        Column("inconsistency", _text("inconsistency")),
        Column("reading", _text("reading")),
    ),
}


def listing_table(kind: str, items: Sequence[Item]) -> Table:
    """The table of one listing of :data:`bench.catalogue.listing.LISTINGS`. Raises KeyError for an unknown kind."""
    columns = COLUMNS[kind]
    table = _table()
    for column in columns:
        table.add_column(column.head, no_wrap=column.fixed, overflow="fold")
    for item in items:
        table.add_row(*(Text(column.cell(item)) for column in columns))
    return table


def coverage_table(needs: Sequence[Need]) -> Table:
    """Every row, and what no row carries: the tests that cover it and the gaps, by link; ``*`` means advisory."""
    table = _table()
    table.add_column("row", overflow="fold")
    table.add_column("covered", overflow="fold", ratio=1)
    table.add_column("missing", overflow="fold", ratio=1)
    groups: dict[str, list[Need]] = {}
    for need in needs:
        groups.setdefault(_row_of(need), []).append(need)
    for row, members in groups.items():
        covered = _tests(need for need in members if need.status is Status.COVERED)
        missing = _tests(need for need in members if need.status is Status.GAP)
        table.add_row(Text(row), Text(covered), Text(missing, style="red"))
    return table


def _row_of(need: Need) -> str:
    if not need.row:
        return need.process or "beside the rows"
    return need.row if need.row.startswith(need.process + "/") else f"{need.process}: {need.row}"


def _tests(needs: Iterable[Need]) -> str:
    """``functional; dlms: C-L1 C-L2; c1218: C-L1``, each test once."""
    by_link: dict[str, dict[str, None]] = {}
    for need in needs:
        name = f"{need.test}*" if need.advisory and need.row else need.test
        by_link.setdefault(need.link, {})[name] = None
    return "; ".join(f"{link}: {' '.join(tests)}" if link else " ".join(tests) for link, tests in by_link.items())


def process_table(needs: Collection[Need]) -> Table:
    """By process, how many of the tests that its rows ask for exist."""
    table = _table()
    table.add_column("process", no_wrap=True)
    for head in ("functional", "controls", "advisory", "derived rows"):
        table.add_column(head, justify="right", no_wrap=True)
    columns: tuple[Callable[[Need], bool], ...] = (
        lambda need: not need.derived and (need.test == FUNCTIONAL or need.of_conformance),
        lambda need: not need.derived and not need.advisory and need.test != FUNCTIONAL and not need.of_conformance,
        lambda need: not need.derived and need.advisory,
        lambda need: need.derived,
    )
    tallies = [
        {line.group: line for line in tally([n for n in needs if n.process and keep(n)], lambda n: n.process)}
        for keep in columns
    ]
    for process in dict.fromkeys(need.process for need in needs if need.process):
        table.add_row(process, *(_share(lines.get(process)) for lines in tallies))
    return table


def _share(line: Tally | None) -> str:
    return "–" if line is None else f"{line.covered}/{line.needs}"


def summary_table(needs: Collection[Need]) -> Table:
    """How many needs are covered, are gaps, or are decided without a test."""
    table = _table()
    counts = summary(needs)
    statuses = list(next(iter(counts.values())))
    table.add_column("needs of", no_wrap=True)
    for status in statuses:
        table.add_column(status, justify="right")
    for part, by_status in counts.items():
        table.add_row(part, *(str(by_status[status]) for status in statuses))
    return table


def _table() -> Table:
    return Table(box=None, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 1, 0, 0))
