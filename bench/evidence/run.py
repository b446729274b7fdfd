"""A run as its journals tell it: every planned test, what was recorded for it, and its verdict.

Reports, JUnit, the console's summary and the exit code are made from this and from nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.evidence.journal import JOURNAL_NAME
from bench.evidence.reading import JournalView, Record, finding_from, observation_from, read_journal
from bench.judgement.check import Finding
from bench.judgement.observation import Observation
from bench.judgement.verdict import Verdict, exit_code


class NoRunError(ValueError):
    """The directory holds no journal, or none with a record."""


@dataclass
class TestStory:
    """Everything recorded about one planned test. ``plan`` is its entry in the plan (see `bench.session.plan`)."""

    __test__ = False

    name: str
    plan: Mapping[str, Any]
    journal: Path
    verdict: Verdict = Verdict.NOT_RUN
    message: str = ""
    started: Record | None = None
    ended: Record | None = None
    observations: list[Observation] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def counts(self) -> bool:
        """Whether the verdict enters the run's verdict."""
        return not self.plan.get("excluded")

    @property
    def real_seconds(self) -> float:
        """Real time between start and end, s; 0 when it did not run to its end."""
        return self.ended.mono - self.started.mono if self.started and self.ended else 0.0


@dataclass(frozen=True)
class RunView:
    """One run, all workers together."""

    directory: Path
    heads: tuple[Mapping[str, Any], ...]
    tests: tuple[TestStory, ...]
    bench_errors: tuple[str, ...]
    torn: bool

    @property
    def head(self) -> Mapping[str, Any]:
        """Request, lab, profile and environment of the run."""
        return self.heads[0]

    def verdicts(self) -> Iterator[Verdict]:
        """The verdicts that count, and an error for each time the bench itself failed."""
        yield from (test.verdict for test in self.tests if test.counts)
        yield from (Verdict.ERROR for _error in self.bench_errors)

    def counts(self) -> Counter[Verdict]:
        """How many of each verdict."""
        return Counter(self.verdicts())

    def exit_code(self) -> int:
        """The exit code of the run (see `bench.judgement.verdict.exit_code`)."""
        return exit_code(self.verdicts())


def read_run(directory: Path) -> RunView:
    """Read all journals below ``directory``. Raises NoRunError, JournalBrokenError."""
    paths = sorted(directory.glob(f"**/{JOURNAL_NAME}"))
    if not paths:
        raise NoRunError(f"{directory} holds no {JOURNAL_NAME}; name the directory of a run")
    views = [read_journal(path) for path in paths]
    heads = tuple(record.data for view in views for record in view.of("run"))
    if not heads:
        raise NoRunError(f"no journal below {directory} came as far as its first record")
    errors = [str(record.data["why"]) for view in views for record in view.of("bench_error")]
    unfinished = [view for view in views if not any(True for _ in view.of("run_ended"))]
    errors += [f"{view.path.parent.name} ended before it was done" for view in unfinished if not errors]
    tests = tuple(story for view in views for story in stories(view))
    return RunView(directory, heads, tests, tuple(errors), any(view.torn for view in views))


def stories(view: JournalView) -> Iterable[TestStory]:
    """The tests of one journal, in the order of its plan."""
    told: dict[str, TestStory] = {}
    for record in view.of("plan"):
        for plan in record.data["tests"]:
            key = f"{plan['process']} {plan['name']}"
            told[key] = TestStory(plan["name"], plan, view.path)
    for record in view.records:
        story = told.get(str(record.data.get("test", "")))
        if story is not None:
            _tell(story, record, view)
    return told.values()


def _tell(story: TestStory, record: Record, view: JournalView) -> None:
    if record.kind == "test_started":
        story.started = record
    elif record.kind == "observation":
        story.observations.append(observation_from(record.n, record.data))
    elif record.kind == "shared":
        story.observations.extend(view.observation(number) for number in record.data["records"])
    elif record.kind == "finding":
        story.findings.append(finding_from(record.data))
    elif record.kind == "verdict":
        story.verdict = Verdict(record.data["verdict"])
        story.message = record.data["message"]
        story.ended = record
