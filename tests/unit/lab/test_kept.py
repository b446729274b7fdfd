"""What tests leave open is closed at the next fresh start."""

from __future__ import annotations

import gc

from bench.lab.kept import LeftOpen


class Line:
    def __init__(self, closed: list[str], name: str) -> None:
        self.closed, self.name = closed, name

    async def close(self) -> None:
        self.closed.append(self.name)


async def test_what_is_noted_is_closed_once() -> None:
    closed: list[str] = []
    left, line = LeftOpen(), Line(closed, "a")
    left.note(line)
    await left.close()
    await left.close()
    assert closed == ["a"]


async def test_what_is_gone_by_then_is_not_held_for_it() -> None:
    closed: list[str] = []
    left = LeftOpen()
    left.note(Line(closed, "a"))
    gc.collect()
    await left.close()
    assert closed == []


async def test_what_is_kept_is_the_same_for_all_until_then() -> None:
    closed: list[str] = []
    left = LeftOpen()
    first = left.kept("a", lambda: Line(closed, "first"))
    assert left.kept("a", lambda: Line(closed, "never")) is first
    assert left.kept("b", lambda: Line(closed, "b")) is not first
    await left.close()
    assert closed == ["first", "b"]
    assert left.kept("a", lambda: Line(closed, "second")) is not first
