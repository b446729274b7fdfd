"""A load profile over HDLC on a pty held to 9,600 baud, in real time, beside what such a line carries at most."""

from __future__ import annotations

import itertools
from contextlib import AsyncExitStack

from benchmarks.measure import Row, Sample
from benchmarks.our_meter import BAUD
from benchmarks.processes import ask, ours
from benchmarks.reads import our_order
from drivers.transport.line_time import LineFormat, bytes_per_second

TARGET = 0.9
_TURNS = 2
_COUNTERS_APART = 10_000


async def rows() -> list[Row]:
    """Few turns: each is real time of some seconds that no other load on the machine makes shorter."""
    most = bytes_per_second(LineFormat(BAUD))
    counters = itertools.count(1, _COUNTERS_APART)
    rates = []
    async with AsyncExitStack() as stack:
        server, order = await our_order(stack)
        for _turn in range(_TURNS):
            job = {**order, "do": "profile", "url": server.where["hdlc"], "counter": next(counters)}
            answer = await ask(ours("our_client"), job)
            rates.append(answer["bytes"] / answer["seconds"])
    rate = Sample(tuple(rates))
    share = Sample(tuple(value / most for value in rates))
    what = f"load profile of {answer['rows']} rows over HDLC at {BAUD} baud"
    note = f"{answer['bytes']:,} bytes on the line, both ways"
    return [Row(what, f"{rate.median:,.0f} B/s", f"{most:,.0f} B/s", share.median, share.spread, TARGET, note=note)]
