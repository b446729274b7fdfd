"""What tests cost, from the journals of runs: the estimates of the catalogue (``python -m bench.report.costs``).

    python -m bench.report.costs --quick RUN... --full RUN... > bench/catalogue/data/estimates.toml

Emulated runs say how much station time a test takes, which is what it takes in real time on a real device whose line
and times are like the emulated one's. Of several control tests of a kind the longest counts, of the functional tests of
a process their mean.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

from bench.catalogue.catalogue import Catalogue
from bench.catalogue.load import load_catalogue
from bench.catalogue.model import EstimateKey
from bench.evidence.reading import read_journal

Costs = dict[EstimateKey, Mapping[str, Any]]

_HEAD = """\
# What a test asks of a real station: seconds there, acts of the fault box (a hand's, where no relay does it),
# operations of the device's switch, lock-outs. Made by `python -m bench.report.costs` from runs on the emulated
# station. A control has one entry a link (on a row's message: one for rows that command and one for others), its
# longest test; a process has one a link, the mean of its functional tests.
"""


def main() -> None:
    """Write the table to standard output."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", nargs="+", type=Path, required=True, metavar="RUN", help="runs of profile quick")
    parser.add_argument("--full", nargs="*", type=Path, default=[], metavar="RUN", help="runs of profile full")
    given = parser.parse_args()
    catalogue = load_catalogue()
    sys.stdout.write(as_toml(costs_of(catalogue, given.quick), costs_of(catalogue, given.full)))


def costs_of(catalogue: Catalogue, runs: Iterable[Path]) -> Costs:
    """The cost of each kind of test in ``runs``: the longest control test, the mean functional test."""
    found: dict[EstimateKey, list[Mapping[str, Any]]] = {}
    for run in runs:
        for journal in sorted(run.glob("**/journal.jsonl")):
            for record in read_journal(journal).of("verdict"):
                plan, cost = record.data["plan"], record.data["cost"]
                if not plan["link"] or not cost["seconds"]:
                    continue  # it judged what another test had recorded
                named = {name: plan[name] for name in ("process", "control", "row")}
                found.setdefault(catalogue.estimate_key(plan["link"], **named), []).append(cost)
    return {key: _longest(costs) if key[0] else _mean(costs) for key, costs in found.items()}


def _longest(costs: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return max(costs, key=lambda cost: float(cost["seconds"]))


def _mean(costs: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Rounded up where it is a count."""
    acts: Counter[str] = Counter()
    for cost in costs:
        acts.update(cost["acts"])
    return {
        "seconds": sum(cost["seconds"] for cost in costs) / len(costs),
        "acts": {act: ceil(count / len(costs)) for act, count in acts.items()},
        "relay_operations": ceil(sum(cost["relay_operations"] for cost in costs) / len(costs)),
        "lock_outs": ceil(sum(cost["lock_outs"] for cost in costs) / len(costs)),
    }


def as_toml(quick: Costs, full: Costs) -> str:
    """The table ``estimate`` of the catalogue."""
    return _HEAD + "".join("\n" + "\n".join(_entry(key, quick, full)) + "\n" for key in sorted(quick))


def _entry(key: EstimateKey, quick: Costs, full: Costs) -> Iterator[str]:
    control, process, link, commands = key
    yield "[[estimate]]"
    yield f'control = "{control}"' if control else f'process = "{process}"'
    yield f'link = "{link}"'
    if commands:
        yield "commands = true"
    yield f"quick = {_cost(quick[key])}"
    if key in full:
        yield f"full = {_cost(full[key])}"


def _cost(cost: Mapping[str, Any]) -> str:
    parts = [f"seconds = {cost['seconds']:.0f}.0"]
    if cost["acts"]:
        parts.append("acts = { " + ", ".join(f"{act} = {count}" for act, count in sorted(cost["acts"].items())) + " }")
    parts += [f"{name} = {cost[name]}" for name in ("relay_operations", "lock_outs") if cost[name]]
    return "{ " + ", ".join(parts) + " }"


if __name__ == "__main__":
    main()
