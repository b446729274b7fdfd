"""What the command says of mistakes, its own too, and where a terminal cannot show everything."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer

from bench.__main__ import main
from bench.commands.errors import clear_errors
from bench.lab.errors import LabError

from .conftest import amibench


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
