"""Values of the services, byte by byte, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.gatt import account, load_control, messages, metering, sig
from drivers.gatt.errors import AttError, GarbageError, PairingError
from drivers.gatt.security import FULL_KEY, IoCapability, Level, LinkSecurity, Method, method_of


def test_a_reading_by_hand() -> None:
    reading = metering.Reading(0x01020304, -12.3, 45.6, 0.1, 230.0, 1.5, clock_valid=False)
    raw = bytes.fromhex("04030201 01 85ffffff c801000000000000 0100000000000000 fc08 dc050000")
    assert reading.encode() == raw
    assert metering.decode_reading(raw) == reading


def test_a_state_by_hand() -> None:
    state = load_control.State(load_control.Act.SHED, 7, True, False, 3000.0, 12.5, 24.0, -0.5)
    raw = bytes.fromhex("01 01 0700 30750000 7d00000000000000 6009 ceff")
    assert state.encode() == raw
    assert load_control.decode_state(raw) == state


def test_a_command_by_hand() -> None:
    command = load_control.Command(load_control.Act.CYCLE, 1, 20, 50)
    assert command.encode() == bytes.fromhex("04 0100 1400 32")
    assert load_control.decode_command(command.encode()) == command


def test_current_time_by_hand() -> None:
    # 2026-01-05 00:00:00.5 UTC, a Monday
    assert sig.CurrentTime(1767571200.5, 1).encode() == bytes.fromhex("ea07 01 05 00 00 00 01 80 01")
    assert sig.decode_current_time(bytes.fromhex("ea07 01 05 00 00 00 01 80 01")) == sig.CurrentTime(1767571200.5, 1)


@pytest.mark.parametrize("raw", ["ea07 02 1e 00 00 00 00 00 00", "ea07 01 05 00 00 00 02 00 00", "ea07 01"])
def test_what_is_no_time_is_garbage(raw: str) -> None:
    with pytest.raises(GarbageError):
        sig.decode_current_time(bytes.fromhex(raw))


def test_a_history_keeps_the_last_entries_and_their_order() -> None:
    entries = [metering.Entry(3600 * number, number / 10) for number in range(1, 100)]
    told = metering.decode_history(metering.encode_history(entries))
    assert [entry.at for entry in told] == [entry.at for entry in entries[-60:]]
    with pytest.raises(GarbageError):
        metering.decode_history(bytes(16))


@given(st.binary(max_size=40))
def test_decoders_refuse_or_take_whatever_comes(raw: bytes) -> None:
    for decode in (
        metering.decode_reading,
        metering.decode_history,
        metering.decode_price,
        metering.decode_plan,
        metering.decode_projection,
        load_control.decode_command,
        load_control.decode_state,
        load_control.decode_set_point,
        sig.decode_current_time,
    ):
        try:
            decode(raw)
        except GarbageError:
            continue


def test_methods_are_those_of_bumbles_table() -> None:
    smp = pytest.importorskip("bumble.smp")
    for initiator in IoCapability:
        for responder in IoCapability:
            entry = smp.Session.PAIRING_METHODS[initiator][responder]
            for secure in (False, True):
                cell = entry[secure] if isinstance(entry, tuple) and len(entry) == 2 else entry
                name = (cell[0] if isinstance(cell, tuple) else cell).name
                assert method_of(initiator, responder, secure_connections=secure).name == name


def test_what_a_link_is_worth() -> None:
    assert LinkSecurity().level is Level.OPEN
    assert LinkSecurity(True, Method.JUST_WORKS, True, FULL_KEY).level is Level.ENCRYPTED
    assert LinkSecurity(True, Method.PASSKEY, False, FULL_KEY).level is Level.AUTHENTICATED
    assert LinkSecurity(True, Method.PASSKEY, True, 7).level is Level.AUTHENTICATED
    assert LinkSecurity(True, Method.NUMERIC_COMPARISON, True, FULL_KEY).level is Level.SECURE


def test_errors_name_their_codes() -> None:
    assert str(AttError(0x05, "read")) == "read: insufficient authentication (0x05)"
    assert AttError(0x0F).protects
    assert not AttError(0x01).protects
    assert str(PairingError(0x09)) == "pairing failed: repeated attempts"


def test_an_account_by_hand() -> None:
    flags = account.Flags.PREPAID | account.Flags.SUPPLY_ON
    status = account.Status(flags, account.CreditState.LOW, -2, 3600, 25_000, 1)
    assert status.encode() == bytes.fromhex("05 01 feffffff 100e0000 a8610000 01")
    assert account.decode_status(status.encode()) == status


def test_limits_by_hand() -> None:
    limits = account.Limits(15, 20, 40, 3000, 7500, 8000, 2)
    assert limits.encode() == bytes.fromhex("0f000000 14000000 28000000 b80b0000 4c1d0000 401f0000 02")
    assert account.decode_limits(limits.encode()) == limits


def test_a_notice_and_its_receipt_by_hand() -> None:
    notice = account.Notice(2, 258, account.Told.CREDIT_LOW, 0x01020304, 1, 2, -3, 4)
    raw = bytes.fromhex("02 02010000 07 04030201 01000000 02000000 fdffffff 04000000")
    assert notice.encode() == raw
    assert account.decode_notice(raw) == notice
    assert account.encode_receipt(2, 258) == raw[:5]
    assert account.decode_receipt(raw[:5]) == (2, 258)


def test_a_message_by_hand() -> None:
    message = messages.Message(7, 1767571200, 90, "aus \u00e4")
    assert message.encode() == bytes.fromhex("07000000 00ff5a69 5a00") + "aus \u00e4".encode()
    assert messages.decode_message(message.encode()) == message
    assert message.end == 1767571200 + 5400


@pytest.mark.parametrize("text", ["x" * 161, "\u00e4" * 81])
def test_a_text_that_is_too_long_is_no_message(text: str) -> None:
    with pytest.raises(ValueError, match="160 octets"):
        messages.Message(1, 0, 1, text).encode()
    with pytest.raises(GarbageError):
        messages.decode_message(bytes(10) + text.encode())


@pytest.mark.parametrize("raw", ["", "00" * 10, "00" * 10 + "ff"])
def test_what_is_no_message(raw: str) -> None:
    with pytest.raises(GarbageError):
        messages.decode_message(bytes.fromhex(raw))


def test_local_time_by_hand() -> None:
    # India, and daylight saving of an hour
    assert sig.LocalTime(22, 3600).encode() == bytes.fromhex("16 04")
    assert sig.decode_local_time(bytes.fromhex("16 04")).offset_s == 5 * 3600 + 1800 + 3600
    assert sig.decode_local_time(bytes.fromhex("ec 00")).offset_s == -5 * 3600


@pytest.mark.parametrize("raw", ["80 00", "00 ff", "00 03", "39 00", "00"])
def test_local_time_that_nobody_knows_is_garbage(raw: str) -> None:
    with pytest.raises(GarbageError):
        sig.decode_local_time(bytes.fromhex(raw))


@given(st.binary(max_size=40))
def test_values_of_the_account_are_read_whole_or_not_at_all(raw: bytes) -> None:
    for decode in (account.decode_status, account.decode_limits, account.decode_notice):
        try:
            value = decode(raw)
        except GarbageError:
            continue
        assert value.encode() == raw
