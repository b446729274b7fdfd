"""Relative prices and times on the wire, and how the module answers an appliance that speaks first."""

from __future__ import annotations

import math

import pytest
from cta2045 import app as oracle
from hypothesis import given
from hypothesis import strategies as st

from drivers.cta2045.basic import Basic, Opcode
from drivers.cta2045.device_time import FullHour, UtcTime
from drivers.cta2045.errors import DecodeError, EncodeError
from drivers.cta2045.frame import Arrived, Event
from drivers.cta2045.intermediate import GET_UTC, Intermediate, decode_intermediate
from drivers.cta2045.relative_price import LARGEST, byte_of, price_of
from tests.unit.cta2045.scripted import answering, connected


@pytest.mark.parametrize(
    ("byte", "price"), [(0, None), (1, 0.0), (65, 1.0), (101, 2.002), (254, 9.79), (255, math.inf)]
)
def test_relative_prices(byte: int, price: float | None) -> None:
    """EPRI's sample sends 101 for *approx twice*; its simulator calls 0 unknown and 255 too large to fit."""
    assert price_of(byte) == (price if price is None else pytest.approx(price, abs=0.001))
    assert byte_of(price if price is None or byte not in (101, 254) else price_of(byte)) == byte


@given(st.integers(1, 254))
def test_every_price_that_a_byte_says_comes_back(byte: int) -> None:
    assert byte_of(price_of(byte)) == byte


@given(st.floats(0.0, LARGEST))
def test_a_price_becomes_the_nearest_one_that_a_byte_says(price: float) -> None:
    found = byte_of(price)
    off = abs((price_of(found) or 0.0) - price)
    assert all(abs((price_of(byte) or 0.0) - price) >= off for byte in (max(1, found - 1), min(254, found + 1)))


def test_a_negative_price_has_no_byte() -> None:
    with pytest.raises(ValueError, match="negative"):
        byte_of(-0.1)


@pytest.mark.parametrize(
    "opcode",
    [Opcode.PRESENT_PRICE, Opcode.NEXT_PRICE, Opcode.TIME_REMAINING, Opcode.SLEEP, Opcode.WAKE, Opcode.TIME_SYNC],
)
def test_the_other_implementation_knows_these_messages(opcode: Opcode) -> None:
    wire = Basic(opcode, 101).frame().encode()[:-2]
    theirs, _ = oracle.decode(wire)
    assert isinstance(theirs, oracle.BasicDR)
    assert theirs.category is not None
    assert (theirs.category.value, theirs.opcode2) == (opcode, 101)
    assert theirs.to_bytes() == wire


def test_the_time_is_written_as_published() -> None:
    """Field by field as EPRI's UCM software writes it: opcodes, seconds since 2000, quarters of an hour."""
    wire = UtcTime(946_684_800 + 0x0A0B0C0D, -20, 4).encode()
    assert wire.frame().payload == bytes.fromhex("0200 0A0B0C0D EC 04")
    theirs, _ = oracle.decode(wire.frame().encode()[:-2])
    assert isinstance(theirs, oracle.IntermediateDR)
    assert theirs.category is not None
    assert (theirs.category.name, theirs.body) == ("Time_Date", bytes.fromhex("00 0A0B0C0D EC 04"))
    assert UtcTime.decode(wire.body) == UtcTime(946_684_800 + 0x0A0B0C0D, -20, 4)


@given(st.integers(0, 6), st.integers(0, 23))
def test_a_full_hour_comes_back(weekday: int, hour: int) -> None:
    assert FullHour.of_byte(FullHour(weekday, hour).byte) == FullHour(weekday, hour)


def test_a_sunday_at_one_is_the_published_byte() -> None:
    """EPRI's UCM software sends 1 for it; 4 January 2026 is a Sunday."""
    assert FullHour.at(1_767_488_400.0 + 59.0).byte == 1


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (lambda: FullHour.of_byte(0xE0), DecodeError),
        (lambda: FullHour.of_byte(24), DecodeError),
        (lambda: FullHour(7, 0).byte, EncodeError),
        (lambda: UtcTime.decode(bytes(5)), DecodeError),
        (lambda: UtcTime(1e9, 200).encode(), EncodeError),
    ],
)
def test_what_is_no_time_is_refused(wrong: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        wrong()  # type: ignore[operator]


async def test_what_the_appliance_says_by_itself_is_answered_while_somebody_listens() -> None:
    unasked = [Basic(Opcode.SLEEP), Basic(Opcode.CUSTOMER_OVERRIDE, 1), Intermediate(GET_UTC)]

    def script(event: Event) -> list[bytes]:
        asked = isinstance(event, Arrived) and event.frame == Basic(Opcode.STATE_QUERY).frame()
        return answering(Basic(Opcode.STATE_RESPONSE, 1), *unasked)(event) if asked else answering()(event)

    async with connected(script) as (client, appliance):
        await client.state()
        told = client.clock.now()
        await client.listen(told + 0.1)
        assert list(client.unasked) == unasked
        sleep, override, time = appliance.frames()[1:]
    assert sleep == Basic(Opcode.APPLICATION_ACK, Opcode.SLEEP).frame()
    assert override == Basic(Opcode.APPLICATION_ACK, Opcode.CUSTOMER_OVERRIDE).frame()
    reply = decode_intermediate(time.payload)
    assert (reply.opcodes, reply.body[0]) == (0x0280, 0)
    assert UtcTime.decode(reply.body[1:]).at == pytest.approx(told, abs=2.0)
