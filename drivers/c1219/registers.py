"""Decade 2: registers (NIST; MSDK for table 20)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import Any

from drivers.c1219.codecs import NI1, NI2, STIME, U8, U16, Bits, Codec, Layout, Several

(
    DIM_REGISTERS, ACT_REGISTERS, SELECTION, CURRENT, PREVIOUS_SEASON, PREVIOUS_RESET, SELF_READS, PRESENT_SELECTION,
    PRESENT,
) = range(20, 29)  # fmt: skip


class RegisterFlags(IntFlag):
    """REG_FUNC1_FLAGS in the low byte, REG_FUNC2_FLAGS in the high one."""

    SEASON = 1 << 0
    DATE_TIME = 1 << 1
    RESET_COUNTER = 1 << 2
    RESET_LOCK = 1 << 3
    CUMULATIVE = 1 << 4
    CONTINUOUS_CUMULATIVE = 1 << 5
    TIME_REMAINING = 1 << 6
    SELF_READ_INHIBIT_OVERFLOW = 1 << 8
    SELF_READ_SEQUENCE = 1 << 9
    DAILY_SELF_READ = 1 << 10
    WEEKLY_SELF_READ = 1 << 11


@dataclass(frozen=True, slots=True)
class ActualRegisters:
    """Tables 20 (most) and 21 (in use): which fields the registers have, and how many of each there are."""

    flags1: int = 0
    flags2: int = 0
    self_reads: int = 0
    summations: int = 0
    demands: int = 0
    coincidents: int = 0
    occurrences: int = 0
    tiers: int = 0
    present_demands: int = 0
    present_values: int = 0

    @property
    def flags(self) -> RegisterFlags:
        """Both bytes of flags."""
        return RegisterFlags(self.flags1 | self.flags2 << 8)


REGISTERS_LAYOUT = Layout(
    ActualRegisters, flags1=U8, flags2=U8, self_reads=U8, summations=U8, demands=U8, coincidents=U8, occurrences=U8,
    tiers=U8, present_demands=U8, present_values=U8,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Selection:
    """Table 22: the sources (indices into table 16) of summations, demands and coincident values."""

    summations: tuple[int, ...]
    demands: tuple[int, ...] = ()
    maxima: frozenset[int] = frozenset()
    coincidents: tuple[int, ...] = ()
    coincident_demands: tuple[int, ...] = ()


def selection(actual: ActualRegisters) -> Layout[Selection]:
    """The layout of table 22."""
    return Layout(
        Selection, summations=Several(U8, actual.summations), demands=Several(U8, actual.demands),
        maxima=Bits(-(-actual.demands // 8)), coincidents=Several(U8, actual.coincidents),
        coincident_demands=Several(U8, actual.coincidents),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Demand:
    """One demand register; fields that the meter does not keep are empty or 0."""

    demand: tuple[float, ...] = ()
    times: tuple[float | None, ...] = ()
    cumulative: float = 0
    continuous_cumulative: float = 0


@dataclass(frozen=True, slots=True)
class Block:
    """One data block: summations (energies), demands, coincident values."""

    summations: tuple[float, ...]
    demands: tuple[Demand, ...] = ()
    coincidents: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterData:
    """Table 23: the total block and one for each tier."""

    total: Block
    tiers: tuple[Block, ...] = ()
    resets: int = 0


def _demand(actual: ActualRegisters) -> Layout[Demand]:
    fields: dict[str, Codec[Any]] = {}
    if RegisterFlags.DATE_TIME in actual.flags:
        fields["times"] = Several(STIME, actual.occurrences)
    if RegisterFlags.CUMULATIVE in actual.flags:
        fields["cumulative"] = NI1
    if RegisterFlags.CONTINUOUS_CUMULATIVE in actual.flags:
        fields["continuous_cumulative"] = NI1
    return Layout(Demand, **fields, demand=Several(NI2, actual.occurrences))


def _block(actual: ActualRegisters) -> Layout[Block]:
    return Layout(
        Block, summations=Several(NI1, actual.summations), demands=Several(_demand(actual), actual.demands),
        coincidents=Several(Several(NI2, actual.occurrences), actual.coincidents),
    )  # fmt: skip


def register_data(actual: ActualRegisters) -> Layout[RegisterData]:
    """The layout of table 23, which those of 24 to 26 contain."""
    block = _block(actual)
    counted = {"resets": U8} if RegisterFlags.RESET_COUNTER in actual.flags else {}
    return Layout(RegisterData, **counted, total=block, tiers=Several(block, actual.tiers))


@dataclass(frozen=True, slots=True)
class PastData:
    """Tables 24 and 25, and an entry of 26: registers as they were, when, and in which season (layout unverified)."""

    registers: RegisterData
    at: float | None = None
    season: int = 0
    sequence: int = 0


def past_data(actual: ActualRegisters, *, sequence: bool = False) -> Layout[PastData]:
    """The layout of tables 24 and 25; with ``sequence`` that of a self-read, where the meter numbers them."""
    fields: dict[str, Codec[Any]] = {}
    if sequence and RegisterFlags.SELF_READ_SEQUENCE in actual.flags:
        fields["sequence"] = U16
    if RegisterFlags.DATE_TIME in actual.flags:
        fields["at"] = STIME
    if RegisterFlags.SEASON in actual.flags:
        fields["season"] = U8
    return Layout(PastData, **fields, registers=register_data(actual))


@dataclass(frozen=True, slots=True)
class SelfReads:
    """Table 26: a list of self-reads with its status (layout unverified, as that of the logs)."""

    flags: int
    valid: int
    last: int
    last_sequence: int
    unread: int
    entries: tuple[PastData, ...]


def self_reads(actual: ActualRegisters) -> Layout[SelfReads]:
    """The layout of table 26."""
    return Layout(
        SelfReads, flags=U8, valid=U8, last=U8, last_sequence=U16, unread=U8,
        entries=Several(past_data(actual, sequence=True), actual.self_reads),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PresentSelection:
    """Table 27: the sources of table 28."""

    demands: tuple[int, ...]
    values: tuple[int, ...]


def present_selection(actual: ActualRegisters) -> Layout[PresentSelection]:
    """The layout of table 27."""
    demands, values = Several(U8, actual.present_demands), Several(U8, actual.present_values)
    return Layout(PresentSelection, demands=demands, values=values)


@dataclass(frozen=True, slots=True)
class Present:
    """Table 28: demands and values of the moment."""

    demands: tuple[float, ...]
    values: tuple[float, ...]


def present(actual: ActualRegisters) -> Layout[Present]:
    """The layout of table 28 of a meter that does not tell the time remaining in a demand interval."""
    return Layout(Present, demands=Several(NI2, actual.present_demands), values=Several(NI1, actual.present_values))
