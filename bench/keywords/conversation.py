"""What the keyword libraries of protocol conformance share: something is sent, and what comes back is judged at once.

Each answer is an observation of its own, in words (``UA``, ``I 0 1``, ``nothing``), with the bytes of both directions
beside it. So a verdict names the step, and `amibench verify` can judge it again.
"""

from __future__ import annotations

from robot.api import SkipExecution

from bench.judgement.check import Check
from bench.judgement.observation import Json
from bench.keywords.process import ProcessLibrary
from bench.session.plan import withheld

NOTHING = "nothing"
"""The answer that did not come."""
WITHHELD = "leave for what may lock a client out"


class Conversation(ProcessLibrary):
    """Base of the libraries. An instance lives as long as its test."""

    def __init__(self) -> None:
        self._count = 0
        self._last = ""

    @property
    def port(self) -> str:
        """The port of the seat at which the test speaks."""
        return self.session.planned.port

    @property
    def seat(self) -> str:
        """The seat under test. A station without a port for the suite skips the test."""
        if not self.session.planned.iut:
            raise SkipExecution("the station has no seat under test with a port for this link")
        return self.session.planned.iut

    def heard(self, said: str, answer: str, **evidence: Json) -> None:
        """Record what came back to what was ``said``."""
        self._count += 1
        self._last = f"{self._count}: answer to {said}"
        self.recorder.observe(self._last, answer, source=self.seat, **evidence)  # type: ignore[arg-type]

    def expect(self, *allowed: str) -> None:
        """Judge the last answer: it must be one of these."""
        step = f"{self._last.partition(': ')[2]} is {' or '.join(allowed)}"
        if len(allowed) == 1:
            self.session.check(Check(step, "equals", self._last, {"expected": allowed[0]}))
        else:
            self.session.check(Check(step, "one_of", self._last, {"allowed": list(allowed)}))

    def fact(self, step: str, value: Json, criterion: str, **limits: Json) -> None:
        """Record one fact about what came back, and judge it."""
        self._count += 1
        series = f"{self._count}: {step}"
        self.recorder.observe(series, value, source=self.seat)
        self.session.check(Check(step, criterion, series, limits))

    def may_lock(self) -> None:
        """Ask for leave to spend a wrong credential, which may lock a client out: on a real device the test is
        inconclusive without ``--allow locks``."""
        why = "" if self.station.lab.seat(self.seat).emulated else withheld("locks", self.session.request)
        if why:
            self.recorder.could_not_look(WITHHELD, why)
            self.session.check(Check("the test may run on this device", "always", WITHHELD))

    def pixit(self, name: str) -> float:
        """A number of the device file; a device that does not state it skips the test."""
        device = self.station.lab.seat(self.seat).device
        value = device.pixit.get(name) if device is not None else None
        if value is None:
            raise SkipExecution(f"the device file does not state {name}")
        return float(value)
