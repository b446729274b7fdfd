"""Messages as bytes and back, against examples from public sources.

Sources: pwitab = tests of the library iec62056-21 by Palmlund Wahlgren (BSD); go-iec62056 = meter samples of
jonkerj/go-iec62056; ael = load profile commands of an AEL meter as quoted in a public reading guide.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.iec62056_21.modes import Mode, UnknownBaudError, baud_character, baud_rate, mode_of, slower
from drivers.iec62056_21.telegrams import (
    BREAK,
    BlockCheckError,
    Command,
    DataSet,
    Identification,
    OptionSelect,
    Request,
    TelegramError,
    block_check,
    decode_answer,
    decode_readout,
    encode_answer,
    encode_readout,
    parse_data_sets,
)

COMMANDS = [
    (b"\x01P0\x02(1234567)\x03P", Command("P", "0", "(1234567)")),  # pwitab
    (
        bytes.fromhex("01573202433030332839313033323430393232333929031b"),
        Command("W", "2", "C003(910324092239)"),
    ),  # pwitab
    (b"\x01R1\x021.8.0(1)\x03k", Command("R", "1", "1.8.0(1)")),  # pwitab
    (b"\x01B0\x03q", BREAK),  # pwitab
    (bytes.fromhex("0152320231 32382e31302e3030303028 29035a"), Command("R", "2", "128.10.0000()")),  # ael
]


@pytest.mark.parametrize(("data", "command"), COMMANDS)
def test_published_commands(data: bytes, command: Command) -> None:
    assert command.encode() == data
    assert Command.decode(data) == command


@pytest.mark.parametrize("data", [command for command, _ in COMMANDS])
def test_any_single_wrong_bit_fails_the_block_check(data: bytes) -> None:
    for bit in range(8, 7 * len(data)):
        index, mask = bit // 7, 1 << bit % 7
        if index == len(data) - 2 or not 0 < index < len(data):
            continue  # the end character itself: no longer a message of this form
        changed = bytearray(data)
        changed[index] ^= mask
        with pytest.raises(TelegramError):
            Command.decode(bytes(changed))


def test_a_partial_command_ends_with_eot() -> None:
    command = Command("R", "3", "P.01()", partial=True)
    assert command.encode()[-2] == 0x04
    assert Command.decode(command.encode()) == command


READOUT = b'\x023:14(314*kWh)4:15(415*kWh)\r\n!\r\n\x03"'  # pwitab
KAMSTRUP = b"0.0(00005077354)\r\n6.8(00433.65*GJ)\r\n6.26(03052.95*m3)\r\n6.31(0109868*h)!\r\n"  # go-iec62056


def test_a_published_readout_with_two_data_sets_in_a_line() -> None:
    assert decode_readout(READOUT) == [DataSet("3:14", "314", "kWh"), DataSet("4:15", "415", "kWh")]


def test_the_readout_of_a_heat_meter() -> None:
    # its published block check does not fit the published (altered) values, so it is read bare
    assert decode_readout(KAMSTRUP) == [
        DataSet("0.0", "00005077354"),
        DataSet("6.8", "00433.65", "GJ"),
        DataSet("6.26", "03052.95", "m3"),
        DataSet("6.31", "0109868", "h"),
    ]


def test_a_readout_with_a_wrong_block_check() -> None:
    with pytest.raises(BlockCheckError, match="0x22 fits"):
        decode_readout(READOUT[:-1] + b"x")


def test_a_bare_readout_needs_its_end() -> None:
    # go-iec62056, a Hager meter in mode D
    assert decode_readout(b"\r\n1-0:1.8.0*255(000001.2963)\r\n1-0:52.7.0*255(228.38*V)\r\n!\r\n") == [
        DataSet("1-0:1.8.0*255", "000001.2963"),
        DataSet("1-0:52.7.0*255", "228.38", "V"),
    ]
    with pytest.raises(TelegramError, match="without its end"):
        decode_readout(b"1.8.0(1)\r\n")


def test_a_list_of_values_has_the_address_of_the_first() -> None:
    assert parse_data_sets("P.01(1)(2*kW)\r\n(3)") == [
        DataSet("P.01", "1"),
        DataSet("P.01", "2", "kW"),
        DataSet("P.01", "3"),
    ]


@pytest.mark.parametrize("text", ["Tralalalala", "1.8.0(1", "1.8.0)1(", "1.8.0(1)x"])
def test_text_that_is_no_data_set(text: str) -> None:
    with pytest.raises(TelegramError, match="no data set"):
        parse_data_sets(text)


def test_a_published_answer() -> None:
    assert decode_answer(b"\x023:171.0(0)\x03\x12") == "3:171.0(0)"  # pwitab
    assert encode_answer("3:171.0(0)") == b"\x023:171.0(0)\x03\x12"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"/Els6\\2EK280\r\n", Identification("Els", "6", "EK280", "2")),  # pwitab
        (b"/HAG5eHZ010C_EHZ1vA02\r\n", Identification("HAG", "5", "eHZ010C_EHZ1vA02")),  # go-iec62056
        (b"/KAM MC\r\n", Identification("KAM", " ", "MC")),  # go-iec62056: mode A
        (b"/ISK5\\2MT382-1000\r\n", Identification("ISK", "5", "MT382-1000", "2")),  # go-iec62056
    ],
)
def test_published_identifications(data: bytes, expected: Identification) -> None:
    assert Identification.decode(data) == expected
    assert expected.encode() == data


def test_the_announced_reaction_time() -> None:
    assert Identification("Els", "6").reaction_time_s == 0.02
    assert Identification("ISK", "5").reaction_time_s == 0.2


@pytest.mark.parametrize("data", [b"/?!\r\n", b"/IS\r\n", b"ISK5\r\n", b"/ISK5", b"/ISK5a/b\r\n", b"\xaf\xc9\r\n"])
def test_what_is_no_identification(data: bytes) -> None:
    with pytest.raises(TelegramError):
        Identification.decode(data)


def test_published_requests() -> None:
    assert Request("45678903").encode() == b"/?45678903!\r\n"  # pwitab
    assert Request.decode(b"/?!\r\n") == Request()
    with pytest.raises(TelegramError, match="32 digits"):
        Request("x" * 33).encode()
    with pytest.raises(TelegramError, match="7 bits"):
        Request("Zähler").encode()


def test_published_option_selects() -> None:
    assert OptionSelect("0", "5", "1").encode() == b"\x06051\r\n"  # pwitab
    assert OptionSelect.decode(bytes.fromhex("063235320D0A")) == OptionSelect("2", "5", "2")
    with pytest.raises(TelegramError):
        OptionSelect("22", "5", "2").encode()


printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters="()/!*\\"), max_size=16)
data_sets = st.builds(DataSet, printable.filter(bool), printable, printable)


@given(st.lists(data_sets, max_size=8))
def test_a_readout_comes_back_as_it_was(sets: list[DataSet]) -> None:
    assert decode_readout(encode_readout(sets)) == sets


@given(st.sampled_from("PWREB"), st.sampled_from("0123456789"), st.none() | printable, st.booleans())
def test_a_command_comes_back_as_it_was(command: str, kind: str, data: str | None, partial: bool) -> None:
    telegram = Command(command, kind, data, partial)
    assert Command.decode(telegram.encode()) == telegram


@given(st.binary(max_size=40))
def test_noise_raises_nothing_but_telegram_errors(data: bytes) -> None:
    for decode in (
        Request.decode, Identification.decode, OptionSelect.decode, Command.decode, decode_readout, decode_answer,
    ):  # fmt: skip
        try:
            decode(data)
        except TelegramError:
            pass


@given(st.lists(st.integers(0, 127), max_size=50).map(bytes))
def test_a_message_with_its_block_check_checks_to_zero(data: bytes) -> None:
    assert block_check(data + bytes([block_check(data)])) == 0


# -- modes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("character", "hdlc", "mode"),
    [("5", False, Mode.C), ("5", True, Mode.E), ("E", False, Mode.B), (" ", False, Mode.A), ("G", True, Mode.A)],
)
def test_the_mode_follows_from_the_identification(character: str, hdlc: bool, mode: Mode) -> None:
    assert mode_of(character, hdlc) is mode


def test_baud_rates_of_modes_b_and_c() -> None:
    assert [baud_rate(character) for character in "0123456"] == [300, 600, 1200, 2400, 4800, 9600, 19200]
    assert [baud_rate(character) for character in "ABCDEF"] == [600, 1200, 2400, 4800, 9600, 19200]
    assert baud_character(9600) == "5"
    assert baud_character(9600, Mode.B) == "E"
    assert slower("6", "4") == "4"
    with pytest.raises(UnknownBaudError):
        baud_rate("7")
    with pytest.raises(UnknownBaudError, match="mode B has no 300 baud"):
        baud_character(300, Mode.B)
