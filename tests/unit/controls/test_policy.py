"""Policies that demand less than the one in force."""

from __future__ import annotations

import pytest

from bench.controls.dlms._policy import lower_policies


@pytest.mark.parametrize(("present", "lower"), [(0x6C, [0, 0x68]), (3, [0, 2]), (1, [0]), (0, [])])
def test_lower_policies(present: int, lower: list[int]) -> None:
    assert list(lower_policies(present)) == lower
