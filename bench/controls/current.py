"""What the log of a load current says of the switch in its way. Pure."""

from __future__ import annotations

from itertools import pairwise

from bench.exchanges.witness import DEAD_CURRENT_A
from drivers.scpi.measurement import CurrentLog


def switch_operations(log: CurrentLog) -> list[float]:
    """When the load current came or went, in station time (s)."""
    flowing = [(point.at, point.current > DEAD_CURRENT_A) for point in log.points]
    return [after[0] for before, after in pairwise(flowing) if before[1] != after[1]]
