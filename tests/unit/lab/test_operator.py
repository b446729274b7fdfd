"""Asking the operator, and deadlines that stand still meanwhile."""

from __future__ import annotations

import asyncio
import os
import pty
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.lab.deadlines import Deadline, DeadlinePassedError, Pauses
from bench.lab.fault_box import BenchFaultBox, FaultBoxError, StationFaultBox
from bench.lab.operator import (
    TERMINAL_VARIABLE,
    NoOperator,
    OperatorAbsentError,
    OperatorRefusedError,
    TerminalOperator,
)


class HandClock:
    """A clock that a test sets."""

    mode = "free"
    uncertainty_s = 0.0

    def __init__(self) -> None:
        self.time = 100.0

    def now(self) -> float:
        return self.time

    async def sleep_until(self, when: float) -> None:
        self.time = max(self.time, when)

    async def wait_input(self, *_arguments: Any) -> bool:
        return False


@pytest.fixture
def terminal() -> Iterator[tuple[int, Path]]:
    master, slave = pty.openpty()
    yield master, Path(os.ttyname(slave))
    os.close(master)
    os.close(slave)


async def answer_when_asked(master: int, clock: HandClock, seconds: float, answer: bytes) -> str:
    loop = asyncio.get_running_loop()
    asked = loop.create_future()
    loop.add_reader(master, lambda: asked.done() or asked.set_result(os.read(master, 1000)))
    text = await asked
    loop.remove_reader(master)
    clock.time += seconds
    os.write(master, answer)
    return str(text.decode())


async def test_deadlines_pause_while_the_operator_works(terminal: tuple[int, Path]) -> None:
    master, path = terminal
    clock = HandClock()
    pauses = Pauses(clock)
    deadline = Deadline(clock, 10.0, pauses)
    asking = asyncio.create_task(TerminalOperator(pauses, path).ask("open the cover of meter1"))
    text = await answer_when_asked(master, clock, 60.0, b"\n")
    await asking
    assert "open the cover of meter1" in text
    assert (deadline.remaining_s(), deadline.at) == (10.0, 170.0)


async def test_the_operator_may_say_no(terminal: tuple[int, Path]) -> None:
    master, path = terminal
    clock = HandClock()
    asking = asyncio.create_task(TerminalOperator(Pauses(clock), path).ask("tilt meter1"))
    await answer_when_asked(master, clock, 1.0, b"n\n")
    with pytest.raises(OperatorRefusedError, match="could not tilt meter1"):
        await asking


async def test_a_key_pressed_before_the_question_is_no_answer(
    terminal: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    master, path = terminal
    monkeypatch.setenv(TERMINAL_VARIABLE, str(path))
    os.write(master, b"n\n")
    os.read(master, 1000)  # its echo
    clock = HandClock()
    asking = asyncio.create_task(TerminalOperator(Pauses(clock)).ask("tilt meter1"))
    await answer_when_asked(master, clock, 1.0, b"\n")
    await asking


async def test_without_a_terminal_nobody_is_asked(tmp_path: Path) -> None:
    with pytest.raises(OperatorAbsentError, match="nobody can be asked to: tilt meter1"):
        await TerminalOperator(Pauses(HandClock()), tmp_path / "no-tty").ask("tilt meter1")


def test_pauses_that_overlap_count_once() -> None:
    clock = HandClock()
    pauses = Pauses(clock)
    with pauses.paused():
        clock.time += 5.0
        with pauses.paused():
            clock.time += 5.0
        clock.time += 1.0
    clock.time += 3.0
    assert pauses.total_s() == 11.0


def test_a_pause_before_a_deadline_is_not_its_own() -> None:
    clock = HandClock()
    pauses = Pauses(clock)
    with pauses.paused():
        clock.time += 50.0
        deadline = Deadline(clock, 10.0, pauses)
        clock.time += 5.0
    clock.time += 10.0
    assert deadline.remaining_s() == 0.0
    with pytest.raises(DeadlinePassedError, match="switch opened"):
        deadline.check("switch opened")


class Listener:
    """An operator who does everything and writes it down."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def ask(self, instruction: str) -> None:
        self.asked.append(instruction)


async def test_what_no_relay_does_the_operator_is_asked_to_do() -> None:
    operator = Listener()
    box = StationFaultBox({"meter1": BenchFaultBox({}, operator)})
    for act, values in (
        ("mains", {"on": False}),
        ("cover", {"open": True}),
        ("magnet", {"on": False}),
        ("shunt", {"kind": "past_switch"}),
        ("button", {}),
        ("stuck_relay", {"stuck": True}),
        ("load", {"power_w": 2000.0}),
        ("swap", {"other": "meter2", "copied": True}),
        ("swap", {"other": ""}),
    ):
        await box.do("meter1", act, **values)
    assert operator.asked == [
        "cut the supply of meter1",
        "open the cover of meter1",
        "take the magnet away from meter1",
        "put a shunt past the open switch of meter1",
        "press the button of meter1",
        "block the switch of meter1",
        "connect the load of meter1 with power_w = 2000.0",
        "put meter2 in the place of meter1, with the serial number and the names of meter1 written into it",
        "put meter1 back in its place, with its own names",
    ]
    with pytest.raises(FaultBoxError, match="no act 'kick'"):
        await box.do("meter1", "kick")
    with pytest.raises(FaultBoxError, match="no seat 'meter2'"):
        await box.do("meter2", "button")


async def test_the_operator_is_not_asked_again_for_what_still_holds() -> None:
    operator = Listener()
    box = BenchFaultBox({}, operator)
    for on in (True, True, False, True):
        await box.do("heater", "switch", on=on)
    for _ in range(2):
        await box.do("heater", "override", on=True)  # the device may have ended that by itself
        await box.do("heater", "button")
    switch = [asked for asked in operator.asked if "own switch" in asked]
    assert switch == [f"switch heater {state} at its own switch" for state in ("on", "off", "on")]
    assert len(operator.asked) == 7


async def test_what_the_operator_could_not_do_is_asked_again() -> None:
    class Unwilling(Listener):
        async def ask(self, instruction: str) -> None:
            await super().ask(instruction)
            raise OperatorRefusedError(instruction)

    operator = Unwilling()
    box = BenchFaultBox({}, operator)
    for _ in range(2):
        with pytest.raises(OperatorRefusedError):
            await box.do("heater", "plug", connected=True)
    assert len(operator.asked) == 2


async def test_a_lab_without_operator_says_what_was_needed() -> None:
    with pytest.raises(OperatorAbsentError, match="cut the supply of meter1"):
        await BenchFaultBox({}, NoOperator()).do("meter1", "mains", on=False)
