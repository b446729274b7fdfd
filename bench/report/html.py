"""The bench's own report: one self-contained HTML page, made from the journal alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import Any

from bench.catalogue.catalogue import Catalogue
from bench.catalogue.load import load_catalogue
from bench.evidence.run import RunView, TestStory
from bench.judgement.verdict import Verdict
from bench.report.conformance import conformance_line, conformance_table, conformance_tests
from bench.report.judged import judged_line, judged_rows, judged_table
from bench.report.life_cycle import life_cycle_line, life_cycle_table, life_cycle_tests
from bench.report.matrix import matrix
from bench.report.order import Place, is_conformance, place_of
from bench.report.story import anchor, story
from bench.session.request import DECLARATIONS
from bench.session.subfunctions import is_subfunction, number_of

_TITLES = {
    Verdict.PASS: "passed",
    Verdict.FAIL: "failed",
    Verdict.INCONCLUSIVE: "inconclusive",
    Verdict.ERROR: "bench errors",
    Verdict.NOT_RUN: "not run",
    Verdict.NOT_APPLICABLE: "not applicable",
}
DECLARED_TITLE = "What is declared, against what is seen"
_LETTERS_LEGEND = (
    "P pass · F fail · I inconclusive · E bench error · – not run · n not applicable · lower case: outside the verdict"
)


def html_report(view: RunView) -> str:
    """The page. Depends on nothing but the journals and the catalogue."""
    style = files("bench.report").joinpath("style.css").read_text(encoding="utf-8")
    body = "".join((_header(view), "<main>", *_sections(view), "</main>", _footer(view)))
    title = escape(f"AMI bench: {view.head['lab']['name']}")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{style}</style></head><body>{body}</body></html>"
    )


def _header(view: RunView) -> str:
    head = view.head
    started = min((t.started.t for t in view.tests if t.started), default=0.0)
    when = datetime.fromtimestamp(started, UTC).strftime("%Y-%m-%d %H:%M UTC") if started else "nothing ran"
    counts = view.counts()
    tiles = "".join(
        f'<div class="tile {verdict.value}"><b>{counts[verdict]}</b>{title}</div>'
        for verdict, title in _TITLES.items()
        if counts[verdict] or verdict in (Verdict.PASS, Verdict.FAIL)
    )
    faults = head["request"].get("faults") or ()
    banners = "".join(f'<div class="banner">{text}</div>' for text in _banners(view, faults))
    return (
        f"<header><div class='sub'>AMI bench · conformance report</div><h1>{escape(str(head['lab']['name']))}</h1>"
        f'<div class="sub">{when} · profile {escape(str(head["profile"]))}</div>'
        f'<div class="tiles">{tiles}</div>{banners}</header>'
    )


def _banners(view: RunView, faults: Any) -> Iterator[str]:
    if any(test.plan.get("self_test") for test in view.tests):
        yield "Emulated station: where both ends of a row are the bench's own, the verdict is a self-test of the bench."
    if faults:
        yield f"Devices were started with the seeded faults {escape(', '.join(faults))}."
    if view.head["profile"] != "full":
        yield "This profile uses scaled-down numbers of trials. Conformance is claimed for profile <b>full</b> only."
    for error in view.bench_errors:
        yield f"The bench itself failed: {escape(error)}"


def _sections(view: RunView) -> Iterator[str]:
    catalogue = load_catalogue()
    yield f"<h2>Rows and controls</h2><section>{matrix(view)}<p class='dim'>{_LETTERS_LEGEND}</p></section>"
    rows = judged_rows(catalogue, view)
    if rows:
        line = f"<p>{escape(judged_line(rows))}</p>"
        yield f"<h2>On what the rows were judged</h2><section>{line}{judged_table(rows)}</section>"
    attention = [t for t in view.tests if t.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE)]
    if attention:
        links = "".join(
            f'<tr><td><span class="badge {t.verdict.value}">{t.verdict.value.replace("_", " ")}</span></td>'
            f'<td><a href="#{anchor(t)}">{escape(t.plan["process"])} {escape(t.name)}</a></td>'
            f"<td>{escape(_first_line(t))}</td></tr>"
            for t in attention
        )
        table = f'<table class="attention">{links}</table>'
        yield f'<h2>What needs attention</h2><section><div class="scroll">{table}</div></section>'
    if life_cycle := life_cycle_tests(view):
        line = f"<p>{escape(life_cycle_line(life_cycle))}</p>"
        yield f"<h2>Demand response life cycle</h2><section>{line}{life_cycle_table(catalogue, life_cycle)}</section>"
    if cases := conformance_tests(view):
        line = f"<p>{escape(conformance_line(cases))}</p>"
        yield f"<h2>Protocol conformance</h2><section>{line}{conformance_table(cases)}</section>"
    for process, tests in groupby(sorted(view.tests, key=_order), key=lambda t: str(t.plan["process"])):
        title = escape(_title(catalogue, process))
        yield f"<h2>{title}</h2><section>{''.join(story(t, view.directory) for t in tests)}</section>"


def _title(catalogue: Catalogue, process: str) -> str:
    if is_conformance(process):
        return f"Protocol conformance: {process.partition('/')[2].replace('_', ' ')}"
    if is_subfunction(process):
        return f"{process} {catalogue.subfunction(number_of(process)).title}"
    return f"{process} {DECLARED_TITLE if process == DECLARATIONS else catalogue.process(process).title}"


def _first_line(test: TestStory) -> str:
    """The first reason, without the verdict that stands beside it."""
    return test.message.splitlines()[0].removeprefix(f"{test.verdict.value}: ") if test.message else ""


def _order(test: TestStory) -> tuple[Place, bool]:
    return place_of(str(test.plan["process"])), test.plan["kind"] == "control"


def _footer(view: RunView) -> str:
    head = view.head
    pairs: dict[str, Any] = {
        "bench": head["bench"],
        "Robot Framework": head["robot"],
        "Python": head["python"],
        "platform": head["platform"],
        **_flat(head["lab"]),
        "journals": ", ".join(sorted({str(t.journal.relative_to(view.directory)) for t in view.tests})),
    }
    rows = "".join(f"<dt>{escape(str(key))}</dt><dd>{escape(str(value))}</dd>" for key, value in pairs.items())
    return f"<footer><h2>Environment</h2><section><dl>{rows}</dl></section></footer>"


def _flat(data: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, Mapping):
            flat.update(_flat(value, f"{prefix}{key} "))
        else:
            flat[f"{prefix}{key}"] = value
    return flat
