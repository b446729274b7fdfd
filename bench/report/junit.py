"""JUnit XML from a run: failures are the device's, errors the bench's, skipped what does not apply or did not run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from xml.etree import ElementTree

from bench.evidence.run import RunView, TestStory
from bench.judgement.verdict import Verdict
from bench.report.order import place_of

_FAILURES = (Verdict.FAIL, Verdict.INCONCLUSIVE)
_SKIPPED = (Verdict.NOT_APPLICABLE, Verdict.NOT_RUN)


def junit(view: RunView) -> bytes:
    """The run as JUnit XML, one test suite a process, and one a suite of protocol conformance."""
    root = ElementTree.Element("testsuites", name="AMI bench")
    ordered = sorted(view.tests, key=lambda test: place_of(str(test.plan["process"])))
    for process, tests in groupby(ordered, key=lambda test: test.plan["process"]):
        root.append(_suite(process, list(tests)))
    if view.bench_errors:
        root.append(_bench_errors(view.bench_errors))
    ElementTree.indent(root)
    page: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return page


def _suite(process: str, tests: list[TestStory]) -> ElementTree.Element:
    verdicts = Counter(test.verdict for test in tests)
    suite = ElementTree.Element(
        "testsuite",
        name=process,
        tests=str(len(tests)),
        failures=str(sum(verdicts[verdict] for verdict in _FAILURES)),
        errors=str(verdicts[Verdict.ERROR]),
        skipped=str(sum(verdicts[verdict] for verdict in _SKIPPED)),
        time=f"{sum(test.real_seconds for test in tests):.3f}",
    )
    for test in tests:
        suite.append(_case(process, test))
    return suite


def _case(process: str, test: TestStory) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=process, name=test.name, time=f"{test.real_seconds:.3f}")
    first_line = test.message.splitlines()[0] if test.message else test.verdict.value
    if test.verdict in _FAILURES:
        ElementTree.SubElement(case, "failure", type=test.verdict.value, message=first_line).text = test.message
    elif test.verdict is Verdict.ERROR:
        ElementTree.SubElement(case, "error", type="bench", message=first_line).text = test.message
    elif test.verdict in _SKIPPED:
        ElementTree.SubElement(case, "skipped", message=f"{test.verdict.value}: {first_line}")
    return case


def _bench_errors(errors: Iterable[str]) -> ElementTree.Element:
    texts = list(errors)
    suite = ElementTree.Element("testsuite", name="bench", tests=str(len(texts)), errors=str(len(texts)))
    for text in texts:
        case = ElementTree.SubElement(suite, "testcase", classname="bench", name="run")
        ElementTree.SubElement(case, "error", type="bench", message=text)
    return suite
