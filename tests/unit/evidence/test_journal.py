"""The journal keeps what it was given, shows every change of it, and says when the disk does not."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from bench.evidence.journal import Journal, JournalError
from bench.evidence.reading import JournalBrokenError, read_journal
from bench.judgement.check import Check
from bench.judgement.verdict import Verdict
from bench.session.recorder import Recorder
from drivers.clock import FreeClock


def written(directory: Path, count: int = 5) -> Path:
    with Journal(directory) as journal:
        for number in range(count):
            assert journal.append("note", {"number": number}) == number
        return journal.path


def test_records_come_back_in_order(tmp_path: Path) -> None:
    view = read_journal(written(tmp_path))
    assert [record.data["number"] for record in view.of("note")] == [0, 1, 2, 3, 4]
    assert not view.torn


def test_barrier_means_durable(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append("note", {})
    journal.barrier()
    assert len(read_journal(journal.path).records) == 1
    journal.close()


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path)
    os.truncate(path, path.stat().st_size - 7)
    view = read_journal(path)
    assert view.torn
    assert len(view.records) == 4


@pytest.mark.parametrize("damage", ["change", "cut", "swap"])
def test_a_changed_cut_or_moved_line_breaks_the_chain(tmp_path: Path, damage: str) -> None:
    path = written(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    if damage == "change":
        lines[1] = lines[1].replace(b'"number":1', b'"number":7')
    elif damage == "cut":
        del lines[1]
    else:
        lines[1], lines[2] = lines[2], lines[1]
    path.write_bytes(b"".join(lines))
    with pytest.raises(JournalBrokenError, match="line 2"):
        read_journal(path)


def test_appending_from_many_threads_keeps_one_chain(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        threads = [
            threading.Thread(target=lambda: [journal.append("note", {"x": 1}) for _ in range(50)]) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(read_journal(journal.path).records) == 200


def test_a_second_journal_in_the_same_place_is_refused(tmp_path: Path) -> None:
    written(tmp_path)
    with pytest.raises(JournalError, match="--out"):
        Journal(tmp_path)


def test_a_full_disk_is_said_and_nothing_written_before_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path)
    journal.append("note", {"kept": True})
    journal.barrier()

    def full(_fd: int, _data: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    journal.append("note", {"kept": False})
    with pytest.raises(JournalError, match="No space left"):
        journal.barrier()
    with pytest.raises(JournalError, match="No space left"):
        journal.append("note", {})
    monkeypatch.undo()
    with pytest.raises(JournalError):
        journal.close()
    assert [record.data["kept"] for record in read_journal(journal.path).records] == [True]


def test_captures_are_named_by_content(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        first, second = journal.capture(b"frame"), journal.capture(b"frame")
    assert first == second
    assert (tmp_path / "captures" / first).read_bytes() == b"frame"


def test_observations_come_back_as_they_were_and_are_judged_alike(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        recorder = Recorder(journal, "3.4.3 test", FreeClock())
        recorder.observe("current", 0.004, unit="A", standard_uncertainty=0.001, source="analyser", what="open")
        finding = recorder.check(Check("no current flows", "at_most", "current", {"limit": 0.010}))
    view = read_journal(journal.path)
    assert finding.verdict is Verdict.PASS
    assert view.observation(0) == recorder.observations[0]
    assert next(view.of("finding")).data["evidence"] == [0]


def test_a_capture_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append("note", {"kept": True})
    journal.barrier()
    (tmp_path / "captures").rmdir()
    (tmp_path / "captures").write_bytes(b"no folder")
    journal.capture(b"frame")
    with pytest.raises(JournalError, match=r"cannot write .*captures.*; the run stops"):
        journal.barrier()
    with pytest.raises(JournalError):
        journal.close()
    assert len(read_journal(journal.path).records) == 1


def test_a_disk_that_hangs_is_said_within_the_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    going_on = threading.Event()
    write = os.write

    def hanging(fd: int, data: bytes) -> int:
        going_on.wait()
        return write(fd, data)

    journal = Journal(tmp_path)
    monkeypatch.setattr(os, "write", hanging)
    journal.append("note", {})
    with pytest.raises(JournalError, match=r"did not take the journal within 0\.01 s"):
        journal.barrier(0.01)
    with pytest.raises(JournalError, match="did not take"):
        journal.append("note", {})
    going_on.set()
    with pytest.raises(JournalError):
        journal.close()


def test_a_record_is_what_was_given_at_that_time(tmp_path: Path) -> None:
    data = {"seen": ["first"]}
    with Journal(tmp_path) as journal:
        journal.append("note", data)
        data["seen"].append("later")
    assert read_journal(journal.path).records[0].data == {"seen": ["first"]}


def test_records_are_written_at_once_and_synced_when_somebody_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fdatasync", synced.append)
    monkeypatch.setattr("bench.evidence.journal._SYNC_S", 3600.0)
    with Journal(tmp_path) as journal:
        for number in range(20):
            journal.append("note", {"number": number})
        journal.barrier()
        assert len(synced) == 1
        assert len(read_journal(journal.path).records) == 20
        journal.barrier()
        assert len(synced) == 1
