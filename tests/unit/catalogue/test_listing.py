"""What `amibench list` and `amibench coverage` print."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from bench.catalogue import Catalogue, Level, load_catalogue
from bench.catalogue.coverage import FUNCTIONAL, SYSTEM_LINK, Implemented, Need, Status, coverage, summary
from bench.catalogue.listing import LISTINGS, list_controls, list_rows
from bench.catalogue.tables import COLUMNS, coverage_table, listing_table, process_table, summary_table
from tests.unit.catalogue.test_controls_and_faults import is_registered

NOTHING = Implemented(functional=frozenset(), probes=frozenset())


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def nothing(catalogue: Catalogue) -> tuple[Need, ...]:
    return coverage(catalogue, NOTHING)


def rendered(table: object, width: int) -> str:
    console = Console(width=width, color_system=None, file=io.StringIO())
    with console.capture() as capture:
        console.print(table)
    return capture.get()


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("processes", 61),
        ("rows", 162 + 65),
        ("controls", 60),
        ("subfunctions", 17),
        ("faults", 217),
        ("interfaces", 45),
        ("actors", 24),
        ("device_classes", 9),
        ("bounds", 38 + 76 + 7),
        ("readings", 25),
    ],
)
def test_every_listing_is_json_and_complete(catalogue: Catalogue, kind: str, count: int) -> None:
    items = LISTINGS[kind](catalogue)
    beside = [item for item in items if kind == "faults" and not is_registered(item["id"])]  # of links, types, ours
    assert len(items) - len(beside) == count
    assert json.loads(json.dumps(items)) == items


def test_rows_carry_what_a_reader_outside_needs(catalogue: Catalogue) -> None:
    rows = list_rows(catalogue)
    assert sum(not row["derived"] for row in rows) == 162
    first = rows[0]
    assert {
        "process": "3.1.1",
        "label": "AMI-10",
        "interface": "AMI-10",
        "printed_actor1": "MDMS",
        "printed_actor2": "AMI Headend",
        "sent": "(Periodically sent) List of meters to read",
        "returned": "Meter readings Meter status Error messages from meters and AMI network",
        "derived": False,
        "confidentiality": "high",
        "integrity": "high",
        "availability": "low",
        "id": "3.1.1/AMI-10/MDMS-HE",
    }.items() <= first.items()
    levels = {level.value for level in Level}
    assert all({row["confidentiality"], row["integrity"], row["availability"]} <= levels for row in rows)


def test_controls_carry_their_bounds_by_level_and_profile(catalogue: Catalogue) -> None:
    replay = next(item for item in list_controls(catalogue) if item["id"] == "I-H1")
    bounds = {bound["name"]: bound for bound in replay["bounds"]}
    assert bounds["n_rep"]["full"] == {"low": None, "medium": None, "high": 20}
    assert bounds["n_rep"]["quick"]["high"] < 20
    assert replay["links"]["dlms"] == "applies"
    assert replay["verified"] is True


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("kind", sorted(COLUMNS))
def test_tables_fit_the_terminal_and_lose_no_entry(catalogue: Catalogue, kind: str, width: int) -> None:
    items = LISTINGS[kind](catalogue)
    text = rendered(listing_table(kind, items), width)
    assert max(map(len, text.splitlines())) <= width
    first = COLUMNS[kind][0]
    assert sum(line.startswith(first.cell(items[-1])) for line in text.splitlines()) >= 1
    written = sum(column.cell(item).count("…") for item in items for column in COLUMNS[kind])
    assert text.count("…") == written


def test_every_listing_has_a_table() -> None:
    assert set(COLUMNS) == set(LISTINGS)


def test_without_tests_everything_that_needs_one_is_a_gap(catalogue: Catalogue, nothing: tuple[Need, ...]) -> None:
    assert not [need for need in nothing if need.status is Status.COVERED]
    rows = {(need.process, need.row) for need in nothing if need.row}
    expected = {(process, row.id) for row in catalogue.rows for process in row.processes}
    assert rows == expected
    named = {need.test for need in nothing}
    assert {control.id for control in catalogue.controls} <= named
    assert {f"subfunction:{number}" for number in range(1, 18)} <= named


def test_the_shared_row_has_a_functional_test_for_each_process(nothing: tuple[Need, ...]) -> None:
    functional = [need.process for need in nothing if need.test == FUNCTIONAL and need.row == "5.2/AMI-15/CIS-LMS"]
    assert functional == ["5.2.1", "5.2.2", "5.2.3", "5.2.4", "5.2.5"]


def test_what_is_implemented_is_named(catalogue: Catalogue) -> None:
    row = "3.4.1/AMI-28/HE-Meter"
    implemented = Implemented(
        functional={("3.4.1", row, FUNCTIONAL): "3.4.1 Remote Connect"},
        probes={("I-H1", "dlms"), ("S-3", SYSTEM_LINK)},
    )
    needs = coverage(catalogue, implemented)
    of_row = {need.test: need for need in needs if need.row == row and not need.advisory}
    assert (of_row[FUNCTIONAL].status, of_row[FUNCTIONAL].covered_by) == (Status.COVERED, "3.4.1 Remote Connect")
    assert (of_row["I-H1"].status, of_row["I-H1"].covered_by) == (Status.COVERED, "I-H1 on dlms")
    assert of_row["I-M1"].status is Status.GAP
    assert of_row["I-M1"].reason.startswith("no probe on dlms")
    assert of_row["C-L4"].status is Status.NOT_APPLICABLE
    assert {need.test for need in needs if not need.row and need.status is Status.COVERED} == {"S-3"}


def test_what_the_protocol_decides_is_no_gap(nothing: tuple[Need, ...]) -> None:
    found = [need for need in nothing if need.row == "4.2.2/AMI-33/ESI-EV" and need.link == "modbus"]
    assert {need.status for need in found if need.test == "I-M1"} == {Status.PROTOCOL}


def test_the_summary_counts_every_need_once(nothing: tuple[Need, ...]) -> None:
    counts = summary(nothing)
    assert sum(sum(part.values()) for part in counts.values()) == len(nothing)
    assert counts["system"][Status.GAP.value] == 6 + 17


def test_coverage_is_json(nothing: tuple[Need, ...]) -> None:
    items = [need.to_dict() for need in nothing]
    assert json.loads(json.dumps(items)) == items


def test_the_coverage_tables_name_every_row_and_fit(catalogue: Catalogue, nothing: tuple[Need, ...]) -> None:
    wide = rendered(coverage_table(nothing), 120)
    assert all(row.id in wide for row in catalogue.rows)
    for table in (coverage_table(nothing), process_table(nothing), summary_table(nothing)):
        assert max(map(len, rendered(table, 80).splitlines())) <= 80
