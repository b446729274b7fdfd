"""Whatever ends a call, its coroutine has ended when the call returns."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from bench.session.loop import GuardExpiredError, LoopThread


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    thread = LoopThread()
    yield thread
    thread.close()


async def works_until_cancelled(started: threading.Event, ended: threading.Event) -> None:
    try:
        started.set()
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0)
        ended.set()


def test_results_and_exceptions_come_through(loop: LoopThread) -> None:
    async def answer() -> int:
        return 42

    async def fails() -> None:
        raise KeyError("x")

    assert loop.call(answer()) == 42
    with pytest.raises(KeyError):
        loop.call(fails())


def test_a_time_out_inside_the_coroutine_is_not_taken_for_the_guard(loop: LoopThread) -> None:
    async def times_out() -> None:
        raise TimeoutError("inner")

    with pytest.raises(TimeoutError, match="inner"):
        loop.call(times_out())


def test_the_guard_cancels_and_awaits_the_coroutine(loop: LoopThread) -> None:
    started, ended = threading.Event(), threading.Event()
    with pytest.raises(GuardExpiredError):
        loop.call(works_until_cancelled(started, ended), guard_s=0.05)
    assert ended.is_set()


def test_closing_ends_what_still_runs() -> None:
    thread = LoopThread()
    started, ended = threading.Event(), threading.Event()
    asyncio.run_coroutine_threadsafe(works_until_cancelled(started, ended), thread.loop)
    assert started.wait(5)
    thread.close()
    assert ended.is_set()
    thread.close()
