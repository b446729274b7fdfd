"""When rates change, by a device file that states local times of a working day."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from robot.api import SkipExecution

from bench.access.dlms import DlmsAccess
from bench.keywords.rate_changes import next_rate_change, rate_at

DAY_AND_NIGHT = {"rate_changes": [{"at": "07:00", "rate": 1}, {"at": "23:00", "rate": 2}]}


def access(tariff: dict[str, Any]) -> DlmsAccess:
    return cast(DlmsAccess, SimpleNamespace(seat="meter", pixit=lambda name, default=None: tariff))


def at(day: int, hour: int, minute: int = 0) -> float:
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("now", "change"),
    [(at(5, 0), at(5, 6)), (at(5, 6), at(5, 22)), (at(5, 23), at(6, 6)), (at(9, 23), at(12, 6))],
    ids=["night", "at the change itself", "late evening", "before a weekend"],
)
def test_the_next_change_is_at_its_local_time_on_a_working_day(now: float, change: float) -> None:
    assert next_rate_change(access(DAY_AND_NIGHT), now) == change


@pytest.mark.parametrize(("when", "rate"), [(at(5, 0), 2), (at(5, 6), 1), (at(5, 21, 59), 1), (at(5, 22), 2)])
def test_the_rate_is_that_of_the_last_change(when: float, rate: int) -> None:
    assert rate_at(access(DAY_AND_NIGHT), when) == rate


def test_what_rests_on_changes_is_skipped_where_the_device_declares_none() -> None:
    with pytest.raises(SkipExecution, match="rate_changes"):
        next_rate_change(access({}), at(5, 0))
