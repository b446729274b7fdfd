"""A request says what a run does, and refuses what does not exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.catalogue.errors import UnknownEntryError
from bench.catalogue.load import load_catalogue
from bench.lab.errors import LabError
from bench.session.request import Request, RequestError, read_request, request_from_arguments
from bench.session.running import processes_to_run

LAB = Path("lab_configs/emulated.toml")


def test_a_request_survives_its_file(tmp_path: Path) -> None:
    request = Request(LAB, processes=("3.4",), faults=("F-I19@meter1",), raise_to="high", out=tmp_path / "x")
    request.write(tmp_path / "request.json")
    assert read_request(tmp_path / "request.json") == request


def test_a_broken_request_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "request.json").write_text("{")
    with pytest.raises(RequestError, match=r"request\.json"):
        read_request(tmp_path / "request.json")


@pytest.mark.parametrize(
    ("selection", "number", "wanted"),
    [((), "3.4.1", True), (("3.4",), "3.4.1", True), (("3",), "3.4.1", True), (("3.4.1",), "3.4.10", False)],
)
def test_a_process_is_selected_by_number_or_beginning(selection: tuple[str, ...], number: str, wanted: bool) -> None:
    assert Request(LAB, processes=selection).wants_process(number) is wanted


@pytest.mark.parametrize(
    ("selection", "wanted"),
    [
        ({}, True),
        ({"processes": ("3.4",)}, True),
        ({"processes": ("0",)}, True),
        ({"controls": ("I-H1",)}, False),
        ({"interfaces": ("AMI-28",)}, False),
        ({"tests": ("x",)}, False),
    ],
)
def test_declarations_are_compared_unless_something_smaller_is_named(
    selection: dict[str, tuple[str, ...]], wanted: bool
) -> None:
    assert Request(LAB, **selection).wants_process("0") is wanted  # type: ignore[arg-type]


def test_selector_arguments_make_the_same_request() -> None:
    made = request_from_arguments([str(LAB), "controls=I-H1,C-L1", "raise_to=high", "derived=yes", "profile=full"])
    assert made == Request(LAB, controls=("I-H1", "C-L1"), raise_to="high", derived=True, profile="full")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "lab config"),
        (["x", "profil=full"], "profil"),
        (["x", "profile=fast"], "quick"),
        (["x", "raise_to=top"], "top"),
    ],
)
def test_what_does_not_exist_is_refused_by_name(arguments: list[str], word: str) -> None:
    with pytest.raises(RequestError, match=word):
        request_from_arguments(arguments)


def test_an_unknown_name_of_the_catalogue_says_what_was_perhaps_meant() -> None:
    with pytest.raises(UnknownEntryError, match=r"^the catalogue has no control 'i-h1'; did you mean 'I-H1'\?$"):
        load_catalogue().control("i-h1")


@pytest.mark.parametrize("fault", ["F-C1@nobody", "F-C1@meter"])
def test_a_fault_at_a_seat_that_cannot_have_it_is_refused_before_the_run(fault: str) -> None:
    lab = Path(__file__).parents[3] / "lab_configs" / "example-serial-meter.toml"
    with pytest.raises(LabError, match=r"no seat 'nobody'|seat meter holds a real device"):
        processes_to_run(Request(lab, processes=("3.1.1",), faults=(fault,)))
