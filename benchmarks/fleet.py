"""A thousand emulated meters in one process: memory of each on top of the process itself, and whether each answers."""

from __future__ import annotations

from benchmarks.measure import Row, Sample
from benchmarks.processes import ProcessFailedError, ask, ours

METERS = 1000
TARGET_BYTES = 60_000.0


async def rows(turns: int) -> list[Row]:
    sizes = []
    for _turn in range(turns):
        found = await ask(ours("our_fleet"), {"meters": METERS})
        if found["answered"] != METERS:
            raise ProcessFailedError(f"{found['answered']} of {METERS} meters answered")
        sizes.append(found["each"])
    each = Sample(tuple(sizes))
    by = each.median / TARGET_BYTES
    what = f"memory of each of {METERS:,} emulated meters"
    mine, most = f"{each.median / 1000:.1f} kB", f"{TARGET_BYTES / 1000:.0f} kB"
    return [Row(what, mine, most, by, each.spread, 1.0, at_least=False, note="each answered a ciphered read")]
