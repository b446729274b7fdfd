"""Command sets: other words for other makes, checked when they are declared."""

from __future__ import annotations

import pytest

from drivers.scpi.commands import AC_SOURCE, LOAD_SIDE_SOURCE, CommandSet, NotOfferedError, UnknownCommandError


def test_blanks_are_filled_with_plain_decimal_numbers() -> None:
    assert AC_SOURCE.text("set_voltage", value=230.0) == "SOUR:VOLT 230"
    assert AC_SOURCE.text("set_voltage", value=0.1 + 0.2) == "SOUR:VOLT 0.3"


def test_other_words_replace_single_entries_only() -> None:
    dialect = AC_SOURCE.replaced({"set_voltage": "VSET1:{value}"})
    assert dialect.text("set_voltage", value=115.5) == "VSET1:115.5"
    assert dialect.text("output_on") == AC_SOURCE.text("output_on")
    assert AC_SOURCE.text("set_voltage", value=115.5) == "SOUR:VOLT 115.5"


def test_unknown_purpose_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownCommandError, match=r"set_volts.*set_voltage"):
        AC_SOURCE.replaced({"set_volts": "V {value}"})


@pytest.mark.parametrize("template", ["VOLT {volts}", "VOLT {", "VOLT {0}"])
def test_template_that_nothing_fills_in_is_refused(template: str) -> None:
    with pytest.raises(UnknownCommandError):
        AC_SOURCE.replaced({"set_voltage": template})


def test_empty_entry_means_not_offered() -> None:
    dialect = LOAD_SIDE_SOURCE.replaced({"set_power": ""})
    assert not dialect.offers("set_power")
    with pytest.raises(NotOfferedError, match="set_power"):
        dialect.text("set_power", value=1.0)


def test_set_cannot_be_changed_from_outside() -> None:
    words = {"identity": "*IDN?"}
    commands = CommandSet(words)
    words["identity"] = "ID?"
    assert commands.text("identity") == "*IDN?"
