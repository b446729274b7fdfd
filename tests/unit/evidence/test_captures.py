"""Captures that hold a secret are sealed; who has the key opens them, who has not learns nothing from them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bench.evidence.captures import (
    CaptureAlteredError,
    CaptureKeyMissingError,
    CaptureMissingError,
    Captures,
    is_sealed,
)
from bench.evidence.journal import Journal, JournalError
from bench.evidence.reading import read_journal
from bench.evidence.search import SecretSearch
from bench.evidence.vault import Vault, WrongCaptureKeyError
from bench.session.recorder import Recorder
from drivers.clock import FreeClock

PASSWORD = b"71649032"
AARQ = bytes.fromhex("6036a1090607608574050801018a0207808b0760857405080201ac0a8008") + PASSWORD
CAPTURE_KEY = b"k" * 32


def key() -> bytes:
    return CAPTURE_KEY


def journal_in(directory: Path) -> Journal:
    return Journal(directory, secrets=SecretSearch([PASSWORD]), vault=Vault(key))


def captured(directory: Path, content: bytes, suffix: str = ".apdu", *, secret: bool = False) -> str:
    with journal_in(directory) as journal:
        return journal.capture(content, suffix, secret=secret)


def test_who_has_the_key_opens_a_sealed_capture(tmp_path: Path) -> None:
    name = captured(tmp_path, AARQ)
    assert is_sealed(name)
    assert Captures(tmp_path, key).open(name) == AARQ


def test_a_sealed_capture_shows_neither_secret_nor_digest_of_its_content(tmp_path: Path) -> None:
    captured(tmp_path, AARQ)
    everything = b"".join(path.read_bytes() + path.name.encode() for path in tmp_path.rglob("*") if path.is_file())
    assert PASSWORD not in everything
    assert AARQ[:20] not in everything
    assert hashlib.sha256(AARQ).hexdigest().encode() not in everything


def test_a_guess_cannot_be_confirmed_across_runs(tmp_path: Path) -> None:
    assert captured(tmp_path / "one", AARQ) != captured(tmp_path / "two", AARQ)


def test_without_the_key_it_is_said_that_it_is_missing(tmp_path: Path) -> None:
    name = captured(tmp_path, AARQ)
    with pytest.raises(CaptureKeyMissingError, match="encrypted"):
        Captures(tmp_path).open(name)
    with pytest.raises(WrongCaptureKeyError, match="not the capture key of its run"):
        Captures(tmp_path, lambda: b"another key, as long").open(name)


def test_without_the_key_the_file_can_be_held_against_the_journal(tmp_path: Path) -> None:
    name = captured(tmp_path, AARQ)
    (record,) = read_journal(tmp_path / "journal.jsonl").of("sealed_capture")
    assert record.data["capture"] == name
    assert record.data["sha256"] == hashlib.sha256(Captures(tmp_path).path(name).read_bytes()).hexdigest()


@pytest.mark.parametrize("at", [0, 20, 40, 60, -1])
def test_an_altered_sealed_capture_is_refused(tmp_path: Path, at: int) -> None:
    name = captured(tmp_path, AARQ)
    path = Captures(tmp_path).path(name)
    sealed = bytearray(path.read_bytes())
    sealed[at] ^= 1
    path.write_bytes(sealed)
    with pytest.raises((CaptureAlteredError, WrongCaptureKeyError)):
        Captures(tmp_path, key).open(name)


def test_one_sealed_capture_cannot_stand_for_another(tmp_path: Path) -> None:
    with journal_in(tmp_path) as journal:
        first, second = journal.capture(AARQ), journal.capture(AARQ + b"!")
    captures = Captures(tmp_path, key)
    captures.path(first).write_bytes(captures.path(second).read_bytes())
    with pytest.raises(WrongCaptureKeyError):
        captures.open(first)


def test_captures_without_secrets_stay_plain(tmp_path: Path) -> None:
    name = captured(tmp_path, b"frame")
    assert name == hashlib.sha256(b"frame").hexdigest() + ".apdu"
    assert Captures(tmp_path).open(name) == b"frame"
    Captures(tmp_path).path(name).write_bytes(b"other")
    with pytest.raises(CaptureAlteredError):
        Captures(tmp_path).open(name)


def test_what_is_said_to_be_secret_is_sealed_although_nothing_is_found_in_it(tmp_path: Path) -> None:
    assert is_sealed(captured(tmp_path, b"half a pass", secret=True))


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    with journal_in(tmp_path) as journal:
        assert journal.capture(AARQ) == journal.capture(AARQ)
    assert len(list((tmp_path / "captures").iterdir())) == 1
    assert len(list(read_journal(journal.path).of("sealed_capture"))) == 1


def test_without_a_vault_a_secret_is_not_written_at_all(tmp_path: Path) -> None:
    with (
        Journal(tmp_path, secrets=SecretSearch([PASSWORD])) as journal,
        pytest.raises(JournalError, match="no capture"),
    ):
        journal.capture(AARQ)
    assert list((tmp_path / "captures").iterdir()) == []


@pytest.mark.parametrize("name", ["nothing.apdu", "../journal.jsonl", ""])
def test_what_is_no_capture_is_missing(tmp_path: Path, name: str) -> None:
    captured(tmp_path, b"frame")
    with pytest.raises(CaptureMissingError):
        Captures(tmp_path, key).open(name)


def test_what_is_judged_is_what_is_recorded(tmp_path: Path) -> None:
    with journal_in(tmp_path) as journal:
        recorder = Recorder(journal, "3.1.1 test", FreeClock())
        seen = recorder.observe("answer", [PASSWORD.decode()], what=f"hex {PASSWORD.hex()}", raw="harmless")
    view = read_journal(journal.path)
    assert seen.value == ["***"]
    assert seen.what == "hex ***"
    assert view.observation(0) == seen == recorder.observations[0]
