"""The ledger: on disk before the bench acts, whole after a crash, keys never in clear."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bench.lab import durable
from bench.lab.ledger import LedgerError, open_ledger

KEY = bytes(range(16))
NEW_KEY = bytes(range(16, 32))


def test_counters_are_never_given_twice(tmp_path: Path) -> None:
    first = open_ledger("42", tmp_path).reserve("management", 100)
    second = open_ledger("42", tmp_path).reserve("management", 100)
    assert (first, second) == (range(100), range(100, 200))


def test_a_counter_only_goes_up(tmp_path: Path) -> None:
    ledger = open_ledger("42", tmp_path)
    ledger.raise_counter("management", 5000)
    ledger.raise_counter("management", 10)
    assert open_ledger("42", tmp_path).counter("management") == 5000


def test_lock_outs_and_wear_are_remembered(tmp_path: Path) -> None:
    ledger = open_ledger("42", tmp_path)
    ledger.lock_out("reader", 1000.0)
    ledger.count_relay_operations(2)
    again = open_ledger("42", tmp_path)
    assert (again.locked_until("reader"), again.locked_until("other"), again.relay_operations) == (1000.0, 0.0, 2)


def test_a_rotation_that_was_cut_short_leaves_both_keys(tmp_path: Path) -> None:
    ledger = open_ledger("42", tmp_path)
    ledger.set_key("guek", KEY)
    ledger.begin_rotation("guek", NEW_KEY)
    assert open_ledger("42", tmp_path).candidates("guek") == (KEY, NEW_KEY)
    assert open_ledger("42", tmp_path).key("guek") == KEY


def test_a_finished_rotation_leaves_the_new_key(tmp_path: Path) -> None:
    ledger = open_ledger("42", tmp_path)
    ledger.set_key("guek", KEY)
    ledger.begin_rotation("guek", NEW_KEY)
    ledger.finish_rotation("guek")
    assert open_ledger("42", tmp_path).candidates("guek") == (NEW_KEY,)
    with pytest.raises(LedgerError, match="no rotation of key guek was begun"):
        ledger.finish_rotation("guek")


def test_an_abandoned_rotation_leaves_the_old_key(tmp_path: Path) -> None:
    ledger = open_ledger("42", tmp_path)
    ledger.set_key("guek", KEY)
    ledger.begin_rotation("guek", NEW_KEY)
    ledger.abandon_rotation("guek")
    assert open_ledger("42", tmp_path).candidates("guek") == (KEY,)


def test_no_key_is_on_disk_in_clear(tmp_path: Path) -> None:
    ledger = open_ledger("42", tmp_path)
    ledger.set_key("guek", KEY)
    ledger.begin_rotation("guek", NEW_KEY)
    import base64

    for path in tmp_path.iterdir():
        content = path.read_bytes()
        for key in (KEY, NEW_KEY):
            assert key not in content
            assert key.hex().encode() not in content
            assert base64.b64encode(key) not in content
    assert KEY.hex() not in repr(ledger)


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    open_ledger("42", folder).count_relay_operations()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_key_is_bound_to_device_and_name(tmp_path: Path) -> None:
    open_ledger("42", tmp_path).set_key("guek", KEY)
    pages = (tmp_path / "42.json").read_text()
    (tmp_path / "43.json").write_text(pages.replace('"42"', '"43"'))
    with pytest.raises(LedgerError, match="key guek was written under another ledger key, or was altered"):
        open_ledger("43", tmp_path).key("guek")
    (tmp_path / "42.json").write_text(pages.replace("guek", "gbek"))
    with pytest.raises(LedgerError, match="gbek"):
        open_ledger("42", tmp_path).key("gbek")


def test_another_devices_ledger_is_refused(tmp_path: Path) -> None:
    open_ledger("a/b", tmp_path).count_relay_operations()
    with pytest.raises(LedgerError, match="is the ledger of another device"):
        open_ledger("a_b", tmp_path)


def test_a_broken_ledger_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "42.json").write_text('{"device": "42", "count')
    with pytest.raises(LedgerError, match="is no ledger"):
        open_ledger("42", tmp_path)
    assert (tmp_path / "42.json").read_text().endswith('"count')


def test_the_default_place_is_the_users_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    ledger = open_ledger("42")
    ledger.count_relay_operations()
    assert ledger.path == tmp_path / "state" / "amibench" / "ledger" / "42.json"
    assert ledger.path.exists()


def test_a_failure_in_the_middle_of_writing_leaves_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = open_ledger("42", tmp_path)
    ledger.set_key("guek", KEY)

    def disk_full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable.os, "fsync", disk_full)
    with pytest.raises(OSError, match="No space left"):
        ledger.begin_rotation("guek", NEW_KEY)
    monkeypatch.undo()
    assert open_ledger("42", tmp_path).candidates("guek") == (KEY,)
    assert not list(tmp_path.glob("*.part"))


CUT_SHORT = """
import os, signal, sys
from pathlib import Path
from bench.lab import durable
from bench.lab.ledger import open_ledger
ledger = open_ledger("42", Path(sys.argv[1]))
ledger.set_key("guek", bytes(range(16)))
point = sys.argv[2]
real = getattr(durable.os, "fsync")
def killed(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)
if point == "sync":
    durable.os.fsync = killed
else:
    durable.Path.replace = killed
ledger.begin_rotation("guek", bytes(range(16, 32)))
"""


@pytest.mark.parametrize("point", ["sync", "replace"])
def test_kill_9_in_the_middle_of_writing_leaves_the_old_content(tmp_path: Path, point: str) -> None:
    ended = subprocess.run([sys.executable, "-c", CUT_SHORT, str(tmp_path), point], cwd=os.getcwd(), check=False)
    assert ended.returncode == -signal.SIGKILL
    assert open_ledger("42", tmp_path).candidates("guek") == (KEY,)
