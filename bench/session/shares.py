"""Who runs what: the tests of a run shared out among workers.

Rows share observations within a worker: of many tests of a control on one seat the first one does the work. So what is
judged on one seat stays together, as far as all workers then have about as much to do. A *part* is what is judged on
one seat in one suite; it is never divided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.exchanges.base import Exchange
from bench.exchanges.registry import installed_exchanges
from bench.session.plan import PlannedTest

if TYPE_CHECKING:
    from bench.catalogue.catalogue import Catalogue

_REST = 0.04
"""What a test costs that judges what another one has recorded, where one that records costs 1 (0.1 s of the reference
station)."""
_FUNCTIONAL = 1.9
"""What a functional test costs, by and large."""
_DEARER = {
    "A-M2": 13.0,
    "A-M1": 8.0,
    "I-H7": 4.5,
    "A-H2": 4.0,
    "A-M4": 3.0,
    "C-L1": 2.8,
    "I-H4": 2.8,
    "I-M2": 2.8,
    "A-M6": 2.7,
    "A-L2": 2.3,
    "I-M1": 2.1,
    "A-H1": 1.9,
    "A-L3": 1.6,
}
"""Controls that cost more, as measured on the reference station."""


@dataclass(frozen=True)
class _Stimulus:
    """What is recorded once. Tests that agree in ``key`` share it, as a rule."""

    key: Hashable
    cost: float


class _Share:
    """The parts of one worker, and how often each stimulus is in them."""

    def __init__(self) -> None:
        self.parts: dict[str, Counter[_Stimulus]] = {}
        self._stimuli: Counter[_Stimulus] = Counter()
        self.cost = 0.0

    def cost_with(self, part: Counter[_Stimulus]) -> float:
        """What it would cost with a part more."""
        return self.cost + sum(
            _REST * count + stimulus.cost * (stimulus not in self._stimuli) for stimulus, count in part.items()
        )

    def cost_without(self, name: str) -> float:
        """What it would cost with a part less."""
        part = self.parts[name]
        return self.cost - sum(
            _REST * count + item.cost * (self._stimuli[item] == count) for item, count in part.items()
        )

    def add(self, name: str, part: Counter[_Stimulus]) -> None:
        self.cost = self.cost_with(part)
        self.parts[name] = part
        self._stimuli.update(part)

    def take(self, name: str) -> Counter[_Stimulus]:
        self.cost = self.cost_without(name)
        part = self.parts.pop(name)
        self._stimuli -= part
        return part


def share_out(catalogue: Catalogue, plan: Iterable[PlannedTest], workers: int) -> list[frozenset[str]]:
    """The parts (`PlannedTest.part`) of each worker; none is without any. Whole seats first, the largest first.

    Then parts go from who has the most to who has the least while that shortens the run.
    """
    parts: dict[str, Counter[_Stimulus]] = {}
    by_seat: dict[str, dict[str, Counter[_Stimulus]]] = {}
    for test in plan:
        part = parts.setdefault(test.part, Counter())
        part[_stimulus(catalogue, test)] += 1
        by_seat.setdefault(test.iut, {})[test.part] = part
    shares = [_Share() for _ in range(max(1, workers))]
    for seat in sorted(by_seat, key=lambda name: (-sum(part.total() for part in by_seat[name].values()), name)):
        lightest = min(shares, key=lambda share: share.cost)
        for name, part in by_seat[seat].items():
            lightest.add(name, part)
    while _level(shares):
        pass
    return [frozenset(share.parts) for share in shares if share.parts]


def _level(shares: list[_Share]) -> bool:
    """Let the heaviest give its most fitting part to the lightest; False where that shortens nothing."""
    heaviest, lightest = max(shares, key=lambda share: share.cost), min(shares, key=lambda share: share.cost)

    def longest(name: str) -> float:
        return max(heaviest.cost_without(name), lightest.cost_with(heaviest.parts[name]))

    best = min(heaviest.parts, key=lambda name: (longest(name), name), default="")
    if not best or longest(best) >= heaviest.cost - _REST / 2:
        return False
    lightest.add(best, heaviest.take(best))
    return True


def _stimulus(catalogue: Catalogue, test: PlannedTest) -> _Stimulus:
    if test.kind != "control":
        return _Stimulus((test.process, test.name), _FUNCTIONAL)
    sent = _sent(test.row, test.link) if catalogue.control(test.control).kind == "message" else ""
    key = test.iut, test.control, test.link, sent
    return _Stimulus(key, _DEARER.get(test.control, 1.0))


def _sent(row: str, link: str) -> Hashable:
    """What is sent on a row: the class that says it where its rows send the same, the row itself otherwise."""
    exchange = installed_exchanges().get((row, link))
    return row if exchange is None or exchange.message is Exchange.message else exchange.stimulus_class()
