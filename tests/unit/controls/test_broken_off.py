"""What is judged when a stimulus broke off: only what no further observation could mend."""

from __future__ import annotations

import pytest

from bench.controls.engine import has_failed_for_good
from bench.judgement.check import Check
from bench.judgement.observation import Observation

ALTERED = Check("no altered message is taken", "never", "taken")
SERVED = Check("requests are served", "at_least_true", "served", {"limit": 19, "of": 20})


def test_one_violation_fails_for_good() -> None:
    assert has_failed_for_good(ALTERED, [Observation("taken", False), Observation("taken", True)])


@pytest.mark.parametrize("seen", [[], [Observation("taken", False)], [Observation("taken", None)]])
def test_what_is_no_violation_yet_is_not_judged(seen: list[Observation]) -> None:
    assert not has_failed_for_good(ALTERED, seen)


def test_a_count_that_was_not_finished_is_not_judged() -> None:
    assert not has_failed_for_good(SERVED, [Observation("served", False)])
