"""date-time, date and time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.dlms.datetimes import UNSPECIFIED, Date, DateTime, Time
from drivers.dlms.enums import ClockStatus
from drivers.dlms.errors import DecodeError, EncodeError

# fneur/smart-meter-tirol, doc/EXAMPLE.md: push of a Kaifa meter, Monday, 2021-07-19 15:46:35 CEST
SUMMER = bytes.fromhex("07e50713010f2e2300ff8880")


def test_a_meters_summer_time_is_understood() -> None:
    value = DateTime.from_bytes(SUMMER)
    assert value.deviation == -120
    assert value.status == ClockStatus.DAYLIGHT_SAVING_ACTIVE
    assert value.weekday == 1
    assert value.to_datetime() == datetime(2021, 7, 19, 15, 46, 35, tzinfo=timezone(timedelta(hours=2)))
    assert value.to_bytes() == SUMMER


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.integers(-720, 840))
def test_a_moment_survives_any_deviation(moment: datetime, deviation: int) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 10_000 * 10_000)
    value = DateTime.at(moment, deviation=deviation)
    assert DateTime.from_bytes(value.to_bytes()).to_datetime() == moment


def test_seconds_since_the_epoch_go_both_ways() -> None:
    assert DateTime.at(1_700_000_000.25, deviation=-60).timestamp() == 1_700_000_000.25


def test_a_moment_needs_a_deviation_from_somewhere() -> None:
    value = DateTime(2026, 1, 2, UNSPECIFIED, 3, 4, 5, 0)
    with pytest.raises(ValueError, match="deviation"):
        value.to_datetime()
    assert value.to_datetime(deviation=-60).hour == 3


def test_a_wildcard_is_no_moment() -> None:
    with pytest.raises(ValueError, match="month"):
        DateTime(2026, deviation=0).to_datetime()


def test_a_naive_datetime_names_no_moment() -> None:
    with pytest.raises(ValueError, match="no moment"):
        DateTime.at(datetime(2026, 1, 1))


def test_unspecified_fields_have_the_bytes_of_the_standard() -> None:
    assert DateTime().to_bytes().hex() == "ffffffffffffffffff8000ff"
    assert Date().to_bytes().hex() == "ffffffffff"
    assert Time(12, 30).to_bytes().hex() == "0c1effff"


def test_wrong_sizes_and_fields_have_their_exceptions() -> None:
    with pytest.raises(DecodeError):
        DateTime.from_bytes(bytes(11))
    with pytest.raises(EncodeError):
        Time(256).to_bytes()
