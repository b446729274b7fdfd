"""Which processors a worker of a run uses.

A worker and its emulation host take turns: while one works the other waits. On processors of their own they find their
data in the caches, and no worker waits behind another one's host.
"""

from __future__ import annotations

import os


def divided(workers: int) -> list[frozenset[int]]:
    """The processors of each worker, alike in number; none are named where there are fewer than workers, or for one."""
    available = sorted(os.sched_getaffinity(0))
    each = len(available) // max(1, workers)
    if workers < 2 or not each:
        return [frozenset()] * workers
    return [frozenset(available[number * each : (number + 1) * each]) for number in range(workers)]
