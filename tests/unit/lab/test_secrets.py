"""Secrets: found where the reference says, shown nowhere."""

from __future__ import annotations

import copy
import json
import pickle
import sys
import types
from pathlib import Path

import pytest

from bench.lab.secrets import Secret, SecretError, SecretRef, SecretStore

PLANTED = "hunter2hunter2"


def resolve(reference: str, **settings: object) -> bytes:
    return SecretStore(**settings).resolve(SecretRef.parse(reference)).reveal()  # type: ignore[arg-type]


def test_from_the_environment_as_text_or_hexadecimal() -> None:
    environment = {"TEXT": PLANTED, "HEX": "hex:00 0a ff", "BAD": f"hex:{PLANTED}", "EMPTY": ""}
    assert resolve("env:TEXT", environment=environment) == PLANTED.encode()
    assert resolve("env:HEX", environment=environment) == b"\x00\x0a\xff"
    for name, message in (("BAD", "is not hexadecimal"), ("EMPTY", "is empty"), ("NONE", "is not set")):
        with pytest.raises(SecretError, match=message) as caught:
            resolve(f"env:{name}", environment=environment)
        assert PLANTED not in str(caught.value)


def test_from_a_file_that_only_its_owner_can_read(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(PLANTED + "\n")
    path.chmod(0o644)
    with pytest.raises(SecretError, match="others can read it"):
        resolve(f"file:{path}")
    path.chmod(0o600)
    assert resolve(f"file:{path}") == PLANTED.encode()


def test_a_file_inside_the_repository_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "repository" / "key"
    path.parent.mkdir()
    path.write_text(PLANTED)
    path.chmod(0o600)
    with pytest.raises(SecretError, match="lies inside the repository"):
        resolve(f"file:{path}", repository=path.parent)


@pytest.mark.parametrize("reference", ["file:key", "file:/no/such/file"])
def test_a_file_that_cannot_be_used(reference: str) -> None:
    with pytest.raises(SecretError, match=reference):
        resolve(reference)


def test_from_an_emulation_host(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    store = SecretStore()
    store.add_emulated(path)
    with pytest.raises(SecretError, match="no emulated device"):
        store.resolve(SecretRef.parse("emulated:meter1/guek"))
    path.write_text(json.dumps({"meter1/guek": "00ff"}))
    assert store.resolve(SecretRef.parse("emulated:meter1/guek")).reveal() == b"\x00\xff"


def test_from_a_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = types.ModuleType("keyring")
    keyring.get_password = lambda service, name: PLANTED if (service, name) == ("meters", "42/guek") else None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    assert resolve("keyring:meters/42/guek") == PLANTED.encode()
    with pytest.raises(SecretError, match="has no such entry"):
        resolve("keyring:meters/43")


def test_a_keyring_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SecretError, match="install the package 'keyring'"):
        resolve("keyring:meters/42")


@pytest.mark.parametrize("text", [PLANTED, f"plain:{PLANTED}", "env:", "keyring:service", ""])
def test_what_is_no_reference_is_not_repeated(text: str) -> None:
    with pytest.raises(SecretError) as caught:
        SecretRef.parse(text)
    assert PLANTED not in str(caught.value)


def test_a_secret_shows_nothing_of_itself() -> None:
    secret = Secret(PLANTED.encode())
    assert PLANTED not in f"{secret!r} {secret}"
    assert PLANTED not in repr({"key": [secret]})
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        copy.deepcopy(secret)


def test_texts_are_redacted_of_all_that_was_given_out() -> None:
    store = SecretStore(environment={"TEXT": PLANTED, "KEY": "hex:" + "a1b2c3d4" * 4})
    store.resolve(SecretRef.parse("env:TEXT"))
    store.resolve(SecretRef.parse("env:KEY"))
    text = store.redact(f"password {PLANTED}, key {'a1b2c3d4' * 4} {'A1B2C3D4' * 4} {' '.join(['a1 b2 c3 d4'] * 4)}")
    assert text == "password ***, key *** *** ***"
