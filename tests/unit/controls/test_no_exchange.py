"""A row that the bench cannot perform yet is inconclusive with the reason, and coverage names it."""

from __future__ import annotations

from pathlib import Path

from bench.catalogue.coverage import Implemented, Status, coverage
from bench.catalogue.load import load_catalogue
from bench.controls.engine import NO_EXCHANGE, ControlEngine
from bench.evidence.journal import Journal
from bench.judgement.verdict import Verdict
from bench.lab.config import load_lab
from bench.lab.station import Station
from bench.session.plan import PlannedTest
from bench.session.recorder import Recorder
from bench.session.request import Request

LAB = Path(__file__).parents[3] / "lab_configs" / "emulated.toml"
NOWHERE = "3.1.1/AMI-28/HE-Nobody"


async def test_a_row_without_an_exchange_is_inconclusive_with_the_reason(tmp_path: Path) -> None:
    station = Station(load_lab(LAB), tmp_path)
    engine = ControlEngine(load_catalogue(), station, Request(lab=LAB))
    planned = PlannedTest("x", "3.1.1", "control", row=NOWHERE, control="C-L1", level="low", link="dlms", iut="meter1")
    journal = Journal(tmp_path)
    try:
        record = Recorder(journal, "3.1.1 x", station.clock)
        await engine.run(planned, record)
    finally:
        journal.close()
    assert record.verdict is Verdict.INCONCLUSIVE
    (finding,) = record.findings
    assert finding.step == NO_EXCHANGE
    assert "no exchange for this row on this link (dlms)" in finding.seen


def test_coverage_names_a_row_without_an_exchange() -> None:
    catalogue = load_catalogue()
    known = Implemented(functional=set(), probes={("C-L1", "dlms")}, rows=set())
    gaps = [need for need in coverage(catalogue, known) if need.test == "C-L1" and need.link == "dlms"]
    assert gaps
    assert {need.status for need in gaps} <= {Status.GAP, Status.PROTOCOL, Status.NOT_APPLICABLE}
    assert any("no exchange or no suite for this row on dlms" in need.reason for need in gaps)
