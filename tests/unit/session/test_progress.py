"""What a run prints while it goes on."""

from __future__ import annotations

import io

from rich.console import Console

from bench.session.progress import RunProgress


def shown(messages: list[str], *, terminal: bool = False) -> list[str]:
    """The lines of a run in which each of ``messages`` ended a test."""
    console = Console(file=io.StringIO(), width=60, force_terminal=terminal, color_system=None)
    progress = RunProgress(console)
    progress.show(
        {"kind": "verdict", "data": {"verdict": "inconclusive", "test": f"3.1.2 test {number}", "message": message}}
        for number, message in enumerate(messages)
    )
    return str(console.file.getvalue()).splitlines()  # type: ignore[attr-defined]


def test_a_reason_is_said_once_wherever_it_stands_in_the_journal() -> None:
    lines = shown(
        ["nobody listens there [records 3-3]", "nobody listens there [records 7-9]", "silence [records 11-11]"]
    )
    assert lines == [
        "inconclusive    3.1.2 test 0",
        "                nobody listens there [records 3-3]",
        "inconclusive    3.1.2 test 1",
        "inconclusive    3.1.2 test 2",
        "                silence [records 11-11]",
    ]


def test_what_was_not_recorded_for_a_reason_is_left_out() -> None:
    assert shown(["no analyser\npower: expected 1, seen nothing was recorded"])[1:] == [f"{'':16}no analyser"]
    assert shown(["power: expected 1, seen nothing was recorded"])[1:] == [
        f"{'':16}power: expected 1, seen nothing was recorded"
    ]


def test_on_a_terminal_a_long_reason_stays_in_its_column() -> None:
    lines = shown(["a reason of some words " * 6], terminal=True)[1:]
    assert len(lines) > 2
    assert all(line.startswith(" " * 16) and len(line) <= 60 for line in lines)
