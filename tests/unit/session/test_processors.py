"""Workers have processors of their own where there are enough."""

from __future__ import annotations

import os

import pytest

from bench.session.processors import divided


@pytest.mark.parametrize(
    ("available", "workers", "each"),
    [
        ({0, 1}, 2, [{0}, {1}]),
        ({2, 3, 5, 7, 8}, 2, [{2, 3}, {5, 7}]),
        ({0, 1}, 3, [set(), set(), set()]),
        ({0, 1, 2, 3}, 1, [set()]),
    ],
)
def test_workers_share_out_what_the_process_may_use(
    monkeypatch: pytest.MonkeyPatch, available: set[int], workers: int, each: list[set[int]]
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: available)
    assert divided(workers) == each
