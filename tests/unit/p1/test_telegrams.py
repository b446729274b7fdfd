"""P1 telegrams: the example of the P1 Companion Standard 5.0.2 and one of a meter in service, read and written."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from drivers.p1.crc import crc16
from drivers.p1.reader import LONGEST, TelegramReader
from drivers.p1.telegram import Line, P1CheckError, P1Error, Quantity, Telegram, moment, shown_moment


def _lines(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()


MESSAGE = "303132333435363738393A3B3C3D3E3F" * 5
EXAMPLE = _lines(
    "/ISk5\\2MT382-1000", "", "1-3:0.2.8(50)", "0-0:1.0.0(101209113020W)",
    "0-0:96.1.1(4B384547303034303436333935353037)", "1-0:1.8.1(123456.789*kWh)", "1-0:1.8.2(123456.789*kWh)",
    "1-0:2.8.1(123456.789*kWh)", "1-0:2.8.2(123456.789*kWh)", "0-0:96.14.0(0002)", "1-0:1.7.0(01.193*kW)",
    "1-0:2.7.0(00.000*kW)", "0-0:96.7.21(00004)", "0-0:96.7.9(00002)",
    "1-0:99.97.0(2)(0-0:96.7.19)(101208152415W)(0000000240*s)(101208151004W)(0000000301*s)", "1-0:32.32.0(00002)",
    "1-0:52.32.0(00001)", "1-0:72.32.0(00000)", "1-0:32.36.0(00000)", "1-0:52.36.0(00003)", "1-0:72.36.0(00000)",
    f"0-0:96.13.0({MESSAGE})", "1-0:32.7.0(220.1*V)", "1-0:52.7.0(220.2*V)", "1-0:72.7.0(220.3*V)",
    "1-0:31.7.0(001*A)", "1-0:51.7.0(002*A)", "1-0:71.7.0(003*A)", "1-0:21.7.0(01.111*kW)", "1-0:41.7.0(02.222*kW)",
    "1-0:61.7.0(03.333*kW)", "1-0:22.7.0(04.444*kW)", "1-0:42.7.0(05.555*kW)", "1-0:62.7.0(06.666*kW)",
    "0-1:24.1.0(003)", "0-1:96.1.0(3232323241424344313233343536373839)", "0-1:24.2.1(101209112500W)(12785.123*m3)",
    "!E47C",
)  # fmt: skip
"""P1 Companion Standard 5.0.2, 6.13. Its printed check, EF2F, fits no text that anybody has; E47C is what public
parsers' tests have for it."""
IN_SERVICE = _lines(
    "/ISK5\\2M550T-1012", "", "1-3:0.2.8(50)", "0-0:1.0.0(190324150541W)",
    "0-0:96.1.1(4530303434303037313331363530363138)", "1-0:1.8.1(003432.829*kWh)", "1-0:1.8.2(003224.632*kWh)",
    "1-0:2.8.1(000000.000*kWh)", "1-0:2.8.2(000000.000*kWh)", "0-0:96.14.0(0001)", "1-0:1.7.0(00.433*kW)",
    "1-0:2.7.0(00.000*kW)", "0-0:96.7.21(00005)", "0-0:96.7.9(00003)",
    "1-0:99.97.0(1)(0-0:96.7.19)(180417201458S)(0000000236*s)", "1-0:32.32.0(00001)", "1-0:52.32.0(00001)",
    "1-0:72.32.0(00001)", "1-0:32.36.0(00001)", "1-0:52.36.0(00001)", "1-0:72.36.0(00001)", "0-0:96.13.0()",
    "1-0:32.7.0(236.7*V)", "1-0:52.7.0(234.5*V)", "1-0:72.7.0(236.0*V)", "1-0:31.7.0(000*A)", "1-0:51.7.0(000*A)",
    "1-0:71.7.0(002*A)", "1-0:21.7.0(00.045*kW)", "1-0:41.7.0(00.010*kW)", "1-0:61.7.0(00.379*kW)",
    "1-0:22.7.0(00.000*kW)", "1-0:42.7.0(00.000*kW)", "1-0:62.7.0(00.000*kW)", "!9DF0",
)  # fmt: skip
"""A meter of Iskra, published with the DSMR parser of nielsbasjes/energy."""


def test_the_check_is_crc_16_arc() -> None:
    assert crc16(b"123456789") == 0xBB3D  # catalogue of parametrised CRC algorithms, CRC-16/ARC


@pytest.mark.parametrize("raw", [EXAMPLE, IN_SERVICE], ids=["standard", "in service"])
def test_published_telegrams_are_read_and_written(raw: bytes) -> None:
    assert Telegram.decode(raw).encode() == raw


def test_values_of_the_standard_s_example() -> None:
    telegram = Telegram.decode(EXAMPLE)
    assert telegram.identification == "ISk5\\2MT382-1000"
    assert telegram.quantity("1-0:1.8.1") == Quantity(Decimal("123456.789"), "kWh")
    assert telegram.quantity("0-0:96.14.0") == Quantity(Decimal(2))
    assert telegram.quantity("0-1:24.2.1") == Quantity(Decimal("12785.123"), "m3")
    assert telegram.moment("0-1:24.2.1") == datetime(2010, 12, 9, 10, 25, tzinfo=UTC).timestamp()
    assert telegram.text("0-1:96.1.0") == "2222ABCD123456789"
    assert len(telegram.line("1-0:99.97.0").values) == 6


def test_summer_time_is_two_hours_ahead() -> None:
    at = datetime(2018, 4, 17, 18, 14, 58, tzinfo=UTC).timestamp()
    assert moment("180417201458S") == at
    assert shown_moment(at, saving=True) == "180417201458S"


def test_one_changed_character_is_seen() -> None:
    with pytest.raises(P1CheckError, match="where E47C fits"):
        Telegram.decode(EXAMPLE.replace(b"!E47C", b"!E47D"))
    with pytest.raises(P1CheckError):
        Telegram.decode(EXAMPLE.replace(b"01.193", b"01.194"))


@pytest.mark.parametrize(
    ("raw", "why"),
    [(EXAMPLE[1:], "no telegram"), (EXAMPLE[:-2], "no telegram"), (Telegram("X", ()).encode()[:-1], "no telegram")],
)
def test_what_is_no_telegram_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(P1Error, match=why):
        Telegram.decode(raw)


def test_lines_that_are_none_are_refused_though_the_check_fits() -> None:
    whole = b"/X\r\n\r\nnonsense\r\n!"
    with pytest.raises(P1Error, match="no line of a telegram"):
        Telegram.decode(whole + f"{crc16(whole):04X}\r\n".encode())


def test_a_telegram_says_which_line_it_lacks() -> None:
    telegram = Telegram("X", (Line("1-0:1.8.1", ("abc",)),))
    with pytest.raises(P1Error, match=r"no line 1-0:1\.8\.2"):
        telegram.quantity("1-0:1.8.2")
    with pytest.raises(P1Error, match="no number"):
        telegram.quantity("1-0:1.8.1")


def test_a_reader_that_begins_in_the_middle_finds_the_next_telegram() -> None:
    reader = TelegramReader()
    stream = EXAMPLE[200:] + IN_SERVICE + EXAMPLE
    found = [raw for start in range(0, len(stream), 7) for raw in reader.feed(stream[start : start + 7])]
    assert found == [IN_SERVICE, EXAMPLE]


def test_endless_noise_is_given_up() -> None:
    reader = TelegramReader()
    assert reader.feed(b"/" + b"x" * (2 * LONGEST)) == []
    assert reader.feed(IN_SERVICE) == [IN_SERVICE]
