"""What the command says of mistakes, its own too, and where a terminal cannot show everything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from bench.__main__ import main
from bench.commands.errors import clear_errors
from bench.lab.errors import LabError

from .conftest import ROOT, amibench


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (LabError("no such port"), "error: no such port"),
        (KeyError("a key"), "bench error: KeyError: 'a key' (AMIBENCH_"),
    ],
)
def test_an_error_is_one_line_and_exit_code_2(
    error: Exception, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AMIBENCH_DEBUG", raising=False)

    @clear_errors
    def command() -> None:
        raise error

    with pytest.raises(typer.Exit) as ended:
        command()
    assert ended.value.exit_code == 2
    told = capsys.readouterr().err
    assert told.startswith(said)
    assert len(told.splitlines()) == 1


def test_the_debug_variable_shows_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMIBENCH_DEBUG", "1")

    @clear_errors
    def command() -> None:
        raise KeyError("a key")

    with pytest.raises(KeyError):
        command()


def test_a_terminal_without_utf_8_gets_all_that_it_can_show() -> None:
    listed = amibench("list", "rows", PYTHONIOENCODING="ascii")
    assert listed.returncode == 0, listed.stderr
    assert "MDMS ?" in listed.stdout


def test_ctrl_c_while_the_command_loads_shows_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bench.cli.main", interrupted)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 130


def test_the_package_is_the_command_too() -> None:
    asked = subprocess.run([sys.executable, "-m", "bench", "--help"], capture_output=True, text=True, check=False)
    assert asked.returncode == 0
    assert "qualify" in asked.stdout


def test_files_of_the_folder_one_stands_in_are_not_taken_for_the_bench_s_own(tmp_path: Path) -> None:
    for name in ("serial", "rich", "bench", "fixtures", "robot"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported from here')")
    run = subprocess.run(
        [
            *(sys.executable, "-P", "-m", "bench", "run", str(ROOT / "lab_configs" / "emulated-c1218.toml")),
            *("--process", "3.4.1", "--control", "C-L1", "--derived", "--out", str(tmp_path / "out")),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "pass            3.4.1" in run.stdout, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("qualify", "--lab", "lab_configs/emulated-cta2045.toml", "--fault", "F-E1"), "shows such a seeded fault"),
        (("emulate", "lab_configs/example-ble.toml"), "no seat of this station is emulated"),
    ],
)
def test_what_would_do_nothing_is_refused(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    refused = amibench(*arguments, AMIBENCH_RESULTS=str(tmp_path))
    assert refused.returncode == 2
    assert said in refused.stderr
    assert list(tmp_path.iterdir()) == []
