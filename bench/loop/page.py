"""A page about one run of the loop: what the feeder and the device did, as plots, and how the steps kept time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from bench.loop.pace import Jitter
from bench.loop.record import LoggedStep
from bench.loop.site import Site
from bench.report.svg import line_plot

_MOST_POINTS = 1500
_STYLE = (Path(__file__).parents[1] / "report" / "style.css").read_text


def thinned(steps: Iterable[LoggedStep], most: int = _MOST_POINTS) -> list[LoggedStep]:
    """At most about ``most`` steps, evenly taken, with the first and the last one; memory stays bounded."""
    kept: list[LoggedStep] = []
    stride, last = 1, None
    for number, step in enumerate(steps):
        last = step
        if number % stride == 0:
            kept.append(step)
            if len(kept) > 2 * most:
                kept, stride = kept[::2], stride * 2
    if last is not None and kept[-1] is not last:
        kept.append(last)
    return kept


def page(title: str, site: Site, steps: Sequence[LoggedStep], jitter: Jitter | None, ending: str) -> str:
    """The page as HTML. ``ending`` says in words how the run ended."""
    rows = [("site", f"node {site.node}, {site.scale:g} devices of {site.service_kv * 1e3:g} V"), ("ended", ending)]
    if steps:
        rows.append(("emulated or real time", f"{steps[-1].at_s:.3f} s"))
    if jitter is not None:
        rows.append(
            (
                "lateness of steps",
                f"{jitter.steps} steps: p50 {jitter.p50_s * 1e3:.2f} ms, p99 {jitter.p99_s * 1e3:.2f} ms, "
                f"worst {jitter.worst_s * 1e3:.2f} ms, {jitter.missed} missed",
            )
        )
    table = "".join(f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in rows)
    plots = "".join(
        line_plot(points, label, "time in s", unit)
        for label, unit, points in (
            (
                "Voltage at the device above nominal, mean of phases",
                "%",
                [(s.at_s, _above_percent(s, site)) for s in steps],
            ),
            ("Active power of the device", "W", [(s.at_s, sum(p.real for p in s.generated_va)) for s in steps]),
            ("Reactive power of the device", "var", [(s.at_s, sum(p.imag for p in s.generated_va)) for s in steps]),
        )
    )
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title>"
        f"<style>{_STYLE(encoding='utf-8')}</style><main><h1>{escape(title)}</h1><table>{table}</table>{plots}</main></html>\n"
    )


def _above_percent(step: LoggedStep, site: Site) -> float:
    return 100 * (sum(map(abs, step.voltages_v)) / 3 / site.nominal_v - 1)
