"""The capture key: named by reference, or made for its owner's eyes only."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bench.lab.capture_key import KEY_VARIABLE, capture_key_for, capture_key_to_read_with, own_key_file
from bench.lab.secrets import SecretError, SecretStore

PLANTED = "an env capture key of enough bytes"


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv(KEY_VARIABLE, raising=False)


def test_one_that_is_named_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_KEY", PLANTED)
    monkeypatch.setenv(KEY_VARIABLE, "env:THE_KEY")
    assert capture_key_for(SecretStore())() == PLANTED.encode() == capture_key_to_read_with()
    assert not own_key_file().exists()


def test_one_is_made_when_it_is_needed_and_none_is_named() -> None:
    get = capture_key_for(SecretStore())
    assert not own_key_file().exists()
    assert capture_key_to_read_with() == b""
    made = get()
    assert len(made) == 32
    assert made == capture_key_for(SecretStore())() == capture_key_to_read_with()
    assert stat.S_IMODE(own_key_file().stat().st_mode) == 0o600
    assert stat.S_IMODE(own_key_file().parent.stat().st_mode) == 0o700


def test_the_key_itself_is_redacted() -> None:
    store = SecretStore()
    made = capture_key_for(store)()
    assert store.redact(f"<{made.hex()}>") == "<***>"


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        (PLANTED, "by reference only"),
        ("env:NOT_SET", "is not set"),
        ("env:SHORT", "too short"),
        ("emulated:meter1/guek", "no capture key"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused_at_once(
    reference: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHORT", "short")
    monkeypatch.setenv(KEY_VARIABLE, reference)
    with pytest.raises(SecretError, match=words) as caught:
        capture_key_for(SecretStore())
    assert KEY_VARIABLE in str(caught.value)
    assert PLANTED not in str(caught.value)
