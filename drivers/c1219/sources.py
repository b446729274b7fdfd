"""Decade 1, as far as registers need it: data sources and their units (NIST)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

from drivers.c1219.codecs import U8, U32, Layout, Several

ACT_SOURCES, UNITS, SOURCES = 11, 12, 16


@dataclass(frozen=True, slots=True)
class ActualSources:
    """Table 11: how many entries the tables of this decade have."""

    flags: int
    units: int
    demand_controls: int
    data_control_length: int
    data_controls: int
    constants: int
    constants_kind: int
    sources: int


ACT_SOURCES_LAYOUT = Layout(
    ActualSources, flags=U8, units=U8, demand_controls=U8, data_control_length=U8, data_controls=U8, constants=U8,
    constants_kind=U8, sources=U8,
)  # fmt: skip

MULTIPLIERS = (0, 2, 3, 6, 9, -2, -3, -6)
"""Powers of ten by the code of the multiplier (unverified)."""
BULK, INSTANTANEOUS, BLOCK_AVERAGE = 0, 1, 4
"""TIME_BASE: a register that counts, a value of the moment, an average over a window (unverified)."""
WATT, VAR, VOLT_AMPERE, VOLT, AMPERE, HERTZ, HOUR = 0, 1, 2, 8, 12, 33, 51
"""ID_CODE of quantities; the first three from NIST, the others unverified."""
_SYMBOLS = {WATT: "W", VAR: "var", VOLT_AMPERE: "VA", VOLT: "V", AMPERE: "A", HERTZ: "Hz", HOUR: "h"}


@dataclass(frozen=True, slots=True)
class Unit:
    """One entry of table 12. ``quadrants`` are those whose flow it counts, 1 to 4; ``multiplier`` is a code."""

    code: int
    time_base: int = BULK
    multiplier: int = 0
    quadrants: frozenset[int] = frozenset()
    net: bool = False

    @property
    def scaler(self) -> int:
        """The power of ten by which a value is multiplied."""
        return MULTIPLIERS[self.multiplier]

    @property
    def symbol(self) -> str:
        """``Wh``, ``V``, ...; the code as text for a quantity that has no name here."""
        name = _SYMBOLS.get(self.code, f"unit {self.code}")
        return f"{name}h" if self.time_base == BULK and self.code in (WATT, VAR, VOLT_AMPERE) else name

    def packed(self) -> int:
        """The entry as one number: id 8 bits, time base 3, multiplier 3, quadrants 4, net 1."""
        flow = sum(1 << 13 + quadrant for quadrant in self.quadrants)
        return self.code | self.time_base << 8 | self.multiplier << 11 | flow | int(self.net) << 18

    @classmethod
    def unpacked(cls, word: int) -> Unit:
        """The entry from its number."""
        quadrants = frozenset(quadrant for quadrant in range(1, 5) if word >> 13 + quadrant & 1)
        return cls(word & 255, word >> 8 & 7, word >> 11 & 7, quadrants, bool(word >> 18 & 1))


@dataclass(frozen=True, slots=True)
class UnitTable:
    """Table 12, one entry for each source that has the flag `SourceLink.UNIT`, in their order."""

    entries: tuple[int, ...]

    def units(self) -> tuple[Unit, ...]:
        """The entries."""
        return tuple(Unit.unpacked(word) for word in self.entries)


def unit_table(actual: ActualSources) -> Layout[UnitTable]:
    """The layout of table 12."""
    return Layout(UnitTable, entries=Several(U32, actual.units))


class SourceLink(IntFlag):
    """Which tables have an entry for a source."""

    UNIT = 1
    DEMAND_CONTROL = 2
    DATA_CONTROL = 4
    CONSTANTS = 8
    ENGINEERING_UNITS = 16
    CONSTANTS_TO_BE_APPLIED = 32


@dataclass(frozen=True, slots=True)
class SourceTable:
    """Table 16, the flags of each source."""

    links: tuple[int, ...]


def source_table(actual: ActualSources) -> Layout[SourceTable]:
    """The layout of table 16."""
    return Layout(SourceTable, links=Several(U8, actual.sources))


def unit_of(source: int, sources: SourceTable, units: UnitTable) -> Unit | None:
    """The unit of a source, None where it has none."""
    links = sources.links
    if source >= len(links) or not links[source] & SourceLink.UNIT:
        return None
    index = sum(1 for link in links[:source] if link & SourceLink.UNIT)
    known = units.units()
    return known[index] if index < len(known) else None
