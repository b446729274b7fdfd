"""Judging a run again without the device: `verify` holds its verdicts and captures against its journals.

The journals' chains are held as they are read (`bench.evidence.reading`). Each finding is asked for again, of its
criterion and the recorded observations that it names; each verdict follows from the test's findings; each capture that
an observation names must be there and be what its name says. A chain proves that no line was changed, cut out or moved;
it bears no signature, so whoever writes a whole journal anew is not noticed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.evidence.captures import CaptureMissingError, Captures, is_sealed
from bench.evidence.journal import SEALED_CAPTURE
from bench.evidence.reading import read_journal
from bench.evidence.run import RunView, TestStory
from bench.evidence.vault import CaptureError
from bench.judgement.check import Check, Finding, judge
from bench.judgement.criteria import LimitMissingError, UnknownCriterionError
from bench.judgement.verdict import Verdict, worst

_JUDGED = (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE)
"""Verdicts that rest on findings."""


@dataclass(frozen=True)
class Verification:
    """What came of it. ``sealed``: captures of which only the file could be held, for want of their key."""

    tests: int
    findings: int
    captures: int
    sealed: int
    differences: tuple[str, ...]


def verify(view: RunView) -> Verification:
    """Judge every finding of the run again, and hold its captures against their names."""
    judged = [story for story in view.tests if story.verdict in _JUDGED]
    differences = [text for story in judged for text in _differences(story)]
    named = {(story.journal, name) for story in view.tests for one in story.observations for name in one.captures}
    differences += [text for journal, name in sorted(named) for text in _capture(journal, name)]
    sealed = sum(is_sealed(name) for _journal, name in named)
    findings = sum(len(story.findings) for story in judged)
    return Verification(len(judged), findings, len(named), sealed, tuple(differences))


def _differences(story: TestStory) -> Iterator[str]:
    where = f"{story.plan['process']} {story.name}"
    for finding in story.findings:
        again = _judged_again(story, finding)
        if again != finding.verdict.value:
            yield f"{where}: {finding.step}: recorded {finding.verdict.value}, judged again {again}"
    follows = worst(finding.verdict for finding in story.findings)
    if follows is not story.verdict:
        yield f"{where}: recorded {story.verdict.value}, its findings come to {follows.value}"


def _judged_again(story: TestStory, finding: Finding) -> str:
    """The criterion's answer to the observations that the finding names; in words, where it has none."""
    named = set(finding.evidence)
    check = Check(finding.step, finding.criterion, finding.series, finding.limits)
    try:
        return judge(check, [one for one in story.observations if one.record in named]).verdict.value
    except (LimitMissingError, TypeError, UnknownCriterionError) as error:
        return f"by nothing: {error}"


def _capture(journal: Path, name: str) -> Iterator[str]:
    captures = Captures(journal.parent)
    try:
        if not is_sealed(name):
            captures.open(name)
        elif hashlib.sha256(captures.path(name).read_bytes()).hexdigest() != _sealed(journal).get(name):
            yield f"{name} is not the sealed file that the run wrote"
    except CaptureMissingError as error:
        yield str(error)
    except CaptureError as error:
        yield f"{journal.parent}: {error}"


@cache
def _sealed(journal: Path) -> Mapping[str, str]:
    """SHA-256 of each sealed file, by name, as the journal has it."""
    return {str(one.data["capture"]): str(one.data["sha256"]) for one in read_journal(journal).of(SEALED_CAPTURE)}
