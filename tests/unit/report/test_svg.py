"""Plots of the report."""

from __future__ import annotations

import re

from bench.report.svg import Banded, band_plot


def test_a_value_stands_over_its_band_where_it_was_measured() -> None:
    text = band_plot([Banded(9.0, 10.0, 8.0, 12.0, "at 1.05 pu"), Banded(14.0, 10.0, 8.0, 12.0)], "power", "W")
    tops = [float(y) for y in re.findall(r'<rect class="band"[^>]*y="([\d.]+)"', text)]
    heights = [float(y) for y in re.findall(r'<rect class="band"[^>]*height="([\d.]+)"', text)]
    marks = [float(y) for y in re.findall(r'<circle class="mark"[^>]*cy="([\d.]+)"', text)]
    assert len(tops) == 2
    assert tops[0] < marks[0] < tops[0] + heights[0]  # inside the band
    assert marks[1] < tops[1]  # above it
    assert "at 1.05 pu: 9, expected 10, accepted 8 to 12" in text


def test_nothing_measured_is_no_plot() -> None:
    assert band_plot([], "power", "W") == ""
