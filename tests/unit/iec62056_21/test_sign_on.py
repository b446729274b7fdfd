"""The reader's side, over a pty with speed, parity and line time, against the responder and against odd meters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from drivers.iec62056_21.responder import Act, Responder, Send, SwitchLine
from drivers.iec62056_21.sign_on import ModeRefusedError, SerialLine, SignOnError, listen, read_out, sign_on_hdlc
from drivers.iec62056_21.telegrams import DataSet, Identification, encode_readout
from drivers.transport.base import PeerClosedError, SilenceError
from drivers.transport.line_time import LineFormat
from drivers.transport.serial import SerialTransport
from drivers.transport.tcp import TcpTransport

METER = Identification("AMI", "5", "REFERENCE", "2")
READOUT = [DataSet("0.0.0", "12345678"), DataSet("1.8.0", "000123.4", "kWh")]


@dataclass
class Scripted:
    """A meter that does to a message what the test says; unknown messages stay unanswered."""

    answers: dict[bytes, list[Act]]
    in_hdlc: bool = False
    heard: list[bytes] = field(default_factory=list)

    def receive(self, characters: bytes, _at: float) -> list[Act]:
        self.heard.append(characters)
        return self.answers.get(characters, [])


def scripted(port: Any, **answers: list[Act]) -> Scripted:
    names = {"request": b"/?!\r\n", "option": b"\x06252\r\n", "repeat": b"\x15"}
    port.responder = Scripted({names[name]: acts for name, acts in answers.items()})
    return port.responder


class Vanishing:
    """A meter that is pulled off the head by the first request."""

    in_hdlc = False

    def __init__(self, port: Any) -> None:
        self.port = port

    def receive(self, _characters: bytes, _at: float) -> list[Act]:
        self.port.close()
        self.port.link.close()
        return []


def first(garble: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Garble the first message only."""
    messages = iter([garble])
    return lambda data: next(messages, bytes)(data)


# -- mode E --------------------------------------------------------------------------------------------------------


async def test_sign_on_leaves_the_line_ready_for_hdlc(port: Any, line: SerialTransport) -> None:
    port.responder = Responder(METER)
    result = await sign_on_hdlc(line)
    assert (result.identification, result.baud, result.confirmed) == (METER, 9600, True)
    assert line.line == LineFormat(9600, 8, "N")
    await line.write(b"\x7e\xa0\xff\x7e")
    with pytest.raises(SilenceError):
        await line.read(line.clock.now() + 1)
    assert port.in_hdlc == [b"\x7e\xa0\xff\x7e"]
    assert port.line == line.line


async def test_the_reader_keeps_the_reaction_time_of_the_meter(port: Any, line: SerialTransport) -> None:
    port.responder = Responder(METER)
    begun = line.clock.now()
    await sign_on_hdlc(line)
    # at 300 7E1: 5 + 18 + 6 characters of 10 bits, three pauses of 0.2 s; the confirmation at 9600
    assert line.clock.now() - begun == pytest.approx(29 / 30 + 0.6 + 6 / 960, abs=0.01)


async def test_the_reader_chooses_no_more_than_it_may(port: Any, line: SerialTransport) -> None:
    port.responder = Responder(METER)
    assert (await sign_on_hdlc(line, max_baud=2400)).baud == 2400
    assert port.line.baud == 2400


async def test_the_address_reaches_the_meter(port: Any, line: SerialTransport) -> None:
    port.responder = Responder(METER, address="12345678")
    await sign_on_hdlc(line, address="12345678")
    assert port.heard[0] == b"/?12345678!\r\n"


async def test_no_meter_with_the_address(port: Any, line: SerialTransport) -> None:
    port.responder = Responder(METER, address="12345678")
    with pytest.raises(SilenceError, match="no meter with address 999 answered the request at 300 7E1"):
        await sign_on_hdlc(line, address="999")
    assert len(port.heard) == 3


async def test_a_meter_that_does_not_confirm_is_signed_on_all_the_same(port: Any, line: SerialTransport) -> None:
    port.responder = Responder(METER, confirms=False)
    result = await sign_on_hdlc(line)
    assert not result.confirmed
    assert line.line == LineFormat(9600, 8, "N")


async def test_the_first_request_may_get_lost(port: Any, line: SerialTransport) -> None:
    port.responder = Responder(METER)
    port.garble = first(lambda data: b"")
    assert (await sign_on_hdlc(line)).confirmed
    assert port.heard[:2] == [b"/?!\r\n"] * 2


async def test_an_identification_with_a_parity_error_is_asked_for_again(port: Any, line: SerialTransport) -> None:
    port.responder = Responder(METER)
    port.garble = first(lambda data: data[:6] + bytes([data[6] ^ 0x01]) + data[7:])
    assert (await sign_on_hdlc(line)).identification == METER


async def test_garbage_to_the_last_is_reported_as_garbage(port: Any, line: SerialTransport) -> None:
    scripted(port, request=[Send(b"???", 0.2)])
    with pytest.raises(SignOnError, match=r"no whole identification, only b'\?\?\?'"):
        await sign_on_hdlc(line, tries=2)
    assert len(port.heard) == 2


async def test_an_echo_of_the_head_is_overheard(port: Any, line: SerialTransport) -> None:
    scripted(port, request=[Send(b"/?!\r\n", 0.0), Send(METER.encode(), 0.2)])
    assert (await sign_on_hdlc(line)).identification == METER


async def test_a_meter_without_mode_e_is_told_by_name(port: Any, line: SerialTransport) -> None:
    port.responder = Responder(Identification("ISK", "5", "MT174-0001"))
    with pytest.raises(ModeRefusedError, match="ISK MT174-0001 offers mode C, not mode E"):
        await sign_on_hdlc(line)


async def test_a_meter_that_reads_out_instead(port: Any, line: SerialTransport) -> None:
    fast = LineFormat(9600, 7, "E")
    scripted(
        port,
        request=[Send(METER.encode(), 0.2)],
        option=[SwitchLine(fast), Send(encode_readout(READOUT), 0.2)],
    )
    with pytest.raises(ModeRefusedError, match="data readout instead of HDLC"):
        await sign_on_hdlc(line)


async def test_a_meter_that_chooses_another_speed(port: Any, line: SerialTransport) -> None:
    fast = LineFormat(9600, 7, "E")
    scripted(port, request=[Send(METER.encode(), 0.2)], option=[SwitchLine(fast), Send(b"\x06242\r\n", 0.2)])
    with pytest.raises(ModeRefusedError, match="the meter chose"):
        await sign_on_hdlc(line)


async def test_the_deadline_ends_all_tries(port: Any, line: SerialTransport) -> None:
    deadline = line.clock.now() + 4.0
    with pytest.raises(SilenceError):
        await sign_on_hdlc(line, tries=100, deadline=deadline)
    assert line.clock.now() == pytest.approx(deadline)


async def test_a_meter_that_vanishes_in_the_middle(port: Any, line: SerialTransport) -> None:
    port.responder = Vanishing(port)
    with pytest.raises(PeerClosedError, match="hung up"):
        await sign_on_hdlc(line)


# -- data readout --------------------------------------------------------------------------------------------------


async def test_readout_in_mode_c(port: Any, line: SerialTransport) -> None:
    port.responder = Responder(METER, readout=lambda: READOUT)
    result = await read_out(line)
    assert result.identification == METER
    assert list(result.data_sets) == READOUT
    assert line.line.baud == 9600


async def test_a_garbled_readout_is_asked_for_again(port: Any, line: SerialTransport) -> None:
    port.responder = Responder(METER, readout=lambda: READOUT)
    messages = iter([bytes, lambda data: data[:9] + bytes([data[9] ^ 0x11]) + data[10:]])
    port.garble = lambda data: next(messages, bytes)(data)
    assert list((await read_out(line)).data_sets) == READOUT
    assert port.heard[-1] == b"\x15"


async def test_a_readout_garbled_to_the_last(port: Any, line: SerialTransport) -> None:
    port.responder = Responder(METER, readout=lambda: READOUT)
    port.garble = lambda data: data if data[:1] == b"\xaf" else data[:9] + bytes([data[9] ^ 0x11]) + data[10:]
    with pytest.raises(SignOnError, match="garbled in 2 tries: block check"):
        await read_out(line, tries=2)


async def test_readout_in_mode_a_stays_at_300_baud(port: Any, line: SerialTransport) -> None:
    identification = Identification("KAM", " ", "MC")
    scripted(port, request=[Send(identification.encode() + encode_readout(READOUT), 0.2)])
    result = await read_out(line)
    assert list(result.data_sets) == READOUT
    assert line.line == LineFormat(300, 7, "E")


async def test_readout_in_mode_b_switches_unasked(port: Any, line: SerialTransport) -> None:
    identification = Identification("ABC", "E", "OLD")
    fast = LineFormat(9600, 7, "E")
    scripted(port, request=[Send(identification.encode(), 0.2), SwitchLine(fast), Send(encode_readout(READOUT), 0.2)])
    assert list((await read_out(line)).data_sets) == READOUT
    assert line.line == fast


async def test_a_mode_d_meter_is_only_listened_to(port: Any, line: SerialTransport, clock: Any) -> None:
    # a readout of a Hager meter, shortened, from the samples of jonkerj/go-iec62056
    message = b"/HAG5eHZ010C_EHZ1vA02\r\n\r\n1-0:1.8.0*255(000001.2963)\r\n1-0:52.7.0*255(228.38*V)\r\n!\r\n"
    port.line = LineFormat(2400, 7, "E")
    clock.call_later(1.0, lambda: port.send(message[:30]))
    clock.call_later(1.5, lambda: port.send(message[30:]))
    result = await listen(line)
    assert result.identification.text == "eHZ010C_EHZ1vA02"
    assert [data_set.value for data_set in result.data_sets] == ["000001.2963", "228.38"]
    assert port.heard == []


async def test_no_mode_d_meter_there(port: Any, line: SerialTransport) -> None:
    with pytest.raises(SilenceError):
        await listen(line, patience_s=30)


async def test_a_serial_transport_is_a_line_for_sign_on_and_a_socket_is_not(line: SerialTransport, clock: Any) -> None:
    assert isinstance(line, SerialLine)
    assert not isinstance(TcpTransport("127.0.0.1", 4059, clock), SerialLine)
