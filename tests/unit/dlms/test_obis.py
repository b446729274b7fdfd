"""Logical names."""

from __future__ import annotations

import pytest

from drivers.dlms.obis import Obis


@pytest.mark.parametrize("text", ["1.0.1.8.0.255", "1-0:1.8.0*255", "1-0:1.8.0", " 1-0:1.8.0.255 "])
def test_the_usual_ways_to_write_a_name_mean_the_same_bytes(text: str) -> None:
    assert Obis(text) == bytes.fromhex("0100010800ff")
    assert str(Obis(text)) == "1.0.1.8.0.255"


@pytest.mark.parametrize("text", ["", "1.8.0", "1.0.1.8.0.256", "a.b.c.d.e.f", "1.0.1.8.0.255.1"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an OBIS code"):
        Obis(text)


def test_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="6 bytes"):
        Obis(bytes(5))


def test_groups_can_be_replaced() -> None:
    assert str(Obis("1.0.1.8.0.255").with_group(c=2, e=3)) == "1.0.2.8.3.255"


def test_a_name_formats_as_its_text() -> None:
    assert f"{Obis('0.0.1.0.0.255')}" == "0.0.1.0.0.255"
