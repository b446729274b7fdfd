"""The whole map of the emulated inverter: our driver beside pysunspec2's client, two processes each."""

from __future__ import annotations

from benchmarks.measure import Row, Sample, in_turns, ratio
from benchmarks.processes import ask, ours, serving

_COUNT = 100
_FEWER = 0.5
_FASTER = 1.0
_WORDS = {"find": "finding a SunSpec map and reading all of it", "again": "reading all of a known SunSpec map"}


async def rows(turns: int) -> list[Row]:
    found: list[Row] = []
    async with serving(ours("our_inverter"), {}) as server:
        for do, words in _WORDS.items():
            transactions: dict[str, float] = {}

            async def seconds(client: str, do: str = do, seen: dict[str, float] = transactions) -> float:
                job = {"client": client, "url": server.where, "do": do, "count": _COUNT}
                answer = await ask(ours("sunspec_clients"), job)
                seen[client] = answer["transactions"]
                return float(answer["seconds"]) / _COUNT

            samples = await in_turns({"ours": lambda: seconds("ours"), "theirs": lambda: seconds("pysunspec2")}, turns)
            few, many = transactions["ours"], transactions["pysunspec2"]
            fewer, faster = (_FEWER, _FASTER) if do == "find" else (0.0, 0.0)  # a known map is there for scale
            what = f"{words}: transactions, beside pysunspec2"
            found.append(Row(what, f"{few:g}", f"{many:g}", few / many, 0.0, fewer, at_least=False))
            found.append(_time(samples["ours"], samples["theirs"], faster))
    return found


def _time(mine: Sample, theirs: Sample, target: float) -> Row:
    faster = ratio(theirs, mine)
    ours_ms, theirs_ms = (f"{1000 * sample.median:.1f} ms" for sample in (mine, theirs))
    what = "... time, beside pysunspec2"
    return Row(what, ours_ms, theirs_ms, faster.median, faster.spread, target, note="theirs by ours")
