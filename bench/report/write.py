"""Writing all reports of a run beside its journals."""

from __future__ import annotations

from pathlib import Path

from bench.evidence.run import RunView
from bench.report.html import html_report
from bench.report.junit import junit

REPORT_NAME = "report.html"
JUNIT_NAME = "junit.xml"


def write_reports(view: RunView) -> Path:
    """Write ``report.html`` and ``junit.xml`` into the run's directory; the path of the page."""
    (view.directory / JUNIT_NAME).write_bytes(junit(view))
    page = view.directory / REPORT_NAME
    page.write_text(html_report(view), encoding="utf-8")
    return page
