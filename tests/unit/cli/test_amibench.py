"""The command: a run with a seeded fault, and refusals that say what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.evidence.run import read_run
from bench.judgement.verdict import Verdict

from .conftest import LAB, amibench


def test_a_replay_is_refused_and_a_meter_that_accepts_it_fails(tmp_path: Path) -> None:
    wanted = ["--process", "3.4.3", "--interface", "AMI-28", "--control", "I-H1"]
    sound = amibench("run", str(LAB), *wanted, "--out", str(tmp_path / "sound"))
    faulty = amibench("run", str(LAB), *wanted, "--fault", "F-I19", "--out", str(tmp_path / "faulty"))
    assert sound.returncode == 0, sound.stdout + sound.stderr
    assert faulty.returncode == 1, faulty.stdout + faulty.stderr
    assert "no replayed command" in faulty.stdout
    (story,) = read_run(tmp_path / "faulty").tests
    assert (story.plan["control"], story.verdict) == ("I-H1", Verdict.FAIL)
    assert (tmp_path / "faulty" / "report.html").exists()
    assert (tmp_path / "faulty" / "junit.xml").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "lab_configs/nowhere.toml"], "nowhere.toml"),
        (["run", str(LAB), "--process", "9.9"], "no process 9.9"),
        (["run", str(LAB), "--fault", "F-X1"], "F-X1"),
        (["run", str(LAB), "--control", "Z-1"], "Z-1"),
        (["run", str(LAB), "--profile", "fast"], "quick"),
        (["list", "wishes"], "wishes"),
        (["report", "nowhere"], "nowhere"),
    ],
)
def test_what_does_not_exist_is_said_in_one_line(arguments: list[str], words: str) -> None:
    done = amibench(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_rows_come_as_json_with_their_printed_texts() -> None:
    rows = json.loads(amibench("list", "rows", "--json").stdout)
    printed = [row for row in rows if not row["derived"]]
    assert len(printed) == 162
    needed = {"process", "label", "interface", "printed_actor1", "printed_actor2", "sent", "returned"}
    assert all(needed | {"confidentiality", "integrity", "availability"} <= set(row) for row in printed)


def test_each_device_of_a_station_is_listed_with_what_it_speaks() -> None:
    devices = {
        item["seat"]: item for item in json.loads(amibench("list", "devices", "--lab", str(LAB), "--json").stdout)
    }
    links = {name: {port["carries"] for port in item["links"]} for name, item in devices.items()}
    assert links["meter1"] == {"dlms", "p1"}
    assert links["charger"] == {"ocpp"}
    assert "F-I19" in devices["meter1"]["seeded_faults"]
    assert all(item["emulated"] for item in devices.values())
    assert "office_https" in amibench("list", "devices", "--lab", str(LAB)).stdout


def test_a_selection_that_leaves_nothing_is_said_to_be_that(tmp_path: Path) -> None:
    nothing = ["--process", "3.1.2", "--interface", "AMI-30", "--control", "I-H1"]
    done = amibench("run", str(LAB), *nothing, "--out", str(tmp_path / "run"))
    assert done.returncode == 3
    assert "nothing was selected" in done.stdout
