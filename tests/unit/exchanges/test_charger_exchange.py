"""What a vehicle draws, or feeds back, against a limit."""

from __future__ import annotations

from typing import Any, cast

import pytest

from bench.exchanges.charger_exchange import draws, fits
from bench.exchanges.witness import Wiring

USUAL = (0.85, 1.0)


class _Analyser:
    def __init__(self, current_a: float, power_w: float) -> None:
        self._current_a, self._power_w = current_a, power_w

    async def current(self) -> Any:
        return _Value(self._current_a)

    async def active_power(self) -> Any:
        return _Value(self._power_w)


class _Value:
    def __init__(self, value: float) -> None:
        self.value = value


class _Wiring:
    def __init__(self, analyser: _Analyser | None) -> None:
        self._analyser = analyser

    def has(self, _kind: str) -> bool:
        return self._analyser is not None

    async def analyser(self) -> _Analyser:
        assert self._analyser is not None
        return self._analyser


def _wiring(current_a: float, power_w: float) -> Wiring:
    return cast(Wiring, _Wiring(_Analyser(current_a, power_w)))


@pytest.mark.parametrize(
    ("current_a", "limit_a", "expected"),
    [
        (9.5, 10.0, True),
        (10.05, 10.0, True),
        (10.2, 10.0, False),
        (8.0, 10.0, False),
        (0.0, 0.0, True),
        (0.2, 0.0, False),
    ],
)
def test_a_vehicle_draws_its_limit_and_not_much_less(current_a: float, limit_a: float, expected: bool) -> None:
    assert fits(current_a, limit_a, USUAL) is expected


@pytest.mark.parametrize(("power_w", "expected"), [(-2185.0, True), (2185.0, False)])
async def test_a_limit_below_zero_is_kept_by_feeding_back(power_w: float, expected: bool) -> None:
    assert (await draws(_wiring(9.5, power_w), -10.0, USUAL)).happened is expected


async def test_without_an_analyser_nobody_can_tell() -> None:
    assert (await draws(cast(Wiring, _Wiring(None)), 10.0, USUAL)).happened is None
