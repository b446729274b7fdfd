"""The listener: opens the session, frames each test, and fails a suite in which planned tests are missing.

What is planned is computed here again, from catalogue and lab, not taken from the selector: a suite that was built
without the selector, or by one that lost a test, fails. Tests that the user himself left out (``--test``,
``--include``) are only named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from robot import result, running

from bench.judgement.verdict import Verdict
from bench.keywords.selector import (
    PLANNED_METADATA,
    PROCESS_METADATA,
    SELECTOR_METADATA,
    current_request,
    planned_functional,
)
from bench.session.session import Session

NO_SELECTOR = (
    "planned control tests are missing: run `amibench run LAB`, or robot with the repository's argument file "
    "(robot --argumentfile suites/bench.args suites)"
)


class PlanListener:
    """A listener of version 3. One session lasts from the first suite of a process to the end of the run.

    It comes before other listeners (Allure's): they, too, see messages without secrets.
    """

    ROBOT_LISTENER_API_VERSION = 3
    ROBOT_LISTENER_PRIORITY = 100

    def __init__(self) -> None:
        self._session: Session | None = None
        self._why_absent = NO_SELECTOR
        self._redacted: Callable[[str], str] = str  # before there is a session nobody knows a secret

    @property
    def session(self) -> Session:
        """The running session. Raises RuntimeError when the selector was not there to open one, or it did not open."""
        if self._session is None:
            raise RuntimeError(self._why_absent)
        return self._session

    def start_suite(self, data: running.TestSuite, _result: result.TestSuite) -> None:
        if SELECTOR_METADATA not in data.metadata or self._session is not None or self._why_absent != NO_SELECTOR:
            return
        try:
            self._session = self._open(data)
        except Exception as error:
            self._why_absent = f"the session could not be opened: {error}"
            raise
        self._redacted = self._session.secrets.redact

    def _open(self, data: running.TestSuite) -> Session:
        suites = list(process_suites(root_of(data)))
        request = current_request(data.metadata[SELECTOR_METADATA].split(":"))
        functional = [planned_functional(suite, test) for suite in suites for test in suite.tests]
        processes = [suite.metadata[PROCESS_METADATA] for suite in suites]
        return Session.open(request, processes, [test for test in functional if test is not None])

    def start_test(self, data: running.TestCase, _result: result.TestCase) -> None:
        if self._session is not None:
            self._session.begin_test(data.name, data.parent.metadata.get(PROCESS_METADATA, "") if data.parent else "")

    def end_test(self, data: running.TestCase, outcome: result.TestCase) -> None:
        if self._session is None:
            outcome.status, outcome.message = "FAIL", self._why_absent
            return
        outcome.message = self._redacted(outcome.message)
        ended = self._session.end_test(outcome.status, outcome.message)
        outcome.tags.add(f"verdict:{ended.verdict.value}")
        if ended.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR):
            outcome.status, outcome.message = "FAIL", ended.message or outcome.message

    def log_message(self, message: result.Message) -> None:
        message.message = self._redacted(message.message)

    message = log_message

    def end_body_item(self, _data: running.Keyword, outcome: result.Keyword) -> None:
        outcome.message = self._redacted(outcome.message)

    def end_suite(self, data: running.TestSuite, outcome: result.TestSuite) -> None:
        outcome.message = self._redacted(outcome.message)
        process = data.metadata.get(PROCESS_METADATA)
        if process is None:
            return
        if self._session is None:
            fail(outcome, self._why_absent)
            return
        expected = self._session.planned_count(process)
        selected = int(data.metadata.get(PLANNED_METADATA, "0"))
        if selected != expected:
            fail(outcome, f"the selector added {selected} control tests, the plan has {expected}")

    def close(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            session.close()


def root_of(suite: running.TestSuite) -> running.TestSuite:
    """The topmost suite above ``suite``."""
    while suite.parent is not None:
        suite = suite.parent
    return suite


def process_suites(suite: running.TestSuite) -> Iterator[running.TestSuite]:
    """All suites below ``suite`` that belong to a business process."""
    if PROCESS_METADATA in suite.metadata:
        yield suite
    for child in suite.suites:
        yield from process_suites(child)


def fail(outcome: result.TestSuite, message: str) -> None:
    """Make a suite fail: its own message, and every test that had passed."""
    outcome.message = message
    for test in outcome.tests:
        if test.passed:
            test.status, test.message = "FAIL", message
