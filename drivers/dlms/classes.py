"""Interface classes of COSEM: the data types of their attributes (IEC 62056-6-2; DLMS UA Blue Book).

Nobody here read the standard: `unverified`. The outer types were held against those of gurux_dlms.
"""

from __future__ import annotations

from collections.abc import Mapping

from drivers.dlms.kinds import (
    Kind,
    any_value,
    array,
    bit_string,
    bits,
    boolean,
    capture_object,
    date,
    date_time,
    double_long,
    double_long_unsigned,
    either,
    enum,
    integer,
    logical_name,
    long,
    long_unsigned,
    number,
    octets,
    or_null,
    scaler_unit,
    script,
    structure,
    text,
    time,
    unsigned,
    value_definition,
)

_names = array(logical_name)
_season = structure(octets(), octets(12), octets())
_week = structure(octets(), *[unsigned] * 7)
_day = structure(unsigned, array(structure(time, logical_name, long_unsigned)))
_calendar = (octets(), array(_season), array(_week), array(_day))
_unit_charge = structure(
    structure(integer, integer), value_definition, array(structure(octets(), either(long, double_long)))
)
_rights = structure(array(structure(integer, enum, or_null(array(integer)))), array(structure(integer, enum)))

CLASSES: Mapping[int, tuple[str, tuple[Kind, ...]]] = {
    1: ("data", (any_value,)),
    3: ("register", (any_value, scaler_unit)),
    4: ("extended register", (any_value, scaler_unit, any_value, date_time)),
    5: (
        "demand register",
        (
            *[any_value] * 2,
            scaler_unit,
            any_value,
            date_time,
            date_time,
            double_long_unsigned,
            long_unsigned,
        ),
    ),
    7: (
        "profile generic",
        (
            array(any_value),
            array(capture_object),
            double_long_unsigned,
            enum,
            capture_object,
            double_long_unsigned,
            double_long_unsigned,
        ),
    ),
    8: ("clock", (date_time, long, unsigned, date_time, date_time, integer, boolean, enum)),
    9: (
        "script table",
        (array(structure(long_unsigned, array(structure(enum, long_unsigned, logical_name, integer, any_value)))),),
    ),
    11: ("special days table", (array(structure(long_unsigned, date, unsigned)),)),
    15: (
        "association LN",
        (
            array(structure(long_unsigned, unsigned, logical_name, _rights)),
            structure(integer, long_unsigned),
            either(octets(7), structure(*[number] * 7)),
            structure(bits(24), long_unsigned, long_unsigned, unsigned, integer, octets()),
            either(octets(7), structure(*[number] * 7)),
            octets(),
            enum,
            logical_name,
            array(structure(unsigned, text)),
            structure(unsigned, text),
        ),
    ),
    17: ("SAP assignment", (array(structure(long_unsigned, octets())),)),
    18: (
        "image transfer",
        (
            double_long_unsigned,
            bit_string,
            double_long_unsigned,
            boolean,
            enum,
            array(structure(double_long_unsigned, octets(), octets())),
        ),
    ),
    20: ("activity calendar", (*_calendar, *_calendar, date_time)),
    21: ("register monitor", (array(any_value), value_definition, array(structure(script, script)))),
    22: ("single action schedule", (script, enum, array(structure(time, date)))),
    40: (
        "push setup",
        (
            array(capture_object),
            structure(enum, octets(), enum),
            array(structure(date_time, date_time)),
            long_unsigned,
            unsigned,
            long_unsigned,
        ),
    ),
    64: (
        "security setup",
        (
            enum,
            enum,
            octets(0, 8),
            octets(8),
            array(structure(enum, enum, octets(), octets(), octets(), octets())),
        ),
    ),
    70: ("disconnect control", (boolean, enum, enum)),
    71: (
        "limiter",
        (
            value_definition,
            *[any_value] * 3,
            double_long_unsigned,
            double_long_unsigned,
            structure(long_unsigned, date_time, double_long_unsigned),
            array(long_unsigned),
            boolean,
            structure(script, script),
        ),
    ),
    72: (
        "M-Bus client",
        (
            logical_name,
            array(structure(octets(), octets())),
            double_long_unsigned,
            unsigned,
            double_long_unsigned,
            long_unsigned,
            *[unsigned] * 5,
            long_unsigned,
            enum,
        ),
    ),
    111: (
        "account",
        (
            structure(enum, enum),
            unsigned,
            bit_string,
            *[double_long] * 4,
            _names,
            _names,
            array(structure(logical_name, logical_name, bit_string)),
            array(structure(logical_name, unsigned)),
            date_time,
            date_time,
            structure(text, integer, enum),
            double_long,
            double_long,
            long_unsigned,
            double_long,
        ),
    ),
    112: (
        "credit",
        (
            double_long,
            enum,
            unsigned,
            double_long,
            double_long,
            bit_string,
            enum,
            double_long,
            double_long,
            date_time,
        ),
    ),
    113: (
        "charge",
        (
            double_long,
            enum,
            unsigned,
            _unit_charge,
            _unit_charge,
            date_time,
            double_long_unsigned,
            bit_string,
            date_time,
            double_long,
            double_long,
            long_unsigned,
        ),
    ),
    115: ("token gateway", (octets(), date_time, array(octets()), enum, structure(enum, bit_string))),
}
"""Name of the class, and the kinds of its attributes from the second on; the first is the logical name."""


def kind_of(class_id: int, index: int) -> Kind | None:
    """The kind of an attribute; None for a class or an attribute that nobody stated here."""
    if index == 1:
        return logical_name
    _name, kinds = CLASSES.get(class_id, ("", ()))
    return kinds[index - 2] if 0 <= index - 2 < len(kinds) else None
