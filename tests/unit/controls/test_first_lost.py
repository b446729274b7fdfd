"""Losing the first messages of a direction."""

from __future__ import annotations

import pytest

from bench.controls.losses import first


@pytest.mark.parametrize("count", [0, 1, 3])
def test_so_many_messages_are_lost_and_the_others_go_on(count: int) -> None:
    lose = first(count)
    went_on = [list(lose(bytes((number,)))) for number in range(5)]
    assert went_on == [[]] * count + [[bytes((number,))] for number in range(count, 5)]
