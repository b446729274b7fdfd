"""`python -m benchmarks`: everything, or the named ones, as one table. Exit code 1 when a target is missed.

AMIBENCH_PEERS names the Python of an environment with what tests/interop/peers.txt lists; without it, what needs peers
is left out, and said to be.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping

from rich.console import Console
from rich.table import Table

from benchmarks import ciphering, fleet, headend, line, loop, quick_run, reads, sunspec
from benchmarks.measure import Row

_FEW = 2
Benchmark = Callable[[], Awaitable[list[Row]]]


def benchmarks(peers: str, turns: int) -> Mapping[str, Benchmark]:
    """All of them by name; those whose turns take long have few."""
    few = min(turns, _FEW)
    return {
        "reads": lambda: reads.rows(peers, turns),
        "ciphering": lambda: ciphering.rows(turns),
        "line": line.rows,
        "fleet": lambda: fleet.rows(few),
        "headend": lambda: headend.rows(few),
        "loop": lambda: loop.rows(turns),
        "sunspec": lambda: sunspec.rows(turns),
        "quick": lambda: quick_run.rows(few),
    }


def table_of(rows: list[Row]) -> Table:
    table = Table(title="ours beside others, in one run")
    for name, side in (("what", "left"), ("ours", "right"), ("beside", "right"), ("ratio", "right")):
        table.add_column(name, justify=side)  # type: ignore[arg-type]
    for name in ("spread", "target", "", "note"):
        table.add_column(name)
    for row in rows:
        has_target = bool(row.target)
        target = f"{'>=' if row.at_least else '<='} {row.target:g}" if has_target else ""
        met = ("met" if row.met else "MISSED") if has_target else ""
        spread = f"± {row.spread:.0%}"
        table.add_row(row.what, row.ours, row.other, f"{row.ratio:.2f}", spread, target, met, row.note)
    return table


async def measured(chosen: Mapping[str, Benchmark], console: Console) -> list[Row]:
    found: list[Row] = []
    for name, benchmark in chosen.items():
        console.print(f"{name} ...", style="dim")
        found += await benchmark()
    return found


def main() -> int:
    peers = os.environ.get("AMIBENCH_PEERS", "")
    names = list(benchmarks(peers, 1))
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"any of {', '.join(names)}; all without one")
    parser.add_argument("--turns", type=int, default=5, help="how often each is measured, in turns")
    given = parser.parse_args()
    unknown = sorted(set(given.names) - set(names))
    if unknown or given.turns < 1:
        parser.error(f"no benchmark {unknown[0]!r}" if unknown else "--turns must be 1 or more")
    console = Console(width=None if sys.stdout.isatty() else 170)
    if not peers:
        console.print("AMIBENCH_PEERS is not set: no peers to compare the reads with")
    chosen = {
        name: one for name, one in benchmarks(peers, given.turns).items() if not given.names or name in given.names
    }
    rows = asyncio.run(measured(chosen, console))
    console.print(table_of(rows))
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
