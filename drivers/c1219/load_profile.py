"""Decade 6: load profile, data set 1 (NIST)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Any

from drivers.c1219.codecs import NI1, NI2, STIME, U8, U16, U32, Bits, Codec, Int, Layout, Octets, Several, UInt

DIM_PROFILE, ACT_PROFILE, PROFILE_CONTROL, PROFILE_STATUS, PROFILE_DATA = range(60, 65)


class ProfileFlags(IntFlag):
    """LP_FLAGS."""

    INHIBIT_OVERFLOW_1 = 1 << 0
    END_READINGS = 1 << 4
    END_PULSES = 1 << 5
    SCALARS_1 = 1 << 6
    EXTENDED_STATUS = 1 << 10
    SIMPLE_STATUS = 1 << 11


@dataclass(frozen=True, slots=True)
class ActualProfile:
    """Tables 60 (most) and 61 (in use) of a meter that has data set 1 alone. ``interval_min``: an interval's length."""

    memory: int
    flags: int
    formats: int
    blocks: int
    intervals: int
    channels: int
    interval_min: int

    def has(self, flag: ProfileFlags) -> bool:
        """Whether a flag is set."""
        return bool(self.flags & flag)


PROFILE_LAYOUT = Layout(
    ActualProfile, memory=U32, flags=U16, formats=U8, blocks=U16, intervals=U16, channels=U8, interval_min=U8
)  # fmt: skip


class IntervalFormat(IntEnum):
    """INT_FMT_CDE: how values of intervals are written."""

    UINT8 = 1
    UINT16 = 2
    UINT32 = 4
    INT8 = 8
    INT16 = 16
    INT32 = 32
    NI_FORMAT1 = 64
    NI_FORMAT2 = 128


_VALUES: dict[int, Codec[Any]] = {
    1: UInt(1), 2: UInt(2), 4: UInt(4), 8: Int(1), 16: Int(2), 32: Int(4), 64: NI1, 128: NI2
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Channel:
    """What a channel records: sources (indices into table 16) of its intervals and of its reading at a block's end."""

    flags: int
    source: int
    end_source: int


@dataclass(frozen=True, slots=True)
class ProfileControl:
    """Table 62. Values are divided by divisor and multiplied by scalar where the meter has them."""

    channels: tuple[Channel, ...]
    format: int
    scalars: tuple[int, ...] = ()
    divisors: tuple[int, ...] = ()


def profile_control(actual: ActualProfile) -> Layout[ProfileControl]:
    """The layout of table 62."""
    channel = Layout(Channel, flags=U8, source=U8, end_source=U8)
    count = actual.channels
    scaled = {"scalars": Several(U16, count), "divisors": Several(U16, count)}
    return Layout(
        ProfileControl, channels=Several(channel, count), format=U8,
        **(scaled if actual.has(ProfileFlags.SCALARS_1) else {}),
    )  # fmt: skip


class ListFlags(IntFlag):
    """LP_SET_STATUS_FLAGS; the first four bits also those of the logs and of self-reads."""

    NEWEST_FIRST = 1
    OVERFLOW = 2
    CIRCULAR = 4
    INHIBIT_OVERFLOW = 8
    INTERVALS_NEWEST_FIRST = 16
    ACTIVE = 32
    TEST_MODE = 64


@dataclass(frozen=True, slots=True)
class ProfileStatus:
    """Table 63: where the newest block stands, its number, and how many of its intervals are valid."""

    flags: int
    valid_blocks: int
    last_block: int
    last_sequence: int
    unread: int
    valid_intervals: int


PROFILE_STATUS_LAYOUT = Layout(
    ProfileStatus, flags=U8, valid_blocks=U16, last_block=U16, last_sequence=U32, unread=U16, valid_intervals=U16
)  # fmt: skip


class ChannelStatus(IntEnum):
    """The four bits of a channel in the extended status."""

    NONE = 0
    OVERFLOW = 1
    PARTIAL = 2
    LONG = 3
    SKIPPED = 4
    TEST_MODE = 5
    CONFIGURED = 6
    STOPPED = 7


class CommonStatus(IntFlag):
    """The four bits common to all channels."""

    DST = 1
    POWER_FAIL = 2
    CLOCK_FORWARD = 4
    CLOCK_BACKWARD = 8


@dataclass(frozen=True, slots=True)
class IntervalRecord:
    """One interval: its extended status as written, and a value for each channel."""

    status: bytes
    values: tuple[float, ...]

    @property
    def common(self) -> CommonStatus:
        """What holds for all channels."""
        return CommonStatus(self.status[0] >> 4 if self.status else 0)

    def channel(self, number: int) -> ChannelStatus:
        """The status of a channel, from 0. Raises ValueError for a reserved one."""
        if not self.status:
            return ChannelStatus.NONE
        half = self.status[(number + 1) // 2]
        return ChannelStatus(half & 15 if number % 2 == 0 else half >> 4)

    @classmethod
    def of(cls, common: int, channels: tuple[int, ...], values: tuple[float, ...]) -> IntervalRecord:
        """A record from its parts: the common bits are the high ones of byte 0, channel 1 the low ones; from then on
        each byte has the even channel in its high half (NIST).
        """
        status = bytearray(len(channels) // 2 + 1)
        status[0] = common << 4
        for number, bits in enumerate(channels):
            status[(number + 1) // 2] |= bits if number % 2 == 0 else bits << 4
        return cls(bytes(status), values)


@dataclass(frozen=True, slots=True)
class ProfileBlock:
    """One block: the end of its newest interval, readings then, and its intervals, the first ones valid."""

    end: float | None
    intervals: tuple[IntervalRecord, ...]
    readings: tuple[float, ...] = ()
    valid: frozenset[int] = frozenset()


def profile_block(actual: ActualProfile, interval_format: int) -> Layout[ProfileBlock]:
    """The layout of a block, of which table 64 is a sequence. Raises KeyError for a format that does not exist."""
    values = Several(_VALUES[interval_format], actual.channels)
    size = actual.channels // 2 + 1 if actual.has(ProfileFlags.EXTENDED_STATUS) else 0
    record = Layout(IntervalRecord, status=Octets(size), values=values)
    readings = {"readings": Several(NI1, actual.channels)} if actual.has(ProfileFlags.END_READINGS) else {}
    valid = {"valid": Bits(-(-actual.intervals // 8))} if actual.has(ProfileFlags.SIMPLE_STATUS) else {}
    return Layout(ProfileBlock, end=STIME, **readings, **valid, intervals=Several(record, actual.intervals))
