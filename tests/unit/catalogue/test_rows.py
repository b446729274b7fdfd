"""The white paper's rows against an independent copy of its tables, and what the readings make of them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from bench.catalogue import Catalogue, Level, UnknownEntryError, load_catalogue
from bench.catalogue.levels import printed_levels
from bench.catalogue.rows import interface_of_label
from bench.catalogue.vocabulary import Change, DerivedKind, End, Predicate

AS_PRINTED = json.loads((Path(__file__).parent / "rows_as_printed.json").read_text(encoding="utf-8"))
UNUSED = [1, 2, 3, 4, 5, 9, 13, 17, 20, 22, 26, 36, 37, 38, 39, 41, 42]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_the_paper_has_61_processes_162_rows_and_45_interfaces(catalogue: Catalogue) -> None:
    counted = len(catalogue.processes), len(catalogue.printed_rows), len(catalogue.interfaces)
    assert counted == (61, 162, 45)


def test_rows_are_verbatim_and_in_the_papers_order(catalogue: Catalogue) -> None:
    rows = [
        {
            "section": row.process,
            "line": row.line,
            "label": row.label,
            "actor1": row.printed_actor1,
            "actor2": row.printed_actor2,
            "sent": row.sent,
            "returned": row.returned,
            "levels": row.printed_levels,
        }
        for row in catalogue.printed_rows
    ]
    assert rows == AS_PRINTED


def test_levels_are_those_printed(catalogue: Catalogue) -> None:
    counted = Counter(str(row.levels) for row in catalogue.printed_rows)
    assert counted == {
        "HHL": 40, "LLL": 37, "LMM": 26, "LML": 22, "LHM": 15, "HML": 9, "LHH": 8, "LHL": 2, "MML": 2, "LLM": 1,
    }  # fmt: skip


def test_seventeen_interfaces_are_used_by_no_printed_row(catalogue: Catalogue) -> None:
    used = {row.interface.split("/")[0] for row in catalogue.printed_rows}
    assert [int(item.id[4:]) for item in catalogue.interfaces if item.id not in used] == UNUSED


def test_the_row_of_5_2_counts_for_each_of_its_five_processes(catalogue: Catalogue) -> None:
    shared = {catalogue.rows_of(f"5.2.{number}") for number in range(1, 6)}
    assert len(shared) == 1
    (row,) = shared.pop()
    assert row.process == "5.2"
    assert row.processes == ("5.2.1", "5.2.2", "5.2.3", "5.2.4", "5.2.5")


def test_every_process_has_a_row_a_criterion_and_a_section(catalogue: Catalogue) -> None:
    sections = {section.number for section in catalogue.sections}
    for process in catalogue.processes:
        assert catalogue.rows_of(process.number)
        assert process.criterion
        assert process.section in sections


def test_derived_rows_come_only_when_asked_for(catalogue: Catalogue) -> None:
    printed = catalogue.rows_of("3.4.1")
    every = catalogue.rows_of("3.4.1", derived=True)
    assert [row.interface for row in printed] == ["AMI-25/MDMS-CIS", "AMI-28"]
    assert every[: len(printed)] == printed
    assert [row.interface for row in every[len(printed) :]] == ["AMI-10", "AMI-39"]


def test_derived_rows_print_nothing_and_say_why(catalogue: Catalogue) -> None:
    assert len(catalogue.derived_rows) == 65
    for row in catalogue.derived_rows:
        assert (row.label, row.printed_actor1, row.printed_levels, row.line) == ("", "", "", None)
        assert row.why
        assert row.level_from is not None
        assert row.readings


def test_the_optical_port_takes_integrity_from_ami_28_and_medium_confidentiality(catalogue: Catalogue) -> None:
    ports = [row for row in catalogue.derived_rows if row.derived_kind is DerivedKind.ACCESS]
    assert len(ports) == 38
    for row in ports:
        assert row.level_from is not None
        source = catalogue.row(row.level_from)
        assert row.interface == "AMI-39"
        assert row.levels.confidentiality is Level.MEDIUM
        assert row.levels.integrity is source.levels.integrity
        assert row.compensating == "seal_and_cover_event"


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("Metering", "Meter"),
        ("DRMS/LMS", "LMS/DRMS"),
        ("LMS / DRMS", "LMS/DRMS"),
        ("PEV", "Electric Vehicle"),
        ("Street light", "DA Field Device"),
        ("GIS/WMS", "GIS"),
        ("HE", "AMI Headend"),
    ],
)
def test_an_actor_is_found_by_any_of_its_names(catalogue: Catalogue, name: str, canonical: str) -> None:
    assert catalogue.actor(name).name == canonical


@pytest.mark.parametrize(
    ("row", "label", "interface", "reading"),
    [
        ("3.1.1/AMI-24/MDMS-Billing", "AMI 24", "AMI-24", "R1"),
        ("3.1.2/AMI-6/DMS-HE", "AMI-06", "AMI-6", "R1"),
        ("3.4.6/AMI-25/MDMS-CIS", "AMI 25", "AMI-25/MDMS-CIS", "R3"),
        ("4.2.1/AMI-27/HE-ESI", "AMI-29", "AMI-27", "R4"),
        ("4.2.1/AMI-29/LMS-ESI", "AMI-27 (non-AMI alternative to AMI-12/AMI-29)", "AMI-29", "R4"),
        ("4.3.2/AMI-33/CEMS-EV", "AMI-33", "AMI-33/CEMS-EV", "R7"),
    ],
)
def test_a_reading_stands_beside_the_printed_label(
    catalogue: Catalogue, row: str, label: str, interface: str, reading: str
) -> None:
    found = catalogue.row(row)
    assert (found.label, found.interface) == (label, interface)
    assert reading in found.readings


def test_every_departure_from_the_print_names_a_reading_that_allows_it(catalogue: Catalogue) -> None:
    def allowed(readings: tuple[str, ...]) -> set[Change]:
        return {change for name in readings for change in catalogue.reading(name).changes}

    for row in catalogue.printed_rows:
        departures = set()
        if row.label != row.printed_interface:
            departures.add(Change.LABEL)
        if row.interface != row.printed_interface:
            departures.add(Change.INTERFACE)
        if {row.printed_actor1, row.printed_actor2} != {row.actor1, row.actor2}:
            departures.add(Change.ACTORS)
        if row.alternative_to:
            departures.add(Change.PATHS)
        if row.advisory:
            departures.add(Change.ADVISORY_LEVELS)
        if row.direction_note:
            departures.add(Change.DIRECTION)
        if row.extra_controls:
            departures.add(Change.CONTROLS)
        assert departures <= allowed(row.readings), row.id


def test_the_readings_are_r1_to_r24_and_r14b(catalogue: Catalogue) -> None:
    expected = {f"R{number}" for number in range(1, 25)} | {"R14b"}
    assert {reading.id for reading in catalogue.readings} == expected
    assert all(reading.inconsistency and reading.reading for reading in catalogue.readings)


def test_a_reading_never_lowers_a_printed_level(catalogue: Catalogue) -> None:
    for row in catalogue.rows:
        if row.advisory is not None:
            assert row.advisory.raised_to(row.levels) == row.advisory
            assert row.advisory != row.levels


def test_a_customer_is_never_the_end_under_test(catalogue: Catalogue) -> None:
    people = {actor.name for actor in catalogue.actors if actor.kind == "person"}
    assert people == {"Customer"}
    assert not [row.id for row in catalogue.rows if people & set(row.iut_actors)]
    assert catalogue.row("3.1.2/AMI-30/Cust-CIS").iut_ends == (End.ACTOR2,)


def test_connect_and_disconnect_rows_command(catalogue: Catalogue) -> None:
    for process in ("3.4.1", "3.4.2", "3.4.3", "3.4.4", "3.4.5"):
        for row in catalogue.rows_of(process):
            assert Predicate.COMMANDS in row.predicates


@pytest.mark.parametrize(
    ("text", "short"),
    [("C – High I – Med A - Low", "HML"), ("C – Low I – Medium A – Med", "LMM"), ("C – Low I – Low A – Low", "LLL")],
)
def test_printed_ratings_are_read_in_both_spellings(text: str, short: str) -> None:
    assert str(printed_levels(text)) == short


@pytest.mark.parametrize("text", ["", "C – High I – High", "C – Height I – High A - Low"])
def test_what_is_no_rating_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a printed rating"):
        printed_levels(text)


def test_what_is_no_label_is_refused() -> None:
    with pytest.raises(ValueError, match="no interface label"):
        interface_of_label("MDMS")


@pytest.mark.parametrize("kind", ["process", "row", "control", "fault", "interface", "actor", "link", "reading"])
def test_a_lookup_of_what_does_not_exist_names_it(catalogue: Catalogue, kind: str) -> None:
    with pytest.raises(UnknownEntryError, match="'nothing'") as caught:
        getattr(catalogue, kind)("nothing")
    assert caught.value.kind == kind
