"""How a test ended: the verdict of its findings, held against what Robot says of it."""

from __future__ import annotations

from dataclasses import dataclass

from bench.judgement.verdict import Verdict
from bench.session.recorder import Recorder

_STOPPED = ("terminated by signal", "Test execution stopped")
"""In Robot's message of a test that Ctrl-C ended or kept from beginning."""


@dataclass(frozen=True)
class EndedTest:
    """How a test ended."""

    verdict: Verdict
    message: str


def settle(recorder: Recorder, status: str, message: str) -> EndedTest:
    """The verdict of a test that ended in Robot with ``status`` (PASS, FAIL, SKIP).

    A test that failed without a finding that says so failed for a reason of the bench's own; one that passed without
    any finding asserted nothing. Both are errors.
    """
    if status == "SKIP":
        return EndedTest(Verdict.NOT_APPLICABLE, message)
    if any(words in message for words in _STOPPED) and recorder.verdict is not Verdict.FAIL:
        return EndedTest(Verdict.NOT_RUN, message)
    if not recorder.findings:
        return EndedTest(Verdict.ERROR, message if status == "FAIL" else "the test judged nothing")
    if recorder.verdict is Verdict.PASS and status == "FAIL":
        return EndedTest(Verdict.ERROR, message)
    return EndedTest(recorder.verdict, _words(recorder, message))


def _words(recorder: Recorder, message: str) -> str:
    """Robot's message, led by the finding that decided the verdict where Robot stopped at another one."""
    decisive = next((finding for finding in recorder.findings if finding.verdict is recorder.verdict), None)
    if decisive is None or decisive.verdict is Verdict.PASS or decisive.seen in message:
        return message
    return f"{decisive.verdict.value}: {decisive.step}: expected {decisive.expected}, seen {decisive.seen}\n{message}"
