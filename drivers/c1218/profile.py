"""From the blocks of table 64 to rows of a load profile. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drivers.c1219.load_profile import (
    ActualProfile,
    ChannelStatus,
    IntervalRecord,
    ListFlags,
    ProfileBlock,
    ProfileControl,
    ProfileStatus,
)
from drivers.metering import Interval, Reading


@dataclass(frozen=True, slots=True)
class ChannelUnit:
    """A channel's name and unit."""

    name: str
    unit: str
    scaler: int


def block_places(status: ProfileStatus, actual: ActualProfile) -> list[int]:
    """Where the valid blocks stand in table 64, oldest first."""
    count = min(status.valid_blocks, actual.blocks)
    if status.flags & ListFlags.NEWEST_FIRST:
        return [(status.last_block + back) % actual.blocks for back in range(count - 1, -1, -1)]
    return [(status.last_block - back) % actual.blocks for back in range(count - 1, -1, -1)]


def rows_of_block(
    block: ProfileBlock, valid: int, actual: ActualProfile, control: ProfileControl, channels: Sequence[ChannelUnit]
) -> list[Interval]:
    """The rows of a block, oldest first; intervals that were skipped have none.

    ``valid``: how many of its intervals hold something. A row has the registers at its end where the meter keeps
    readings of the block's end, and the energy of the interval as ``<name>_interval``. Its status has the common bits,
    and the first channel's above them.
    """
    if block.end is None:
        return []
    records = block.intervals[:valid]
    levels = [float(reading) for reading in block.readings]
    rows: list[Interval] = []
    for back, record in enumerate(reversed(records)):
        at = block.end - back * actual.interval_min * 60.0
        deltas = _scaled(record, control)
        if record.channel(0) is not ChannelStatus.SKIPPED:
            rows.append(Interval(at, _status(record), _readings(channels, deltas, levels)))
        levels = [level - delta for level, delta in zip(levels, deltas, strict=False)]
    return rows[::-1]


def _scaled(record: IntervalRecord, control: ProfileControl) -> list[float]:
    if not control.divisors:
        return list(record.values)
    scales = zip(record.values, control.scalars, control.divisors, strict=True)
    return [value * scalar / (divisor or 1) for value, scalar, divisor in scales]


def _status(record: IntervalRecord) -> int | None:
    return int(record.common) | int(record.channel(0)) << 4 if record.status else None


def _readings(channels: Sequence[ChannelUnit], deltas: Sequence[float], levels: Sequence[float]) -> dict[str, Reading]:
    readings: dict[str, Reading] = {}
    for number, (channel, delta) in enumerate(zip(channels, deltas, strict=False)):
        readings[f"{channel.name}_interval"] = _reading(f"{channel.name}_interval", delta, channel)
        if number < len(levels):
            readings[channel.name] = _reading(channel.name, levels[number], channel)
    return readings


def _reading(name: str, raw: float, channel: ChannelUnit) -> Reading:
    whole = int(raw) if float(raw).is_integer() else raw
    value = float(raw) * 10**channel.scaler if channel.scaler >= 0 else float(raw) / 10**-channel.scaler
    return Reading(name, value, channel.unit, whole, channel.scaler)
