"""What the loader refuses, by file and key."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.catalogue import CatalogueError, load_catalogue
from bench.catalogue.load import DATA

Edit = Callable[[str, str, str], Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """A copy of the catalogue in which one text of one file is replaced."""
    directory = tmp_path / "data"
    shutil.copytree(DATA, directory)

    def edit(file: str, old: str, new: str) -> Path:
        path = directory / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return directory

    return edit


def test_an_unchanged_copy_is_the_same_catalogue(edited: Edit) -> None:
    assert load_catalogue(edited("actors.toml", "name", "name")) == load_catalogue()


def test_the_catalogue_is_read_once() -> None:
    assert load_catalogue() is load_catalogue()


def test_facts_cannot_be_changed() -> None:
    row = load_catalogue().row("3.1.1/AMI-28/HE-Meter")
    with pytest.raises(AttributeError):
        row.label = "AMI-29"  # type: ignore[misc]


REFUSED = [
    pytest.param(
        "processes/3.1.1.toml", 'label = "AMI-10"', 'label = "AMI-10"\nlable = "AMI-10"',
        "row 3.1.1/AMI-10/MDMS-HE: lable", "unknown field", id="unknown key of a row",
    ),
    pytest.param(
        "actors.toml", "[[actor]]", "[[actress]]", "actress", "unknown field", id="unknown table",
    ),
    pytest.param(
        "processes/3.1.1.toml", 'label = "AMI-10"', 'label = "AMI-10"\nlabel = "AMI-10"',
        "label", "line", id="key given twice",
    ),
    pytest.param(
        "processes/3.1.1.toml", "line = 215", 'line = "215"',
        "row 3.1.1/AMI-10/MDMS-HE: line", "Expected `int", id="wrong type",
    ),
    pytest.param(
        "processes/3.1.1.toml", "line = 215\n", "",
        "row 3.1.1/AMI-10/MDMS-HE: line", "missing required field", id="missing key",
    ),
    pytest.param(
        "controls/integrity.toml", 'risk = "alters"', 'risk = "fun"',
        "control I-L1: risk", "Invalid enum value 'fun'", id="word outside its list",
    ),
    pytest.param("controls/system.toml", 'id = "S-2"', 'id = "S-1"', "control S-1", "stated twice", id="id twice"),
    pytest.param(
        "faults/system.toml", 'detected_by = ["S-1"]', 'detected_by = ["S-9"]',
        "fault F-S1: detected_by", "'S-9' does not exist", id="fault without its control",
    ),
    pytest.param(
        "controls/system.toml", 'faults = ["F-S1"]', 'faults = ["F-S2"]',
        "control S-1: faults", "F-S2 is not detected by it", id="control and fault disagree",
    ),
    pytest.param(
        "faults/integrity.toml", '"functional:3.4.2"', '"functional:9.*"',
        "may_also_fail", "'functional:9.*' matches no test", id="pattern that matches nothing",
    ),
    pytest.param(
        "controls/system.toml", 'faults = ["F-S1"]', 'faults = ["F-S99"]',
        "control S-1: faults", "'F-S99' does not exist", id="control without its fault",
    ),
    pytest.param(
        "processes/3.1.1.toml", '"MDMS", "AMI Headend"', '"MDMS", "AMI Tailend"',
        "row 3.1.1/AMI-10/MDMS-HE", "unknown actor 'AMI Tailend'", id="row without its actor",
    ),
    pytest.param(
        "interfaces.toml", '"RTO/ISO", "Utility EMS"', '"RTO/ISO", "Utility GMS"',
        "interface AMI-1", "unknown actor", id="interface without its actor",
    ),
    pytest.param(
        "processes/3.1.1.toml", 'actors = ["MDMS", "AMI Headend"]', 'actors = ["MDMS", "CIS"]',
        "row 3.1.1/AMI-10/MDMS-HE: interface", "AMI-10 joins MDMS and AMI Headend", id="actors of another interface",
    ),
    pytest.param(
        "processes/3.1.1.toml", 'id = "3.1.1/AMI-10/MDMS-HE"', 'id = "3.1.1/AMI-10/MDMS-Meter"',
        "row 3.1.1/AMI-10/MDMS-Meter: id", "make it 3.1.1/AMI-10/MDMS-HE", id="id that is not the row's",
    ),
    pytest.param(
        "processes/3.1.1.toml", 'readings = ["R23"]', 'readings = ["R99"]',
        "row 3.1.1/AMI-10/MDMS-HE: reading", "'R99'", id="row without its reading",
    ),
    pytest.param(
        "processes/3.1.1.toml", 'links = ["office_https"]', 'links = ["telex"]',
        "row 3.1.1/AMI-10/MDMS-HE: link", "'telex'", id="row without its link",
    ),
    pytest.param(
        "processes/3.1.1.toml", 'levels = "C – High', 'levels = "C – Highest',
        "row 3.1.1/AMI-10/MDMS-HE", "not a printed rating", id="rating that is none",
    ),
    pytest.param(
        "processes/3.1.1.toml", 'level_from = "3.1.1/AMI-28/HE-Meter"', 'level_from = "3.1.1/AMI-28/HE-Motor"',
        "derived 3.1.1/AMI-39/Crew-Meter/d1: level_from", "no row", id="derived row without its neighbour",
    ),
    pytest.param(
        "processes/3.1.1.toml", 'compensating = "seal_and_cover_event"', 'compensating = "modbus_rtu"',
        "row 3.1.1/AMI-39/Crew-Meter/d1: compensating", "no compensating PICS item", id="item that compensates nothing",
    ),
    pytest.param(
        "processes/5.2.toml", '"5.2.5"]', '"5.2.6"]', "row 5.2/AMI-15/CIS-LMS", "no process '5.2.6'",
        id="row without its process",
    ),
    pytest.param(
        "controls/integrity.toml", 'links.applies = ["dlms", ', "links.applies = [",
        "control I-L4: links", "nothing is said of 'dlms'", id="control silent on a link",
    ),
    pytest.param(
        "controls/integrity_high.toml", 'links.gateway = ["cta2045"]', 'links.gateway = ["cta2045", "dlms"]',
        "control I-H1: links", "'dlms' is named twice", id="control with two words on a link",
    ),
    pytest.param(
        "controls/integrity.toml", 'bounds = ["dt_clk"]', 'bounds = ["dt_clock"]',
        "control I-L5: bounds", "'dt_clock' does not exist", id="control without its bound",
    ),
    pytest.param(
        "controls/confidentiality.toml", 'declared = "seal_and_cover_event"', 'declared = "seal"',
        "control C-M2: exceptions", "'seal' does not exist", id="exception by an unknown item",
    ),
    pytest.param(
        "bounds/answer_times.toml", 'link = "dlms"', 'link = "c1218"',
        "level_bound t_resp c1218", "stated twice", id="bound with two lines for one link",
    ),
    pytest.param(
        "bounds/functional_times.toml", '"3.3.1"', '"3.3.9"',
        "functional_time t_tamper: processes", "'3.3.9' does not exist", id="time of an unknown process",
    ),
    pytest.param(
        "subfunctions.toml", 'faults = ["F-D1"]', 'faults = ["F-D6"]',
        "subfunction 1: faults", "'F-D6' does not exist", id="subfunction without its fault",
    ),
    pytest.param(
        "actors.toml", 'aliases = ["Metering"]', 'aliases = ["CIS"]',
        "actor Meter", "'CIS' is also a name of CIS", id="alias of two actors",
    ),
    pytest.param("links.toml", "[[link]]", "[[link", "link", "at line", id="no TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "key", "problem"), REFUSED)
def test_what_is_wrong_is_refused_with_file_and_key(
    edited: Edit, file: str, old: str, new: str, key: str, problem: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(edited(file, old, new))
    assert caught.value.file == file
    assert key in caught.value.key
    assert problem in caught.value.problem
    assert file in str(caught.value)


def test_a_directory_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no file of the catalogue"):
        load_catalogue(tmp_path)


def test_loading_draws_in_nothing_slow() -> None:
    script = (
        "import sys; from bench.catalogue import load_catalogue; load_catalogue(); "
        "print(*{'rich', 'pydantic', 'robot', 'cryptography'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
