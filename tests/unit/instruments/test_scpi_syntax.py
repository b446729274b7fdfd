"""Program messages: headers, levels, suffixes, parameters (IEEE 488.2-1992, 7; SCPI-99 volume 1, 6 and 7)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.instruments.scpi_errors import ScpiError
from fixtures.instruments.scpi_syntax import Parameters, asks, short_form, units_of


def paths(message: str) -> list[str]:
    return [":".join(name for name, _ in unit.path) + "?" * unit.query for unit in units_of(message)]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("volt 230", ["VOLT"]),
        (":SOUR:VOLT 230;FREQ 50", ["SOUR:VOLT", "SOUR:FREQ"]),
        (":SOUR:VOLT 230;:OUTP ON", ["SOUR:VOLT", "OUTP"]),
        ("SOUR:VOLT:LEV 1;*CLS;IMM?", ["SOUR:VOLT:LEV", "*CLS", "SOUR:VOLT:IMM?"]),
        ("*IDN?; *OPC?", ["*IDN?", "*OPC?"]),
        ("", []),
        (" ; ;", []),
    ],
)
def test_headers_continue_on_the_level_of_the_one_before(message: str, expected: list[str]) -> None:
    assert paths(message) == expected


def test_numeric_suffix_belongs_to_its_node() -> None:
    (unit,) = units_of("SOUR2:VOLT 1")
    assert unit.path == (("SOUR", 2), ("VOLT", None))


def test_separators_inside_a_string_separate_nothing() -> None:
    (unit,) = units_of("DISP:TEXT 'a;b,c', 2")
    assert unit.parameters == ("'a;b,c'", "2")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("VOLT:", -102),
        ("VOLT::LEV 1", -102),
        ("1VOLT", -102),
        ("VOLT 1,", -102),
        ("VOLT 1,,2", -102),
        ("VOLT?? 1", -102),
        ("VOLT 'open", -151),
        ("VOLT \x07", -101),
        ("VOLT 2\xb2", -101),
    ],
)
def test_what_is_no_program_message_is_a_command_error(message: str, code: int) -> None:
    with pytest.raises(ScpiError) as caught:
        list(units_of(message))
    assert caught.value.code == code


def code_of(message: str) -> int:
    try:
        list(units_of(message))
    except ScpiError as error:
        return error.code
    return 0


@given(st.text(max_size=60))
def test_any_text_is_units_or_a_command_error(message: str) -> None:
    assert -199 <= code_of(message) <= -100 or code_of(message) == 0
    asks(message)


@pytest.mark.parametrize(("word", "short"), [("VOLTage", "VOLT"), ("IMMediate", "IMM"), ("ON", "ON"), ("*IDN", "*IDN")])
def test_capitals_are_the_short_form(word: str, short: str) -> None:
    assert short_form(word) == short


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("230", 230.0),
        ("+2.3E2", 230.0),
        (".5", 0.5),
        ("0.23 kV", 230.0),
        ("230000mv", 230.0),
        ("MAX", 300.0),
        ("minimum", 0.0),
        ("DEF", 120.0),
    ],
)
def test_numbers_with_suffixes_and_words(text: str, value: float) -> None:
    assert Parameters((text,)).number("V", 0.0, 300.0, 120.0) == pytest.approx(value)


def test_mega_is_the_m_of_hertz_and_ohm_only() -> None:
    assert Parameters(("1MHZ",)).number("HZ", 0.0, 1e7, 0.0) == 1e6
    assert Parameters(("1MV",)).number("V", 0.0, 1e7, 0.0) == 1e-3
    assert Parameters(("1MAV",)).number("V", 0.0, 1e7, 0.0) == 1e6


@pytest.mark.parametrize(
    ("text", "code"), [("300.1", -222), ("-1", -222), ("1e999", -222), ("5A", -131), ("loud", -104), ("1.2.3", -120)]
)
def test_numbers_that_do_not_fit(text: str, code: int) -> None:
    with pytest.raises(ScpiError) as caught:
        Parameters((text,)).number("V", 0.0, 300.0, 120.0)
    assert caught.value.code == code


@pytest.mark.parametrize(("text", "value"), [("ON", True), ("off", False), ("0", False), ("0.4", False), ("-3", True)])
def test_booleans(text: str, value: bool) -> None:
    assert Parameters((text,)).boolean() is value


def test_parameters_missing_and_left_over() -> None:
    with pytest.raises(ScpiError) as missing:
        Parameters(()).boolean()
    assert missing.value.code == -109
    with pytest.raises(ScpiError) as left_over:
        Parameters(("1",)).end()
    assert left_over.value.code == -108


def test_choice_takes_short_and_long_form_only() -> None:
    assert Parameters(("power",)).choice("POWer", "CURRent") == "POW"
    with pytest.raises(ScpiError) as caught:
        Parameters(("powe",)).choice("POWer", "CURRent")
    assert caught.value.code == -141
