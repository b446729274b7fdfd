"""A run is judged again from its journal; what does not follow from it, or was changed, is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.evidence.journal import Journal
from bench.evidence.reading import JournalBrokenError
from bench.evidence.run import read_run
from bench.evidence.search import SecretSearch
from bench.evidence.vault import Vault
from bench.evidence.verify import Verification, verify
from bench.judgement.check import Check
from bench.session.recorder import Recorder
from drivers.clock import FreeClock

TEST = {"process": "3.4.3", "name": "replay refused"}
PASSWORD = b"71649032"


def run_in(directory: Path, *, verdict: str = "pass", verdict_of_finding: str = "") -> Path:
    """A run of one test with a plain and a sealed capture. Its verdicts may be other than what was seen."""
    vault = Vault(lambda: b"k" * 32)
    with Journal(directory / "worker-1", secrets=SecretSearch([PASSWORD]), vault=vault) as journal:
        journal.append("run", {})
        journal.append("plan", {"tests": [TEST]})
        recorder = Recorder(journal, "3.4.3 replay refused", FreeClock())
        names = [journal.capture(b"a frame", ".line"), journal.capture(b"with " + PASSWORD, ".apdu")]
        recorder.observe("accepted", False, captures=names)
        if verdict_of_finding:
            finding = recorder_finding(recorder) | {"verdict": verdict_of_finding}
            journal.append("finding", finding)
        else:
            recorder.check(Check("no replay is accepted", "never", "accepted"))
        journal.append("verdict", {"test": "3.4.3 replay refused", "verdict": verdict, "message": "", "plan": TEST})
        journal.append("run_ended", {})
    return directory


def recorder_finding(recorder: Recorder) -> dict[str, Any]:
    """A finding on what was seen, as it stands in a journal."""
    return {
        "test": recorder.test,
        "step": "no replay is accepted",
        "criterion": "never",
        "series": "accepted",
        "expected": "",
        "seen": "",
        "limits": {},
        "evidence": [recorder.observations[0].record],
    }


def verified(directory: Path) -> Verification:
    return verify(read_run(directory))


def test_a_run_as_it_was_written_is_as_recorded(tmp_path: Path) -> None:
    assert verified(run_in(tmp_path)) == Verification(tests=1, findings=1, captures=2, sealed=1, differences=())


def test_a_finding_that_does_not_follow_from_what_was_seen_is_told(tmp_path: Path) -> None:
    found = verified(run_in(tmp_path, verdict="fail", verdict_of_finding="fail"))
    assert found.differences == ("3.4.3 replay refused: no replay is accepted: recorded fail, judged again pass",)


def test_a_verdict_that_does_not_follow_from_its_findings_is_told(tmp_path: Path) -> None:
    found = verified(run_in(tmp_path, verdict="inconclusive"))
    assert found.differences == ("3.4.3 replay refused: recorded inconclusive, its findings come to pass",)


def changed(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (changed, {"*.line": "does not hold what its name says", "*.sealed": "is not the sealed file that the run"}),
        (Path.unlink, {"*.line": "has no capture", "*.sealed": "has no capture"}),
    ],
)
@pytest.mark.parametrize("kind", ["*.line", "*.sealed"])
def test_a_capture_that_was_changed_or_is_gone_is_told(
    tmp_path: Path, harm: Callable[[Path], None], said: dict[str, str], kind: str
) -> None:
    (capture,) = (run_in(tmp_path) / "worker-1" / "captures").glob(kind)
    harm(capture)
    (difference,) = verified(tmp_path).differences
    assert said[kind] in difference


def test_a_journal_of_which_a_byte_was_changed_is_not_judged_at_all(tmp_path: Path) -> None:
    changed(run_in(tmp_path) / "worker-1" / "journal.jsonl")
    with pytest.raises(JournalBrokenError):
        verified(tmp_path)
