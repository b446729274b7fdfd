"""`amibench loop` on the emulated station: over the wires of grid simulator and analyser."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bench.cli import app
from bench.loop.record import LoggedStep, read_steps

_LAB = Path(__file__).parents[3] / "lab_configs" / "emulated-loop.toml"


def _loop(out: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["loop", str(_LAB), "--out", str(out / "run"), *arguments])


def _steps(out: Path) -> list[LoggedStep]:
    return list(read_steps(out / "run" / "steps.csv"))


def test_the_device_stands_on_the_feeder_and_raises_its_voltage(tmp_path: Path) -> None:
    done = _loop(tmp_path, "--scale", "20", "--seconds", "1")
    assert done.exit_code == 0, done.output
    assert "ended: as planned" in done.output
    steps = _steps(tmp_path)
    assert len(steps) == 60
    first, last = steps[0], steps[-1]
    assert sum(power.real for power in last.generated_va) == pytest.approx(10_000, rel=0.02)
    assert all(
        abs(late) > abs(early) + 1.0 for late, early in zip(last.voltages_v, first.voltages_v, strict=True)
    )  # the first step is solved before the device injects anything
    assert (tmp_path / "run" / "report.html").read_text().count("<svg") == 3


def test_an_instrument_that_is_silent_is_named(tmp_path: Path) -> None:
    done = _loop(tmp_path, "--seconds", "3", "--fault", "INS-SILENT@der_analyser")
    assert done.exit_code == 2
    assert "instrument der_analyser: " in done.output
    assert "is silent" in done.output


def test_a_voltage_beyond_the_stations_limits_stops_the_loop_and_says_what_to_do(tmp_path: Path) -> None:
    done = _loop(tmp_path, "--scale", "400", "--seconds", "3")
    assert done.exit_code == 2
    assert "the station allows" in " ".join(done.output.split())
    assert "the station allows" in (tmp_path / "run" / "report.html").read_text()
    assert len(_steps(tmp_path)) >= 1  # what was recorded until then is there


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--node", "nowhere"], "has no node 'nowhere'"),
        (["--feeder", "ieee9000"], "ieee13, ieee34"),
        (["--simulator", "der_analyser"], "no grid simulator"),
        (["--analyser", "grid"], "no power analyser"),
    ],
)
def test_a_mistake_on_the_command_line_is_named(tmp_path: Path, arguments: list[str], why: str) -> None:
    done = _loop(tmp_path, "--seconds", "1", *arguments)
    assert done.exit_code == 2
    assert why in " ".join(done.output.split())
