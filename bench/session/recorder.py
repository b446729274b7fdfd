"""What one test has seen and how it judges it, written to the journal as it happens."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bench.evidence.journal import Journal
from bench.evidence.reading import finding_from, observation_from
from bench.judgement.check import Check, Finding, judge
from bench.judgement.observation import Json, Observation
from bench.judgement.verdict import Verdict, worst
from bench.lab.readings import InstrumentReadings
from drivers.clock import Clock


class Recorder:
    """Records the observations and findings of one test.

    The recorder is the only way from a probe or keyword to a verdict: it writes each observation to the journal, and
    judges checks from what it has written.
    """

    def __init__(self, journal: Journal, test: str, clock: Clock, readings: InstrumentReadings | None = None) -> None:
        self.test = test
        self.observations: list[Observation] = []
        self.findings: list[Finding] = []
        self._journal = journal
        self._clock = clock
        self._readings = readings or InstrumentReadings({}, {})

    def observe(
        self,
        series: str,
        value: Json,
        *,
        what: str = "",
        unit: str = "",
        standard_uncertainty: float = 0.0,
        source: str = "",
        layer: str = "",
        raw: str = "",
        captures: Iterable[str] = (),
        **attributes: Json,
    ) -> Observation:
        """Record one fact. ``what`` says in words which of the series it is (``replay 3, new session``)."""
        if what:
            attributes["what"] = what
        at_s = self._clock.now()
        instruments = self._readings.behind(measured=standard_uncertainty > 0)
        doubts = [self._readings.doubt(name, at_s) for name in instruments]
        observation = Observation(
            series=series,
            value=value,
            unit=unit,
            standard_uncertainty=standard_uncertainty,
            attributes=attributes,
            at_s=at_s,
            monotonic_s=time.monotonic(),
            clock=self._clock.mode,
            source=source,
            layer=layer,
            raw=raw,
            captures=tuple(captures),
            instruments=instruments,
            doubts=tuple(doubt for doubt in doubts if doubt),
        )
        data = {"test": self.test, **_fields(observation)}
        del data["record"]
        written = self._journal.record("observation", data)
        if written.data is data:
            observation = replace(observation, record=written.n)
        else:  # it held a secret: what is judged is what is recorded
            observation = observation_from(written.n, written.data)
        self.observations.append(observation)
        return observation

    def could_not_look(self, series: str, why: str) -> Observation:
        """Record that something could not be looked at; a check of the series then is inconclusive."""
        return self.observe(series, None, why=why)

    def observe_duration(self, series: str, seconds: float, **attributes: Json) -> Observation:
        """Record a duration in station time with the clock's uncertainty (that of two readings)."""
        uncertainty = self._clock.uncertainty_s * 2**0.5
        return self.observe(series, seconds, unit="s", standard_uncertainty=uncertainty, **attributes)  # type: ignore[arg-type]

    def reuse(self, observations: Iterable[Observation]) -> None:
        """Judge from observations that another test of this run has recorded."""
        shared = list(observations)
        self.observations.extend(shared)
        self._journal.append("shared", {"test": self.test, "records": [observation.record for observation in shared]})

    def capture(self, content: bytes, suffix: str = ".bin", *, secret: bool = False) -> str:
        """Keep bytes as evidence; the name goes into an observation's ``captures``.

        What holds a secret that the bench knows is encrypted by itself. ``secret``: encrypt it in any case, because it
        may hold one in a form that cannot be found (a password cut in two by frames, one that is not declared).
        """
        return self._journal.capture(content, suffix, secret=secret)

    def check(self, check: Check) -> Finding:
        """Judge one check from what was recorded so far, and record the finding."""
        finding = judge(check, self.observations)
        data = {"test": self.test, **_plain(finding)}
        written = self._journal.record("finding", data)
        if written.data is not data:
            finding = finding_from(written.data)
        self.findings.append(finding)
        return finding

    @property
    def verdict(self) -> Verdict:
        """The worst finding so far."""
        return worst(finding.verdict for finding in self.findings)


def _plain(finding: Finding) -> Mapping[str, Json]:
    return {**_fields(finding), "evidence": list(finding.evidence)}


def _fields(fact: Observation | Finding) -> dict[str, Any]:
    """The fields as they are, for a journal that writes them at once; `dataclasses.asdict` would copy every value."""
    return dict(vars(fact))
