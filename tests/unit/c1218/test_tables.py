"""C12.19 tables: what is written comes back, in every format; and against what peers read and write."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.c1218.errors import DecodeError, EncodeError
from drivers.c1219 import (
    clock,
    display,
    general,
    load_control,
    load_profile,
    logs,
    prepayment,
    registers,
    security,
    sources,
)
from drivers.c1219.codecs import Bits, Identifier, Int, Layout, Ni, Octets, Several, Text, Time, UInt
from drivers.c1219.formats import CharFormat, Formats, IntFormat, NiFormat, TimeFormat
from drivers.c1219.general import Configuration
from drivers.c1219.procedures import Initiation, Outcome, ProcedureResult

formats = st.builds(
    Formats, st.booleans(), st.sampled_from(CharFormat), st.sampled_from([f for f in TimeFormat if f]),
    st.sampled_from(IntFormat), st.booleans(), st.sampled_from(NiFormat), st.sampled_from(NiFormat),
)  # fmt: skip


def values(codec: Any) -> st.SearchStrategy[Any]:
    """Values that fit a codec in every format."""
    match codec:
        case UInt():
            return st.integers(0, (1 << 8 * codec.size) - 1)
        case Int():
            return st.integers(1 - (1 << 8 * codec.size - 1), (1 << 8 * codec.size - 1) - 1)
        case Ni():
            return st.integers(0, 99_999)
        case Text():
            return st.text("AZaz09", max_size=codec.size // 4)
        case Identifier():
            return st.integers(1, 9_999).map(str)
        case Octets():
            return st.binary(min_size=codec.size, max_size=codec.size)
        case Bits():
            return st.frozensets(st.integers(0, 8 * codec.size - 1)) if codec.size else st.just(frozenset())
        case Time():
            whole = st.integers(700_000_000 // 60, 3_700_000_000 // 60).map(lambda minute: minute * 60.0)
            return st.one_of(st.none(), whole)
        case Several():
            return st.lists(values(codec.codec), min_size=codec.count, max_size=codec.count).map(tuple)
        case Layout():
            return st.builds(codec.kind, **{name: values(field) for name, field in codec.fields.items()})
    raise TypeError(codec)


ACTUAL_REGISTERS = registers.ActualRegisters(0b0110111, 0b10, 2, 4, 2, 1, 2, 2, 1, 5)
ACTUAL_PROFILE = load_profile.ActualProfile(1000, 1 << 4 | 1 << 6 | 1 << 10 | 1 << 11, 6, 2, 5, 3, 15)
ACTUAL_LOGS = logs.ActualLogs(7, 8, 4, 2, 3, 4, 5)
ACTUAL_SECURITY = security.ActualSecurity(3, 20, 2, 16, 4)
ACTUAL_SOURCES = sources.ActualSources(0, 3, 0, 0, 0, 0, 2, 4)
ACTUAL_CONTROL = load_control.ActualLoadControl(0, 2, 3, 1, 1)
LAYOUTS = [
    general.MANUFACTURER, general.NAMEPLATE_LAYOUT, general.mode_status(2), general.DEVICE_ID_LAYOUT,
    general.UTILITY_LAYOUT, sources.ACT_SOURCES_LAYOUT, sources.unit_table(ACTUAL_SOURCES),
    sources.source_table(ACTUAL_SOURCES), registers.REGISTERS_LAYOUT, registers.selection(ACTUAL_REGISTERS),
    registers.register_data(ACTUAL_REGISTERS), registers.past_data(ACTUAL_REGISTERS),
    registers.self_reads(ACTUAL_REGISTERS), registers.present_selection(ACTUAL_REGISTERS),
    registers.present(ACTUAL_REGISTERS), display.DISPLAY_LAYOUT, display.display_lists(2, 5),
    display.display_sources(display.ActualDisplay(0, 3, 2, 0, 0, 0, 0)), security.SECURITY_LAYOUT,
    security.password_table(ACTUAL_SECURITY), security.DEFAULT_RIGHTS, security.rights(ACTUAL_SECURITY),
    security.key_table(ACTUAL_SECURITY), clock.CLOCK_LAYOUT, clock.TIME_LAYOUT, clock.OFFSETS_LAYOUT,
    clock.CLOCK_STATE_LAYOUT, clock.SET_CLOCK, clock.CLOCK_WAS_SET, load_profile.PROFILE_LAYOUT,
    load_profile.profile_control(ACTUAL_PROFILE), load_profile.PROFILE_STATUS_LAYOUT,
    load_profile.profile_block(ACTUAL_PROFILE, 2), load_profile.profile_block(ACTUAL_PROFILE, 64),
    logs.logs_layout(1), logs.logs_layout(2), logs.supported_events(ACTUAL_LOGS),
    logs.log_control(ACTUAL_LOGS, (15, 2, 4, 1)), logs.history_log(ACTUAL_LOGS), logs.event_log(ACTUAL_LOGS),
    load_control.LOAD_CONTROL_LAYOUT, load_control.load_control_status(ACTUAL_CONTROL),
    load_control.load_control_configuration(ACTUAL_CONTROL), load_control.load_control_schedule(ACTUAL_CONTROL),
    load_control.load_control_conditions(ACTUAL_CONTROL), load_control.DIRECT_ORDER,
    prepayment.PREPAYMENT_STATUS_LAYOUT, prepayment.prepayment_control(2), prepayment.CREDIT_CHANGE,
    prepayment.CREDIT_NOW,
]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.kind.__name__)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_table_comes_back_as_it_was(layout: Layout[Any], data: st.DataObject) -> None:
    form = data.draw(formats)
    value = data.draw(values(layout))
    raw = layout.encode(value, form)
    assert layout.decode(raw + b"more", form) == value
    assert layout.size(form) == len(raw)
    assert set(layout.fields) <= {field.name for field in fields(layout.kind)}
    if raw:
        with pytest.raises(DecodeError):
            layout.decode(raw[:-1], form)


@given(formats, st.integers(-(1 << 31) + 1, (1 << 31) - 1))
def test_signed_numbers_keep_their_sign(form: Formats, number: int) -> None:
    assert form.unpack_int(form.pack_int(number, 4)) == number


@pytest.mark.parametrize(
    ("integers", "raw"), [(IntFormat.TWOS_COMPLEMENT, "ffff"), (IntFormat.ONES_COMPLEMENT, "feff"),
                          (IntFormat.SIGN_MAGNITUDE, "0180")],
)  # fmt: skip
def test_minus_one_in_three_notations(integers: IntFormat, raw: str) -> None:
    assert Formats(integers=integers).pack_int(-1, 2).hex() == raw


@pytest.mark.parametrize(
    ("form", "raw"),
    [
        (NiFormat.FLOAT32, "00004841"),
        (NiFormat.INT32_IMPLIED_4, "48e80100"),
        (NiFormat.CHAR6, "2031322e352020".strip()),
    ],
)
def test_numbers_with_a_point(form: NiFormat, raw: str) -> None:
    packed = Formats().pack_ni(12.5, form)
    assert Formats().unpack_ni(packed, form) == 12.5
    if form is not NiFormat.CHAR6:
        assert packed.hex() == raw


def test_numbers_that_a_format_cannot_hold() -> None:
    with pytest.raises(EncodeError, match="no point"):
        Formats().pack_ni(12.5, NiFormat.INT32)
    with pytest.raises(EncodeError, match="digits"):
        Formats().pack_ni(10**8, NiFormat.BCD4)
    with pytest.raises(DecodeError, match="above 9"):
        Formats().unpack_ni(b"\x0a\0\0\0", NiFormat.BCD4)
    with pytest.raises(DecodeError, match="none"):
        Formats().unpack_ni(b"\0\0\xc0\x7f", NiFormat.FLOAT32)


@pytest.mark.parametrize(
    ("form", "raw"),
    [(TimeFormat.BCD, "260105103015"), (TimeFormat.FIELDS, "1a01050a1e0f"), (TimeFormat.SECONDS, "e791 5b69"),
     (TimeFormat.MINUTES, None)],
)  # fmt: skip
def test_one_moment_in_four_formats(form: TimeFormat, raw: str | None) -> None:
    at = 1_767_609_015.0  # 2026-01-05 10:30:15 UTC
    packed = Formats(time=form).pack_time(at, seconds=True)
    assert Formats(time=form).unpack_time(packed, seconds=True) == at
    if form is TimeFormat.MINUTES:
        assert (int.from_bytes(packed[:4], "little"), packed[4]) == (int(at) // 60, 15)
    elif form is not TimeFormat.SECONDS and raw is not None:
        assert packed.hex() == raw


def test_no_date_is_said() -> None:
    with pytest.raises(DecodeError, match="no date"):
        Formats(time=TimeFormat.FIELDS).unpack_time(bytes((26, 13, 1, 0, 0, 0)), seconds=True)


@given(formats, st.frozensets(st.integers(0, 120), max_size=20), st.frozensets(st.integers(0, 30), max_size=5))
def test_table_0_comes_back_as_it_was(form: Formats, tables: frozenset[int], procedures: frozenset[int]) -> None:
    table = Configuration(form, tables=tables, procedures=procedures, mfg_tables=frozenset((3,)), writable=tables)
    assert Configuration.decode(table.encode()) == table


def test_table_0_that_is_none_is_refused() -> None:
    with pytest.raises(DecodeError, match="shorter"):
        Configuration.decode(bytes(10))
    with pytest.raises(DecodeError, match="not a valid"):
        Configuration.decode(b"\x0e" + bytes(30))


@given(st.integers(0, 0x7FF), st.integers(0, 255), st.binary(max_size=9), st.booleans(), st.integers(0, 3), formats)
def test_procedures_come_back(number: int, seq: int, data: bytes, mfg: bool, selector: int, form: Formats) -> None:
    asked = Initiation(number, seq, data, mfg, selector)
    assert Initiation.decode(asked.encode(form), form) == asked
    outcome = Outcome(number, seq, ProcedureResult.ACCEPTED, data, mfg, selector)
    assert Outcome.decode(outcome.encode(form), form) == outcome
    assert outcome.answer_to(asked) == data


def test_units_find_their_sources() -> None:
    unit = sources.Unit(sources.WATT, sources.BULK, 2, frozenset((1, 4)))
    volt = sources.Unit(sources.VOLT, sources.INSTANTANEOUS, 6)
    table = sources.UnitTable((unit.packed(), volt.packed()))
    links = sources.SourceTable((0, 1, 0, 17))
    assert sources.unit_of(1, links, table) == unit
    assert sources.unit_of(3, links, table) == volt
    assert sources.unit_of(0, links, table) is None
    assert (unit.symbol, unit.scaler, volt.symbol, volt.scaler) == ("Wh", 3, "V", -3)


def test_rights_by_group() -> None:
    right = security.Right.of(23, read=(0, 2), write=(2,))
    assert (right.may_read({0}), right.may_write({0}), right.may_write({2, 5})) == (True, False, True)
    started = security.Right.of(21, write=(1,), procedure=True)
    table = security.Rights((right, started))
    assert table.find(21) is None
    assert table.find(21, procedure=True) is started
    assert security.Right.of(0, any_read=True).may_read(())


def test_interval_status_by_channel() -> None:
    record = load_profile.IntervalRecord.of(2, (4, 1, 3), (0, 0, 0))
    assert record.common is load_profile.CommonStatus.POWER_FAIL
    assert [record.channel(number) for number in range(3)] == [4, 1, 3]
    assert record.status == bytes((0x24, 0x13)), "common bits above those of channel 1, then channels 2 and 3 (NIST)"


def test_a_log_is_read_in_the_order_in_which_it_was_written() -> None:
    entries = tuple(logs.LogEntry(None, number, 0, 1) for number in (4, 5, 2, 3))
    table = logs.LogTable(4, 4, 1, 5, 0, entries)
    assert [entry.sequence for entry in table.oldest_first()] == [2, 3, 4, 5]
    assert logs.LogTable(4, 0, 0, 0, 0, entries).oldest_first() == ()
