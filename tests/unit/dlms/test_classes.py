"""Kinds of data as class definitions state them, and the classes of COSEM."""

from __future__ import annotations

import pytest

from drivers.dlms import kinds
from drivers.dlms.classes import CLASSES, kind_of
from drivers.dlms.data import (
    I8,
    NULL,
    U8,
    U16,
    U32,
    Array,
    BitString,
    Data,
    Enum,
    OctetString,
    Structure,
    VisibleString,
)
from drivers.dlms.kinds import Kind


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (kinds.unsigned, U8(3)),
        (kinds.scaler_unit, Structure([I8(-1), Enum(30)])),
        (kinds.octets(), OctetString(b"")),
        (kinds.octets(0, 8), OctetString(bytes(8))),
        (kinds.bits(3), BitString("101")),
        (kinds.array(kinds.long_unsigned), Array([])),
        (kinds.array(kinds.long_unsigned), Array([U16(1), U16(2)])),
        (kinds.or_null(kinds.enum), NULL),
        (kinds.either(kinds.enum, kinds.text), VisibleString("kWh")),
        (kinds.any_value, NULL),
        (kinds.number, U32(7)),
    ],
)
def test_a_value_is_of_its_kind(kind: Kind, value: Data) -> None:
    assert kind(value) == ""


@pytest.mark.parametrize(
    ("kind", "value", "wrong"),
    [
        (kinds.unsigned, U16(3), "U16(3) is no unsigned"),
        (kinds.enum, U8(3), "U8(3) is no enum"),
        (kinds.boolean, U8(1), "U8(1) is no boolean"),
        (kinds.number, Enum(7), "Enum(7) is no number"),
        (kinds.logical_name, OctetString(bytes(5)), "an octet-string of 5 bytes, not 6"),
        (kinds.bits(24), BitString("1"), "a bit-string of 1 bits, not 24"),
        (kinds.scaler_unit, Structure([I8(0)]), "a structure of 1 elements, not 2"),
        (kinds.scaler_unit, Structure([I8(0), U8(30)]), "element 2: U8(30) is no enum"),
        (kinds.array(kinds.enum), Array([Enum(1), U8(2)]), "element 2: U8(2) is no enum"),
        (kinds.either(kinds.enum, kinds.text), U8(1), "U8(1) is no enum"),
    ],
)
def test_what_is_wrong_with_a_value_is_told(kind: Kind, value: Data, wrong: str) -> None:
    assert kind(value) == wrong


def test_every_class_names_its_first_attribute_by_the_logical_name() -> None:
    assert all(kind_of(class_id, 1) is kinds.logical_name for class_id in CLASSES)


@pytest.mark.parametrize(("class_id", "attributes"), [(3, 3), (5, 9), (7, 8), (8, 9), (15, 11), (70, 4), (111, 19)])
def test_a_class_has_as_many_attributes_as_the_standard_states(class_id: int, attributes: int) -> None:
    assert kind_of(class_id, attributes) is not None
    assert kind_of(class_id, attributes + 1) is None


def test_of_an_unknown_class_only_the_logical_name_is_known() -> None:
    assert kind_of(9999, 2) is None
