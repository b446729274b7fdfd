"""The session of one robot process: station, journal, plan, and the test that is running."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from bench.catalogue.load import load_catalogue
from bench.controls.engine import ControlEngine
from bench.evidence.journal import Journal, JournalError
from bench.evidence.vault import Vault
from bench.judgement.check import Check, Finding
from bench.judgement.verdict import Verdict
from bench.lab.capture_key import capture_key_for
from bench.lab.channel import HostGoneError
from bench.lab.config import lab_of_run
from bench.lab.errors import LabError
from bench.lab.redacted_logs import redacted_logs
from bench.session import last_words
from bench.session.blame import judge_failure, record_failure
from bench.session.declarations import added_tests
from bench.session.holder import StationHolder, lent
from bench.session.parent import ParentWatch
from bench.session.plan import PlannedTest, selected, with_seat
from bench.session.recorder import Recorder
from bench.session.request import REQUEST_VARIABLE, Request
from bench.session.runner import new_run_directory
from bench.session.settling import EndedTest, settle
from drivers.clock import HostStuckError

T = TypeVar("T")

_GUARD_S = {"quick": 120.0}
"""Real time after which a control test is taken for hung: a fault of the bench. Only a guard, never a verdict."""


class StationLostError(RuntimeError):
    """The station has died in an earlier test; nothing can be tested any more."""

    ROBOT_SUPPRESS_NAME = True


class UnplannedTestError(RuntimeError):
    """A test runs that the plan does not know."""


class FindingNotPassedError(AssertionError):
    """A check of a functional test did not pass; carries its finding. The test ends here."""

    ROBOT_SUPPRESS_NAME = True

    def __init__(self, finding: Finding) -> None:
        super().__init__(f"{finding.verdict.value}: {finding.step}: expected {finding.expected}, seen {finding.seen}")
        self.finding = finding


class Session:
    """Everything that lasts for one run of suites. Made by :meth:`open`, ended by :meth:`close`."""

    def __init__(self, request: Request, directory: Path, plan: Sequence[PlannedTest]) -> None:
        self.request = request
        self.directory = directory
        self.catalogue = load_catalogue()
        self.lab = lab_of_run(request.lab)
        self.plan = {(test.process, test.name): test for test in plan}
        borrowed = lent(self.lab)
        self._owns = borrowed is None
        self._holder = borrowed or StationHolder(self.lab)
        self.secrets = self._holder.secrets
        self.loop = self._holder.loop
        self._logs = ExitStack()
        self._parent = ParentWatch() if REQUEST_VARIABLE in os.environ else None
        self._recorder: Recorder | None = None
        self._planned: PlannedTest | None = None
        self._lost = ""
        self._lost_before = False
        self._spoiled = False
        try:
            self.journal = Journal(directory, secrets=self.secrets, vault=Vault(capture_key_for(self.secrets)))
            self._logs.enter_context(redacted_logs(self.secrets.redact))
            with self._noticing_loss():
                self._write_head()
        except BaseException:
            self._let_go()
            raise
        try:
            self.station = self._holder.station(directory, request.faults)
        except BaseException as error:
            self.secrets.redact_error(error)
            self.journal.append("bench_error", {"what": "the station could not be opened", "why": str(error)})
            self.journal.close()
            self._let_go()
            raise
        self.engine = ControlEngine(self.catalogue, self.station, request)

    @classmethod
    def open(cls, request: Request, processes: Sequence[str], functional: Sequence[PlannedTest]) -> Session:
        """Open the station and write the plan of ``processes``. Raises what lab config, station or journal raise."""
        catalogue, lab = load_catalogue(), lab_of_run(request.lab)
        plan = [with_seat(catalogue, lab, test) for test in functional]
        for process in processes:
            plan += selected(added_tests(catalogue, lab, request, process), request)
        directory = request.out or new_run_directory(request)
        return cls(request, directory, plan)

    def _write_head(self) -> None:
        self.journal.append(
            "run",
            {
                "request": self.request.as_json(),
                "profile": self.request.profile,
                "lab": self.lab.summary(),
                "bench": version("amibench"),
                "robot": version("robotframework"),
                "python": sys.version.split()[0],
                "platform": platform.platform(),
                "process": os.getpid(),
            },
        )
        self.journal.append("plan", {"tests": [test.as_json() for test in self.plan.values()]})
        self.journal.barrier()

    # -- tests ---------------------------------------------------------------------------------------------------

    @property
    def recorder(self) -> Recorder:
        """The recorder of the running test."""
        if self._recorder is None:
            raise RuntimeError("no test is running")
        return self._recorder

    @property
    def planned(self) -> PlannedTest:
        """The running test's entry in the plan."""
        if self._planned is None:
            raise RuntimeError("no test is running")
        return self._planned

    def planned_count(self, process: str) -> int:
        """How many tests the selector has to add for ``process``."""
        return sum(test.process == process and test.added for test in self.plan.values())

    def begin_test(self, name: str, process: str) -> None:
        """Start a test: its recorder, and the station in a known fresh state."""
        try:
            self._planned = self.plan[process, name]
        except KeyError:
            raise UnplannedTestError(f"{name!r} is not in the plan of process {process}") from None
        self.station.readings.begin()
        self._recorder = Recorder(self.journal, f"{process} {name}", self.station.clock, self.station.readings)
        with suppress(JournalError), self._noticing_loss():
            self.journal.append("test_started", {"test": f"{process} {name}"})
        self._lost_before = bool(self._lost)
        self.station.wear.begin()
        self.station.fresh_at = None
        if self._planned.kind != "control" and not self._lost:
            with self._noticing_loss():
                self.loop.call(self.station.fresh(self.request.faults))

    def run(self, coroutine: Coroutine[Any, Any, T], guard_s: float = 120.0) -> T:
        """Run a keyword's coroutine. What the device does wrong becomes an observation and a finding, then is
        raised. Raises StationLostError when the station has died before."""
        if self._lost:
            coroutine.close()
            raise StationLostError(self._lost)
        with self._noticing_loss():
            try:
                return self.loop.call(coroutine, guard_s + self._real_waits_s)
            except Exception as error:
                seat = self.planned.iut
                if self.loop.call(record_failure(self.station, seat, self.recorder, error)):
                    judge_failure(self.recorder)
                raise

    @contextmanager
    def _noticing_loss(self) -> Iterator[None]:
        """Keep in mind that the emulation died or the disk is full: what comes after this test cannot run."""
        try:
            yield
        except JournalError as error:
            self._lost = self._lost or str(error)
            last_words.say(str(error))
            raise
        except HostGoneError as error:
            self._lost = self._lost or f"the station was lost: {self._last_words(error)}"
            raise

    def _last_words(self, error: HostGoneError) -> str:
        """What the keeper knows of the host's end, which says more than the end of its channel."""
        try:
            self.loop.call(self.station.look_at_hosts())
        except HostGoneError as told:
            return str(told)
        return str(error)

    @property
    def _real_waits_s(self) -> float:
        """Real time that a test may spend waiting on a device whose clock is not ours."""
        return self.station.allowance_s if self.station.clock.mode == "free" else 0.0

    def check(self, check: Check) -> Finding:
        """Judge a check of the running test. Raises FindingNotPassedError unless it passes."""
        finding = self.recorder.check(check)
        if finding.verdict is not Verdict.PASS:
            raise FindingNotPassedError(finding)
        return finding

    def run_control(self, row: str, control: str, level: str, link: str) -> Recorder:
        """Run one control test and return its recorder, findings included."""
        planned = self.planned
        if (planned.row, planned.control, planned.level, planned.link) != (row, control, level, link):
            raise UnplannedTestError(f"{planned.name!r} is planned for other than {row} {control} {level} {link}")
        if self._lost:
            raise StationLostError(self._lost)
        guard_s = _GUARD_S.get(self.request.profile, 3600.0) + self._real_waits_s
        with self._noticing_loss():
            self.loop.call(self.engine.run(planned, self.recorder), guard_s)
        return self.recorder

    def end_test(self, status: str, message: str) -> EndedTest:
        """Settle the verdict from findings and Robot's status, and make it durable."""
        recorder, planned = self.recorder, self.planned
        ended = self._settle(status, message)
        try:
            with self._noticing_loss():
                written = self.journal.record(
                    "verdict",
                    {
                        "test": recorder.test,
                        "verdict": ended.verdict.value,
                        "message": ended.message,
                        "plan": planned.as_json(),
                        "cost": self._cost(),
                    },
                )
                self.journal.barrier()
        except JournalError:
            return EndedTest(Verdict.NOT_RUN if self._lost_before else Verdict.ERROR, self._lost)
        finally:
            self._recorder = self._planned = None
        self._spoiled = self._spoiled or ended.verdict is Verdict.ERROR
        return EndedTest(ended.verdict, str(written.data["message"]))

    def _settle(self, status: str, message: str) -> EndedTest:
        """The verdict, unless the station died before or during the test: nothing then is held against a device."""
        if self._lost_before:
            return EndedTest(Verdict.NOT_RUN, self._lost)
        if not self._lost:
            with suppress(HostStuckError), self._noticing_loss():
                self.loop.call(self.station.look_at_hosts())
        if self._lost:
            return EndedTest(Verdict.ERROR, self._lost)
        return settle(self.recorder, status, message)

    def _cost(self) -> dict[str, Any]:
        """What the test asked of the station; nothing where it judged what another one had recorded."""
        station = self.station
        if station.fresh_at is not None:
            station.wear.cost.seconds = station.clock.now() - station.fresh_at
        return station.wear.cost.as_json()

    def close(self) -> None:
        """Bring the station to its safe state, and close journal and loop. Raises JournalError.

        A station that was lent stays open, unless it died or the bench was in error: who comes next gets a new one.
        """
        try:
            if self._owns or self._lost or self._spoiled:
                self._forget_days()
                self._holder.close_station()
            with self._noticing_loss():
                self.journal.append("run_ended", {})
        finally:
            self._let_go()
            with self._noticing_loss():
                self.journal.close()

    def _forget_days(self) -> None:
        """Go back to the start first: a fleet that dozes would make up for days only to lose its supply then."""
        if self.lab.emulated and not self._lost:
            with suppress(LabError, HostStuckError):
                self.loop.call(self.station.fresh())

    def _let_go(self) -> None:
        """End what belongs to this session beside the journal."""
        if self._parent is not None:
            self._parent.stop()
        if self._owns:
            self._holder.close()
        self._logs.close()
