"""The meter's side of the sign-on, without a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.iec62056_21.modes import SIGN_ON_LINE
from drivers.iec62056_21.responder import EnterHdlc, Responder, Send, SwitchLine
from drivers.iec62056_21.telegrams import BREAK, Command, DataSet, Identification, encode_readout
from drivers.transport.line_time import LineFormat

IDENTIFICATION = Identification("AMI", "5", "REFERENCE", "2")
FAST = LineFormat(9600, 7, "E")
HDLC = LineFormat(9600, 8, "N")
READOUT = [DataSet("1.8.0", "000123.4", "kWh")]


@pytest.fixture
def responder() -> Responder:
    return Responder(IDENTIFICATION, address="00012345", readout=lambda: READOUT)


IDENTIFIED = [Send(b"/AMI5\\2REFERENCE\r\n", 0.2)]


def test_mode_e(responder: Responder) -> None:
    assert responder.receive(b"/?!\r\n", 0.0) == IDENTIFIED
    acts = responder.receive(b"\x06252\r\n", 1.0)
    assert acts == [SwitchLine(FAST), Send(b"\x06252\r\n", 0.2), SwitchLine(HDLC), EnterHdlc()]
    assert responder.in_hdlc
    assert responder.line == HDLC
    with pytest.raises(RuntimeError, match="HDLC"):
        responder.receive(b"~", 2.0)
    assert responder.restart() == [SwitchLine(SIGN_ON_LINE)]
    assert responder.receive(b"/?!\r\n", 3.0) == IDENTIFIED


def test_a_meter_that_does_not_confirm() -> None:
    responder = Responder(IDENTIFICATION, confirms=False)
    responder.receive(b"/?!\r\n", 0.0)
    assert responder.receive(b"\x06252\r\n", 1.0) == [SwitchLine(FAST), SwitchLine(HDLC), EnterHdlc()]


def test_a_slower_speed_may_be_chosen_and_a_faster_one_not(responder: Responder) -> None:
    responder.receive(b"/?!\r\n", 0.0)
    assert responder.receive(b"\x06262\r\n", 1.0) == []
    assert not responder.in_hdlc
    responder.receive(b"/?!\r\n", 2.0)
    assert SwitchLine(LineFormat(2400, 8, "N")) in responder.receive(b"\x06232\r\n", 3.0)


def test_characters_behind_the_option_select_message_belong_to_hdlc(responder: Responder) -> None:
    responder.receive(b"/?!\r\n", 0.0)
    assert responder.receive(b"\x06252\r\n~x~", 1.0)[-1] == EnterHdlc(b"~x~")


@pytest.mark.parametrize("address", ["", "12345", "00012345", "0012345"])
def test_requests_to_this_meter(responder: Responder, address: str) -> None:
    assert responder.receive(f"/?{address}!\r\n".encode(), 0.0) == IDENTIFIED


@pytest.mark.parametrize("request_", [b"/?54321!\r\n", b"/!\r\n", b"?!\r\n", b"/?!\r", b"~\xa0\x07~"])
def test_what_is_not_answered(responder: Responder, request_: bytes) -> None:
    assert responder.receive(request_, 0.0) == []


def test_a_meter_without_hdlc_refuses_mode_e() -> None:
    responder = Responder(Identification("AMI", "5", "PLAIN"))
    responder.receive(b"/?!\r\n", 0.0)
    assert responder.receive(b"\x06252\r\n", 1.0) == []
    assert not responder.in_hdlc


def test_data_readout_and_its_repetition(responder: Responder) -> None:
    responder.receive(b"/?!\r\n", 0.0)
    readout = Send(encode_readout(READOUT), 0.2)
    assert responder.receive(b"\x06050\r\n", 1.0) == [SwitchLine(FAST), readout]
    assert responder.receive(b"\x15", 3.0) == [readout]
    assert responder.times_out_at is not None
    assert responder.expire(3.0) == []
    assert responder.expire(responder.times_out_at) == [SwitchLine(SIGN_ON_LINE)]
    assert responder.times_out_at is None


def test_a_request_interrupted_for_too_long_is_forgotten(responder: Responder) -> None:
    assert responder.receive(b"/?", 0.0) == []
    assert responder.receive(b"!\r\n", 2.0) == []
    assert responder.receive(b"/?", 3.0) == []
    assert responder.receive(b"!\r\n", 4.0) == IDENTIFIED


def test_an_option_select_without_a_request_is_not_answered(responder: Responder) -> None:
    assert responder.receive(b"\x06252\r\n", 0.0) == []


def test_programming_mode() -> None:
    seen: list[Command] = []

    def handle(command: Command) -> str | None:
        seen.append(command)
        return {"P": "", "R": "1.8.0(000123.4*kWh)"}.get(command.command)

    responder = Responder(IDENTIFICATION, programming=handle)
    responder.receive(b"/?!\r\n", 0.0)
    assert responder.receive(b"\x06051\r\n", 1.0) == [SwitchLine(FAST), Send(b"\x01P0\x02()\x03`", 0.2)]
    assert responder.receive(Command("P", "1", "(00000000)").encode(), 2.0) == [Send(b"\x06", 0.2)]
    (answer,) = responder.receive(Command("R", "1", "1.8.0()").encode(), 3.0)
    assert isinstance(answer, Send)
    assert answer.data.startswith(b"\x021.8.0(000123.4*kWh)\x03")
    assert responder.receive(Command("W", "1", "1.8.0(0)").encode(), 4.0) == [Send(b"\x15", 0.2)]
    assert [command.command for command in seen] == ["P", "R", "W"]
    garbled = bytearray(Command("W", "1", "1.8.0(0)").encode())
    garbled[3] ^= 1
    assert responder.receive(bytes(garbled), 5.0) == [Send(b"\x15", 0.2)]
    assert len(seen) == 3
    assert responder.receive(BREAK.encode(), 6.0) == [SwitchLine(SIGN_ON_LINE)]


def test_without_programming_mode_the_option_is_refused(responder: Responder) -> None:
    responder.receive(b"/?!\r\n", 0.0)
    assert responder.receive(b"\x06051\r\n", 1.0) == []


@given(st.data())
def test_however_the_characters_are_cut_the_meter_answers_the_same(data: st.DataObject) -> None:
    conversation = b"noise\x00/?!\r\n\x06252\r\n"
    cuts = sorted(data.draw(st.sets(st.integers(1, len(conversation) - 1))))
    responder = Responder(IDENTIFICATION)
    acts = []
    for begin, end in zip([0, *cuts], [*cuts, len(conversation)], strict=True):
        acts += responder.receive(conversation[begin:end], 0.0)
    assert acts == [*IDENTIFIED, SwitchLine(FAST), Send(b"\x06252\r\n", 0.2), SwitchLine(HDLC), EnterHdlc()]


@given(st.lists(st.binary(max_size=30)))
def test_noise_never_brings_a_meter_down(pieces: list[bytes]) -> None:
    responder = Responder(IDENTIFICATION, programming=lambda command: None)
    for at, piece in enumerate(pieces):
        if not responder.in_hdlc:
            responder.receive(piece, float(at))
            responder.expire(float(at))
    responder.restart()
    assert responder.receive(b"/?!\r\n", 1e6) == IDENTIFIED
