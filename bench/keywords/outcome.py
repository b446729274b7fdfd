"""From a verdict to Robot's status: pass -> PASS, not applicable -> SKIP, anything else -> FAIL with the verdict as
tag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from robot.api import SkipExecution

from bench.judgement.check import Finding
from bench.judgement.verdict import Verdict, worst


class VerdictNotPassed(AssertionError):  # noqa: N818  (Robot prints the class name of other exceptions)
    """Carries a verdict that is not pass to Robot; the message is what report and console show."""

    ROBOT_SUPPRESS_NAME = True

    def __init__(self, verdict: Verdict, message: str) -> None:
        super().__init__(message)
        self.verdict = verdict


def message_of(findings: Sequence[Finding]) -> str:
    """One line for each of the worst findings: the step, what was expected, what was seen, and where."""
    lines = []
    verdict = worst(finding.verdict for finding in findings)
    for finding in findings:
        if finding.verdict is not verdict or verdict is Verdict.PASS:
            continue
        where = f" [records {finding.evidence[0]}-{finding.evidence[-1]}]" if finding.evidence else ""
        lines.append(f"{finding.step}: expected {finding.expected}, seen {finding.seen}{where}")
    return "\n".join(lines)


def raise_for(verdict: Verdict, findings: Sequence[Finding]) -> NoReturn:
    """Raise what makes Robot show ``verdict``."""
    message = message_of(findings)
    if verdict is Verdict.NOT_APPLICABLE:
        raise SkipExecution(message)
    raise VerdictNotPassed(verdict, f"{verdict.value}: {message}")
