"""A device that is silent, talks nonsense or vanishes fails, in time and in words; what is the lab's fault does not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.evidence.run import TestStory, read_run
from bench.judgement.verdict import Verdict

from .conftest import LAB, NO_REAL_KEY, Manner, amibench, processes_that_name

ONE_CONTROL = ["--process", "3.1.2", "--interface", "AMI-28", "--control", "C-M2"]
Serve = Callable[[Manner], str]
MakeStation = Callable[..., Path]


def run_one_control(lab: Path, out: Path) -> tuple[int, TestStory]:
    """Exit code and the story of the one test that a user's run on ``lab`` has; nothing is left running."""
    done = amibench("run", str(lab), *ONE_CONTROL, "--out", str(out), BAD_METER_KEY=NO_REAL_KEY)
    assert "Traceback" not in done.stdout + done.stderr
    assert processes_that_name(str(out)) == []
    view = read_run(out)
    assert not view.torn
    (story,) = view.tests
    first_reason = story.message.splitlines()[0]
    assert first_reason in done.stdout
    return done.returncode, story


@pytest.mark.parametrize(
    ("manner", "words"),
    [
        (Manner.SILENT, "nothing arrived before the deadline"),
        (Manner.GARBAGE, "wrapper version a5a5, expected 0001"),
        (Manner.HALF, "a message began and did not end"),
        (Manner.VANISHES, "closed the connection"),
    ],
)
def test_a_bad_device_on_tcp_fails(
    manner: Manner, words: str, bad_meter_on_tcp: Serve, station: MakeStation, tmp_path: Path
) -> None:
    url = bad_meter_on_tcp(manner)
    code, story = run_one_control(station(url), tmp_path / "run")
    assert (code, story.verdict) == (1, Verdict.FAIL)
    assert words in story.message
    assert url.removeprefix("tcp:") in story.message
    assert "seat meter; if the device is right: look " in story.message


@pytest.mark.parametrize(
    ("manner", "words"),
    [
        (Manner.SILENT, "SilenceError"),
        (Manner.GARBAGE, "GarbageError"),
        (Manner.HALF, "GarbageError"),
    ],
)
def test_a_bad_device_on_a_serial_line_fails(
    manner: Manner, words: str, bad_meter_on_a_line: Serve, station: MakeStation, tmp_path: Path
) -> None:
    url = bad_meter_on_a_line(manner)
    code, story = run_one_control(station(url), tmp_path / "run")
    assert (code, story.verdict) == (1, Verdict.FAIL)
    assert words in story.message
    assert url.removeprefix("serial:") in story.message


def test_silence_is_not_held_against_a_device_whose_supply_nobody_sees(
    bad_meter_on_tcp: Serve, station: MakeStation, tmp_path: Path
) -> None:
    lab = station(bad_meter_on_tcp(Manner.SILENT), pixit="nominal_voltage_v = 230.0")
    code, story = run_one_control(lab, tmp_path / "run")
    assert (code, story.verdict) == (3, Verdict.INCONCLUSIVE)
    assert "whether it is supplied cannot be seen" in story.message


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("tcp:127.0.0.1:1", "nobody listens there"),
        ("serial:/dev/no-such-port", "/dev/no-such-port"),
    ],
)
def test_a_port_that_does_not_exist_says_nothing_about_the_device(
    url: str, words: str, station: MakeStation, tmp_path: Path
) -> None:
    code, story = run_one_control(station(url), tmp_path / "run")
    assert (code, story.verdict) == (3, Verdict.INCONCLUSIVE)
    assert words in story.message


def test_a_wrong_key_is_named_as_what_to_look_at(tmp_path: Path) -> None:
    shutil.copytree(LAB.parent / "devices", tmp_path / "devices")
    lab = Path(shutil.copy(LAB, tmp_path))
    device = tmp_path / "devices" / "reference-meter.toml"
    right = '"emulated:meter1/management/guek"'
    assert right in device.read_text()
    device.write_text(device.read_text().replace(right, '"env:BAD_METER_KEY"'))
    code, story = run_one_control(lab, tmp_path / "run")
    assert (code, story.verdict) == (1, Verdict.FAIL)
    assert "AUTHENTICATION_FAILURE" in story.message
    assert "look at mechanism, keys and system title of the client" in story.message
    assert bytes(range(16)).hex() not in (tmp_path / "run" / "report.html").read_text()


def test_a_key_that_is_not_there_is_said_before_anything_runs(station: MakeStation, tmp_path: Path) -> None:
    done = amibench("run", str(station("tcp:127.0.0.1:1")), *ONE_CONTROL, "--out", str(tmp_path / "run"))
    assert done.returncode == 2
    assert "secret guek: env:BAD_METER_KEY: the environment variable is not set" in done.stderr
    assert not (tmp_path / "run").exists()


def test_a_typo_in_the_lab_config_is_named_with_file_and_key(station: MakeStation, tmp_path: Path) -> None:
    lab = station("tcp:127.0.0.1:1")
    lab.write_text(lab.read_text().replace("iut = true", "uit = true"))
    done = amibench("run", str(lab), "--out", str(tmp_path / "run"))
    assert done.returncode == 2
    assert "lab.toml" in done.stderr
    assert "seats.meter.uit" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_a_run_will_take_of_a_real_device_is_said_before_it_begins(
    bad_meter_on_tcp: Serve, station: MakeStation, tmp_path: Path
) -> None:
    lab = station(bad_meter_on_tcp(Manner.VANISHES))
    done = amibench("run", str(lab), *ONE_CONTROL, "--out", str(tmp_path / "run"), BAD_METER_KEY=NO_REAL_KEY)
    told, _, after = done.stdout.partition("fail ")
    assert "1 test on real devices, profile quick" in told
    assert "  alters      C-M2" in told
    assert after


def test_a_risk_that_can_lock_a_device_needs_a_yes_where_nobody_can_be_asked(
    station: MakeStation, tmp_path: Path
) -> None:
    lab = str(station("tcp:127.0.0.1:1"))
    refused = amibench(
        "run", lab, *ONE_CONTROL, "--allow", "locks", "--out", str(tmp_path / "run"), BAD_METER_KEY=NO_REAL_KEY
    )
    assert refused.returncode == 2
    assert "add --yes" in refused.stderr
    assert not (tmp_path / "run").exists()
