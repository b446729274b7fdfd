"""On-demand reading of whole fleets by the headend: what a meter costs must not grow with their number."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from benchmarks.measure import Row, Sample, in_turns
from benchmarks.processes import ask, ours

SIZES = (100, 300, 1000, 3000)
FLAT = 1.2


async def rows(turns: int) -> list[Row]:
    """The dearest fleet beside the cheapest, by meter."""
    found: dict[str, dict[str, list[float]]] = {}

    def one_of(size: int, settled: bool) -> Callable[[], Awaitable[float]]:
        async def measure() -> float:
            answer = await ask(ours("our_headend"), {"meters": size, "settled": settled})
            for what, value in answer.items():
                found.setdefault(what, {}).setdefault(f"{size:,}", []).append(value)
            return float(next(iter(answer.values())))

        return measure

    await in_turns({str(size): one_of(size, settled=True) for size in SIZES}, turns)
    await in_turns({str(size): one_of(size, settled=False) for size in SIZES}, 1)
    samples = {what: {size: Sample(tuple(values)) for size, values in by.items()} for what, by in found.items()}
    return [
        _row("on-demand read by the headend, processor time of each meter", samples["processor"], 1000.0, "ms", FLAT),
        _row("... wall clock", samples["seconds"], 1000.0, "ms", 0.0),
        _row("memory of each meter that was read", samples["read"], 1e-3, "kB", FLAT),
        _row("... of each meter that nobody has called yet", samples["dozing"], 1e-3, "kB", 0.0),
    ]


def _row(what: str, by_size: dict[str, Sample], factor: float, unit: str, target: float) -> Row:
    dearest = max(by_size, key=lambda size: by_size[size].median)
    cheapest = min(by_size, key=lambda size: by_size[size].median)
    most, least = by_size[dearest], by_size[cheapest]
    each = ", ".join(f"{size}: {sample.median * factor:.1f}" for size, sample in by_size.items())
    return Row(
        what,
        f"{most.median * factor:.1f} {unit} of {dearest}",
        f"{least.median * factor:.1f} {unit} of {cheapest}",
        most.median / least.median,
        max(sample.spread for sample in by_size.values()),
        target,
        at_least=False,
        note=each,
    )
