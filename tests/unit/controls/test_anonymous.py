"""The white-list of what a meter may show to anybody."""

from __future__ import annotations

import pytest

from bench.controls.dlms._anonymous import is_white_listed
from drivers.dlms.apdu import Attribute
from drivers.dlms.obis import Obis


def attribute(text: str) -> Attribute:
    class_id, name, index = text.split("/")
    return Attribute(int(class_id), Obis(name), int(index))


@pytest.mark.parametrize(
    "shown",
    [
        "15/0.0.40.0.0.255/2",
        "17/0.0.41.0.0.255/2",
        "1/0.0.42.0.0.255/2",
        "8/0.0.1.0.0.255/2",
        "1/0.0.96.1.0.255/2",
        "1/0.0.96.1.9.255/2",
        "1/0.0.43.1.3.255/2",
        "1/1.0.0.2.0.255/2",
        "1/1.0.0.2.8.255/2",
    ],
)
def test_who_the_device_is_may_be_shown(shown: str) -> None:
    assert is_white_listed(attribute(shown))


@pytest.mark.parametrize(
    "hidden",
    [
        "15/0.0.40.0.0.255/7",
        "15/0.0.40.0.2.255/2",
        "7/1.0.99.1.0.255/2",
        "3/1.0.1.8.0.255/2",
        "64/0.0.43.0.0.255/2",
        "70/0.0.96.3.10.255/2",
        "1/0.0.96.1.10.255/2",
        "1/0.0.96.13.0.255/2",
        "3/0.0.1.0.0.255/2",
    ],
)
def test_nothing_else_may_be_shown(hidden: str) -> None:
    assert not is_white_listed(attribute(hidden))


def test_the_readers_own_association_may_be_shown_by_its_other_name_but_for_the_secret() -> None:
    own = frozenset({Obis("0.0.40.0.5.255")})
    assert is_white_listed(attribute("15/0.0.40.0.5.255/3"), own)
    assert not is_white_listed(attribute("15/0.0.40.0.5.255/7"), own)
