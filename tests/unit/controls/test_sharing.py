"""Rows share what a stimulus has shown where it was the same for them, and only there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bench.catalogue.load import load_catalogue
from bench.controls import engine as engine_module
from bench.controls.base import Probe
from bench.controls.engine import ControlEngine
from bench.controls.trial import Trial
from bench.evidence.journal import Journal
from bench.judgement.check import Check
from bench.judgement.verdict import Verdict
from bench.lab.config import load_lab
from bench.lab.station import Station
from bench.session.plan import PlannedTest, control_tests
from bench.session.recorder import Recorder
from bench.session.request import Request

LAB = Path(__file__).parents[3] / "lab_configs" / "emulated.toml"
SEEN = "the stimulus ran"
Stimulus = Callable[[Trial], Awaitable[None]]


class Bench:
    """An engine whose probe of every control is one stimulus, on a station whose devices nobody starts."""

    def __init__(self, directory: Path, patch: pytest.MonkeyPatch) -> None:
        self.station = Station(load_lab(LAB), directory)
        self.journal = Journal(directory)
        self.engine = ControlEngine(load_catalogue(), self.station, Request(lab=LAB))
        self.ran: list[str] = []
        self._patch = patch

        async def no_fresh_start(_faults: object) -> None:
            return

        patch.setattr(self.station, "fresh", no_fresh_start)

    def planned(self, process: str, row: str, control: str) -> PlannedTest:
        lab, catalogue = self.station.lab, load_catalogue()
        tests = control_tests(catalogue, lab, Request(lab=LAB, controls=(control,)), process)
        return next(test for test in tests if test.row == row)

    async def run(self, process: str, row: str, control: str, stimulus: Stimulus) -> Verdict:
        async def noted(trial: Trial) -> None:
            self.ran.append(trial.row.id)
            await stimulus(trial)
            trial.record.observe(SEEN, True)

        probe = Probe(control, "sep2", noted, lambda _trial: [Check(SEEN, "always", SEEN)])
        self._patch.setattr(engine_module, "installed_probes", lambda: {(control, "sep2"): probe})
        record = Recorder(self.journal, f"{row} {control}", self.station.clock)
        await self.engine.run(self.planned(process, row, control), record)
        return record.verdict


@pytest.fixture
async def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    made = Bench(tmp_path, monkeypatch)
    yield made
    made.journal.close()


async def asks_nothing(_trial: Trial) -> None:
    return


async def asks_how_often(trial: Trial) -> None:
    trial.bound("p_ok")


SCRAM, LIMIT = ("4.2.2", "4.2.2/AMI-27/HE-ESI"), ("4.2.3", "4.2.3/AMI-27/HE-ESI")
"""Availability is high on the first row and medium on the second."""


async def test_a_level_that_changes_nothing_of_the_stimulus_needs_no_run_of_its_own(bench: Bench) -> None:
    verdicts = [await bench.run(*row, "A-M1", asks_nothing) for row in (SCRAM, LIMIT)]
    assert bench.ran == [SCRAM[1]]
    assert verdicts == [Verdict.PASS, Verdict.PASS]


async def test_a_level_that_changes_the_stimulus_is_a_run_of_its_own(bench: Bench) -> None:
    for row in (SCRAM, LIMIT, SCRAM):
        await bench.run(*row, "A-M6", asks_how_often)
    assert bench.ran == [SCRAM[1], LIMIT[1]]


PRICE, PEAK = ("5.3.2", "5.3.2/AMI-27/HE-ESI"), ("5.3.3", "5.3.3/AMI-27/HE-ESI")


async def test_rows_that_send_the_same_share_and_others_do_not(bench: Bench) -> None:
    for row in (PRICE, PEAK, SCRAM):
        await bench.run(*row, "I-L2", asks_nothing)
    assert bench.ran == [PRICE[1], SCRAM[1]]
