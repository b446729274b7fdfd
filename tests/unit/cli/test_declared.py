"""The first suite: what a device file declares is held against the device, and what is wrong is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bench.evidence.run import TestStory, read_run
from bench.judgement.verdict import Verdict

from .conftest import LAB, amibench


def compare(lab: Path, out: Path) -> dict[str, TestStory]:
    done = amibench("run", str(lab), "--process", "0", "--out", str(out))
    assert "Traceback" not in done.stdout + done.stderr
    return {story.name: story for story in read_run(out).tests}


def test_the_emulated_devices_are_as_their_files_say(tmp_path: Path) -> None:
    stories = compare(LAB, tmp_path / "run")
    assert stories["meter1 identity as declared"].verdict is Verdict.PASS
    assert {story.verdict for story in stories.values()} <= {Verdict.PASS, Verdict.NOT_APPLICABLE}


@pytest.fixture(scope="module")
def wrongly_declared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, TestStory]:
    """The comparisons of a meter of which the device file says several things that are not so."""
    folder = tmp_path_factory.mktemp("wrong")
    shutil.copytree(LAB.parent / "devices", folder / "devices")
    lab = Path(shutil.copy(LAB, folder))
    meter = folder / "devices" / "reference-meter.toml"
    text = meter.read_text()
    for right, wrong in (
        ('serial = "67983921"', 'serial = "67983922"'),
        ("control_mode = 4", "control_mode = 2"),
        ('"0.0.96.7.0.255", ', '"0.0.96.7.0.255", "0.0.96.7.1.255", '),
        ('ports = ["optical"]', 'ports = ["optical", "tcp"]'),
    ):
        assert right in text
        text = text.replace(right, wrong, 1)
    meter.write_text(text)
    headend = folder / "devices" / "office-headend.toml"
    headend.write_text(headend.read_text().replace('paths = ["/health", "/metrics"]', 'paths = ["/nowhere"]', 1))
    return compare(lab, folder / "run")


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ("meter1 identity as declared", "serial number: declared 67983922, seen 67983921"),
        ("meter1 switch as declared", "control mode of the switch: declared 2, seen 4"),
        ("meter1 objects as declared", "0.0.96.7.1.255"),
        ("meter1 ports as declared", "client local on tcp: declared served, seen"),
        ("headend parties as declared", "at /nowhere: declared 200, seen"),
    ],
)
def test_what_is_declared_and_not_so_fails_by_name(
    test: str, words: str, wrongly_declared: dict[str, TestStory]
) -> None:
    assert wrongly_declared[test].verdict is Verdict.FAIL
    assert words in wrongly_declared[test].message


def test_what_is_declared_rightly_still_passes(wrongly_declared: dict[str, TestStory]) -> None:
    assert wrongly_declared["mdms parties as declared"].verdict is Verdict.PASS
