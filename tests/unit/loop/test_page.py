"""The page about a run of the loop."""

from __future__ import annotations

from itertools import pairwise

from bench.loop.pace import Jitter
from bench.loop.page import page, thinned
from bench.loop.record import LoggedStep
from bench.loop.site import Site

_SITE = Site("848")


def _step(number: int) -> LoggedStep:
    voltage = complex(_SITE.nominal_v * 1.05)
    return LoggedStep(float(number), (voltage,) * 3, (1000 - 500j,) * 3)


def test_a_long_log_is_thinned_and_keeps_its_ends() -> None:
    kept = thinned((_step(number) for number in range(100_000)), most=100)
    assert len(kept) <= 202
    assert (kept[0].at_s, kept[-1].at_s) == (0.0, 99_999.0)
    gaps = {after.at_s - before.at_s for before, after in pairwise(kept[:-1])}
    assert len(gaps) == 1


def test_the_page_tells_how_the_run_ended_and_how_late_its_steps_were() -> None:
    text = page("ieee34", _SITE, [_step(0), _step(1)], Jitter(60, 0.0001, 0.002, 0.004, 1), "stopped: <too high>")
    assert "stopped: &lt;too high&gt;" in text
    assert "p99 2.00 ms" in text
    assert "1 missed" in text
    assert text.count("<svg") == 3


def test_a_run_without_a_step_has_a_page_too() -> None:
    assert "no solution" in page("ieee34", _SITE, [], None, "no solution")
