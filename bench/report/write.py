"""Writing all reports of a run beside its journals."""

from __future__ import annotations

from pathlib import Path

from bench.evidence.run import RunView
from bench.report.html import html_report
from bench.report.junit import junit

REPORT_NAME = "report.html"
JUNIT_NAME = "junit.xml"


def write_reports(view: RunView) -> Path:
    """Write ``report.html`` and ``junit.xml`` into the run's directory; the path of the page. Raises OSError."""
    _write(view.directory / JUNIT_NAME, junit(view))
    page = view.directory / REPORT_NAME
    _write(page, html_report(view).encode("utf-8"))
    return page


def _write(path: Path, content: bytes) -> None:
    """Write the file whole or not at all. Raises OSError."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
