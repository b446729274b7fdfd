"""Physical units of COSEM (IEC 62056-6-2, enum of scaler_unit), as symbols."""

from __future__ import annotations

from enum import IntEnum


class Unit(IntEnum):
    """The units that electricity meters use. Others are shown by number (`symbol`)."""

    YEAR = 1
    MONTH = 2
    WEEK = 3
    DAY = 4
    HOUR = 5
    MINUTE = 6
    SECOND = 7
    DEGREE = 8
    CELSIUS = 9
    CURRENCY = 10
    METRE = 11
    CUBIC_METRE = 13
    LITRE = 19
    KILOGRAM = 20
    NEWTON_METRE = 22
    PASCAL = 23
    BAR = 24
    JOULE = 25
    WATT = 27
    VOLT_AMPERE = 28
    VAR = 29
    WATT_HOUR = 30
    VOLT_AMPERE_HOUR = 31
    VAR_HOUR = 32
    AMPERE = 33
    COULOMB = 34
    VOLT = 35
    VOLT_PER_METRE = 36
    FARAD = 37
    OHM = 38
    HERTZ = 44
    PER_WATT_HOUR = 45
    PER_VAR_HOUR = 46
    PER_VOLT_AMPERE_HOUR = 47
    VOLT_SQUARED_HOUR = 48
    AMPERE_SQUARED_HOUR = 49
    KELVIN = 52
    PERCENT = 56
    AMPERE_HOUR = 57
    DBM = 70
    DECIBEL = 72
    OTHER = 254
    NONE = 255


_SYMBOLS = {
    Unit.YEAR: "a", Unit.MONTH: "mo", Unit.WEEK: "wk", Unit.DAY: "d", Unit.HOUR: "h", Unit.MINUTE: "min",
    Unit.SECOND: "s", Unit.DEGREE: "°", Unit.CELSIUS: "°C", Unit.CURRENCY: "currency", Unit.METRE: "m",
    Unit.CUBIC_METRE: "m³", Unit.LITRE: "l", Unit.KILOGRAM: "kg", Unit.NEWTON_METRE: "Nm", Unit.PASCAL: "Pa",
    Unit.BAR: "bar", Unit.JOULE: "J", Unit.WATT: "W", Unit.VOLT_AMPERE: "VA", Unit.VAR: "var",
    Unit.WATT_HOUR: "Wh", Unit.VOLT_AMPERE_HOUR: "VAh", Unit.VAR_HOUR: "varh", Unit.AMPERE: "A",
    Unit.COULOMB: "C", Unit.VOLT: "V", Unit.VOLT_PER_METRE: "V/m", Unit.FARAD: "F", Unit.OHM: "Ω",
    Unit.HERTZ: "Hz", Unit.PER_WATT_HOUR: "1/Wh", Unit.PER_VAR_HOUR: "1/varh",
    Unit.PER_VOLT_AMPERE_HOUR: "1/VAh", Unit.VOLT_SQUARED_HOUR: "V²h", Unit.AMPERE_SQUARED_HOUR: "A²h",
    Unit.KELVIN: "K", Unit.PERCENT: "%", Unit.AMPERE_HOUR: "Ah", Unit.DBM: "dBm", Unit.DECIBEL: "dB",
    Unit.OTHER: "other", Unit.NONE: "",
}  # fmt: skip


def symbol(unit: int) -> str:
    """The symbol of a unit number; ``unit 99`` for one that is not in the table, an empty text for *no unit*."""
    return _SYMBOLS.get(unit, f"unit {unit}")  # type: ignore[call-overload, no-any-return]
