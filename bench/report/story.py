"""One test in the report: what was checked, expected and seen, where the evidence lies, and its plots."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from html import escape
from pathlib import Path

from bench.evidence.captures import CAPTURES_NAME, is_sealed
from bench.evidence.run import TestStory
from bench.judgement.check import Finding
from bench.judgement.observation import Observation
from bench.judgement.verdict import Verdict
from bench.report.svg import Banded, band_plot, line_plot, strip_plot

PLOT = "plot"
_MOST_CAPTURES = 12
_HIGH_PERCENTILES = ("p95_at_most", "p99_at_most")
_SEALED = '<span title="holds a secret; amibench capture opens it with the capture key"> (encrypted)</span>'


def anchor(test: TestStory) -> str:
    """A stable id of the test within the page."""
    return "t" + hashlib.sha256(f"{test.plan['process']} {test.name}".encode()).hexdigest()[:12]


def story(test: TestStory, directory: Path) -> str:
    """The test as a folded block; open when it needs attention."""
    opened = " open" if test.verdict in (Verdict.FAIL, Verdict.ERROR) else ""
    verdict = test.verdict.value
    marks = " · ".join(str(test.plan[key]) for key in ("level", "link", "iut", "excluded") if test.plan.get(key))
    return (
        f'<details id="{anchor(test)}"{opened}><summary>'
        f'<span class="badge {verdict}">{verdict.replace("_", " ")}</span>'
        f'<span class="name">{escape(test.name)}</span><span class="dim">{escape(marks)}</span></summary>'
        f"{_message(test)}{_findings(test)}{''.join(_plots(test))}{_evidence(test, directory)}</details>"
    )


def _message(test: TestStory) -> str:
    if test.message and test.verdict not in (Verdict.PASS, Verdict.FAIL):
        return f"<p>{escape(test.message)}</p>"
    return ""


def _findings(test: TestStory) -> str:
    if not test.findings:
        return ""
    lines = "".join(_finding(finding) for finding in test.findings)
    head = "<thead><tr><th></th><th>what was checked</th><th>expected</th><th>seen</th><th>records</th></tr></thead>"
    return f'<div class="scroll"><table class="findings">{head}{lines}</table></div>'


def _finding(finding: Finding) -> str:
    records = ", ".join(str(number) for number in finding.evidence[:6]) + (" …" if len(finding.evidence) > 6 else "")
    badge = f'<span class="badge {finding.verdict.value}">{finding.verdict.value.replace("_", " ")}</span>'
    return (
        f"<tr><td>{badge}</td><td>{escape(finding.step)}</td><td data-l='expected'>{escape(finding.expected)}</td>"
        f"<td data-l='seen'>{escape(finding.seen)}</td><td class='mono' data-l='records'>{records}</td></tr>"
    )


def _plots(test: TestStory) -> Iterator[str]:
    for observation in test.observations:
        if PLOT in observation.attributes and isinstance(observation.value, list):
            yield _line(observation)
    for finding in test.findings:
        if finding.criterion == "in_1547_band":
            banded = [o for o in test.observations if o.series == finding.series and isinstance(o.value, int | float)]
            yield band_plot([_banded(o) for o in banded], finding.series, banded[0].unit if banded else "")
        if finding.criterion in _HIGH_PERCENTILES:
            chosen = [o for o in test.observations if o.series == finding.series and isinstance(o.value, int | float)]
            limit = finding.limits.get("limit")
            yield strip_plot(
                [float(o.value) for o in chosen],  # type: ignore[arg-type]
                float(limit) if isinstance(limit, int | float) else None,
                finding.series,
                chosen[0].unit if chosen else "",
            )


def _banded(observation: Observation) -> Banded:
    expected, low, high = (float(observation.attributes[key]) for key in ("expected", "low", "high"))  # type: ignore[arg-type]
    return Banded(float(observation.value), expected, low, high, observation.what)  # type: ignore[arg-type]


def _line(observation: Observation) -> str:
    points = [(float(point[0]), float(point[1])) for point in observation.value]  # type: ignore[index,arg-type,union-attr]
    x_label = str(observation.attributes.get("x", "s"))
    return line_plot(points, str(observation.attributes[PLOT]), x_label, observation.unit)


def _evidence(test: TestStory, directory: Path) -> str:
    place = test.journal.parent.relative_to(directory)
    names = list(dict.fromkeys(name for o in test.observations for name in o.captures))
    links = " ".join(
        f'<a href="{place}/{CAPTURES_NAME}/{escape(name)}">{escape(name[:10])}…</a>{_SEALED if is_sealed(name) else ""}'
        for name in names[:_MOST_CAPTURES]
    )
    more = f" and {len(names) - _MOST_CAPTURES} more" if len(names) > _MOST_CAPTURES else ""
    captures = f" · captures: {links}{more}" if names else ""
    journal = test.journal.relative_to(directory)
    count = len(test.observations)
    return (
        f'<p class="dim">{count} observations in <a href="{journal}">{journal}</a>'
        f' · <a href="{place}/log.html">Robot log</a>{captures}</p>'
    )
