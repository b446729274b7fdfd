"""Values of the services, byte by byte, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.gatt import load_control, metering, sig
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
