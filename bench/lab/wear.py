"""What tests ask of a station beyond messages: hands at the devices, operations of a switch, lock-outs.

Counted while a test runs, for its record and for the estimates that a run on a real station begins with; what wears or
locks a device goes into its ledger as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench.lab.errors import LabError
from bench.lab.fault_box import FaultBox
from bench.lab.ledger import Ledger

TESTS_REFUSED = 2
"""In so many tests one after the other a client's own credential is refused before it is spared."""


class TriesSparedError(LabError):
    """A credential was refused again and again: trying it in every test would lock the client out."""


@dataclass
class Cost:
    """What one test has cost. ``seconds`` of station time; ``acts`` of the fault box by name."""

    seconds: float = 0.0
    acts: Counter[str] = field(default_factory=Counter)
    relay_operations: int = 0
    lock_outs: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain JSON data, for the journal."""
        return {
            "seconds": round(self.seconds, 3),
            "acts": dict(sorted(self.acts.items())),
            "relay_operations": self.relay_operations,
            "lock_outs": self.lock_outs,
        }


class Wear:
    """Counts what the running test costs. ``ledger_of`` gives the ledger of the device in a seat."""

    def __init__(self, ledger_of: Callable[[str], Ledger]) -> None:
        self.cost = Cost()
        self._ledger_of = ledger_of
        self._switches: dict[str, bool] = {}
        self._locked_here: set[tuple[str, str]] = set()
        self._asked_here: set[tuple[str, str]] = set()
        self._refused: Counter[tuple[str, str]] = Counter()

    def begin(self) -> None:
        """A new test begins."""
        self.cost = Cost()
        self._locked_here.clear()
        self._asked_here.clear()

    def forget_switches(self) -> None:
        """The devices are in a fresh state: where their switches were says nothing any more."""
        self._switches.clear()

    def acted(self, act: str) -> None:
        """The fault box did ``act``, or the power of a device was switched (``mains``)."""
        self.cost.acts[act] += 1

    def switch_seen(self, seat: str, closed: bool | None) -> None:
        """A witness sees the switch of ``seat``; counts an operation when it was elsewhere before."""
        if closed is None:
            return
        if self._switches.get(seat, closed) is not closed:
            self.switch_operated(seat)
        self._switches[seat] = closed

    def switch_operated(self, seat: str) -> None:
        """The switch of ``seat`` has moved by an order of the bench."""
        self.cost.relay_operations += 1
        self._ledger_of(seat).count_relay_operations()

    def locked_out(self, seat: str, who: str, until: float) -> None:
        """A probe has locked client ``who`` of ``seat`` out, by its declaration until then (station time, s)."""
        self.cost.lock_outs += 1
        self._locked_here.add((seat, who))
        self._ledger_of(seat).lock_out(who, until)

    def spare(self, seat: str, who: str) -> None:
        """Before a test's first log-on of ``who`` with its own credential. Raises TriesSparedError."""
        if (seat, who) not in self._asked_here and self._refused[seat, who] >= TESTS_REFUSED:
            raise TriesSparedError(
                f"client {who} of {seat} was refused with its declared credential in {TESTS_REFUSED} tests: it is not "
                "tried again in this run, lest the device lock it out; look at its keys in the device file"
            )

    def answered(self, seat: str, who: str, *, refused: bool) -> None:
        """What came of a log-on of ``who`` with its own credential; only the first of a test counts.

        What a test has provoked itself, such as a lock-out, says nothing about the credential.
        """
        first = (seat, who) not in self._asked_here
        self._asked_here.add((seat, who))
        if not refused:
            self._refused.pop((seat, who), None)
        elif first:
            self._refused[seat, who] += 1

    def locked_until(self, seat: str, who: str) -> float:
        """When a lock-out of ``who`` ends that an earlier test or run has provoked; 0 when there is none.

        What the running test has provoked itself is its own to look at.
        """
        return 0.0 if (seat, who) in self._locked_here else self._ledger_of(seat).locked_until(who)


class CountingFaultBox:
    """A fault box whose acts are counted."""

    def __init__(self, box: FaultBox, wear: Wear) -> None:
        self._box = box
        self._wear = wear

    async def do(self, seat: str, act: str, **values: Any) -> None:
        """Do ``act`` and count it; see `bench.lab.fault_box.FaultBox`."""
        await self._box.do(seat, act, **values)
        self._wear.acted(act)
