"""What conformance cases say on the wire, and what they call that which comes back."""

from __future__ import annotations

import pytest

from bench.access import c1218_line, hdlc_spoilt
from bench.access.aarq_variants import VARIANTS
from bench.access.apdu_requests import request
from bench.access.apdu_words import Words, negotiated, words_of
from bench.access.c1218_words import body_of, code_of
from bench.access.hdlc_line import Heard, aarq, control_of, in_words, proposal
from bench.access.sign_on_line import Heard as Signed
from bench.access.sign_on_line import data_sets_of, line_of, message_of
from drivers.c1218.packet import Arrived, Broken, Packet, PacketReader
from drivers.dlms.acse import Aarq, context_name, decode_acse
from drivers.dlms.apdu import GetRequestNormal, InitiateRequest, decode_apdu
from drivers.dlms.enums import ApplicationContext, Conformance
from drivers.dlms.errors import DecodeError
from drivers.dlms.hdlc_address import ServerAddress, client_address
from drivers.dlms.hdlc_frame import Frame, parse
from drivers.dlms.hdlc_parameters import HdlcParameters
from drivers.dlms.hdlc_reader import FrameReader
from drivers.transport.line_time import LineFormat

SNRM = Frame(ServerAddress(1, 17, 4).encode(), client_address(16), control_of("SNRM"))
LONG_SNRM = Frame(SNRM.destination, SNRM.source, SNRM.control, proposal(128, 1))
OTHERS = [words for words in hdlc_spoilt.DEFECTS if words.startswith("to ") or words == "none"]
REFUSED = [words for words in hdlc_spoilt.DEFECTS if words not in OTHERS]


# -- HDLC ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("defect", REFUSED)
def test_a_sound_reader_makes_no_frame_for_this_address_of_a_spoilt_one(defect: str) -> None:
    contents = FrameReader().feed(hdlc_spoilt.DEFECTS[defect](LONG_SNRM))
    assert not [content for content in contents if len(parse(content).source) == 1]


@pytest.mark.parametrize("size", [1, 2, 4])
def test_an_address_of_another_length_is_the_same_device(size: int) -> None:
    line = hdlc_spoilt.DEFECTS[f"to an address of {size} byte{'s' if size > 1 else ''}"](SNRM)
    (content,) = FrameReader().feed(line)
    address = ServerAddress.decode(parse(content).destination)
    assert (address.logical, address.physical) == (1, None if size == 1 else 17)


def test_a_wrong_header_check_is_all_that_is_wrong() -> None:
    sound, spoilt = LONG_SNRM.encode(), hdlc_spoilt.DEFECTS["with a wrong header check"](LONG_SNRM)
    assert FrameReader(verify=False).feed(spoilt) == FrameReader().feed(sound)


@pytest.mark.parametrize("words", ["SNRM", "DISC", "RR 3", "RNR 7", "I 2 5", "UI"])
def test_a_control_field_in_words_comes_back_in_words(words: str) -> None:
    assert in_words(Frame(SNRM.destination, SNRM.source, control_of(words))) == words


@pytest.mark.parametrize("words", ["RR", "I 1", "SNRM 1"])
def test_words_that_are_no_control_field(words: str) -> None:
    with pytest.raises(ValueError, match="no control field"):
        control_of(words)


def test_silence_garbage_and_frames_differ() -> None:
    assert Heard((), b"").words == ""
    assert Heard((), b"\x7e\xa0").words == "garbage"
    answer = Frame(SNRM.source, SNRM.destination, control_of("UA"), proposal(64, 1))
    assert Heard((answer,), b"x").words == "UA"
    assert Heard((answer,), b"x").parameters == HdlcParameters(64, 64, 1, 1)


def test_the_aarq_stands_behind_the_header_of_a_client() -> None:
    assert aarq()[:4].hex() == "e6e60060"


# -- APDUs ---------------------------------------------------------------------------------------------------------

OWN = Aarq(context_name(ApplicationContext.LOGICAL_NAME), InitiateRequest(Conformance.GET, 0xFFFF).encode())


@pytest.mark.parametrize("words", [words for words in VARIANTS if words != "cut off"])
def test_a_variant_is_an_aarq(words: str) -> None:
    assert isinstance(decode_acse(VARIANTS[words](OWN)), Aarq)


def test_an_aarq_that_is_cut_off_is_none() -> None:
    with pytest.raises(DecodeError):
        decode_acse(VARIANTS["cut off"](OWN))


def test_requests_in_words() -> None:
    assert isinstance(decode_apdu(request("GET 1/0.0.42.0.0.255/2")), GetRequestNormal)
    assert request("SET 8/0.0.1.0.0.255/3 10 00 3c").hex() == "c101c1000800000100 00ff030010003c".replace(" ", "")
    assert request("EF 01") == b"\xef\x01"


@pytest.mark.parametrize(
    ("apdu", "words"),
    [
        ("c401c1000600000001", Words("value", "", 0xC1)),
        ("c401c10104", Words("refused", "object-undefined", 0xC1)),
        ("c501c10c", Words("refused", "type-unmatched", 0xC1)),
        ("c701c10000", Words("success", "", 0xC1)),
        ("d80202", Words("exception", "service-unknown, service-not-supported")),
        ("6303800100", Words("RLRE")),
    ],
)
def test_answers_in_words(apdu: str, words: Words) -> None:
    assert words_of(bytes.fromhex(apdu)) == words


def test_what_is_no_answer_is_garbage_and_agrees_on_nothing() -> None:
    assert words_of(b"\xc4").kind == "garbage"
    assert words_of(b"").kind == "garbage"
    assert negotiated(b"\x61\x05") is None


# -- C12.18 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("defect", ["with a wrong CRC", "with length 0"])
def test_a_spoilt_packet_is_broken(defect: str) -> None:
    events = PacketReader().feed(c1218_line.DEFECTS[defect](Packet(b"\x20")))
    assert isinstance(events[0], Broken)


def test_a_packet_behind_a_wake_up_byte_is_sound() -> None:
    (event,) = PacketReader().feed(c1218_line.DEFECTS["behind a wake-up byte"](Packet(b"\x20")))
    assert isinstance(event, Arrived)


def test_codes_of_responses() -> None:
    assert (code_of(b"\x00ab"), body_of(b"\x00ab")) == ("OK", b"ab")
    assert (code_of(b"\x0aab"), body_of(b"\x0aab")) == ("ISSS", b"")
    assert code_of(b"\x77") == "garbage"


# -- IEC 62056-21 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", ""),
        (b"/AMB5\\2AMB-1\r\n", "identification"),
        (b"/AMB AMB-1\r\n\x021.8.0(1)\r\n!\r\n\x03\x00", "identification; readout"),
        (b"\x06252\r\n", "option 252"),
        (b"\x06", "ACK"),
        (b"\x15", "NAK"),
        (b"\x01P0\x02()\x03\x60", "command P0"),
        (b"\x02(ER04)\x03\x00", "answer"),
        (b"xyz", "garbage"),
    ],
)
def test_what_a_local_port_says_in_words(text: bytes, words: str) -> None:
    assert Signed(text, 0.2).words == words


def test_a_bare_readout_is_found_behind_the_identification() -> None:
    heard = Signed(b"/AMB3AMB-1\r\n1.8.0(1*kWh)\r\n!\r\n", 0.0)
    assert [str(one) for one in data_sets_of(heard.readout)] == ["1.8.0(1*kWh)"]


def test_a_wrong_block_check_is_one_bit_off() -> None:
    right, wrong = message_of("command R1 1.8.0()"), message_of("command R1 1.8.0() with a wrong block check")
    assert right[:-1] == wrong[:-1]
    assert right[-1] ^ wrong[-1] == 1


def test_line_formats_in_words() -> None:
    assert line_of("300 7E1") == LineFormat(300, 7, "E", 1)
    with pytest.raises(ValueError, match="no line format"):
        line_of("300 baud")
