"""The secret under which captures that hold secrets are encrypted (see `bench.evidence.vault`).

The environment variable ``AMIBENCH_CAPTURE_KEY`` names it by reference, as every secret: ``env:NAME``, ``file:PATH`` or
``keyring:SERVICE/NAME``. Where none is named, the bench makes one in the user's state folder when it first needs it:
``~/.local/state/amibench/captures.key``, readable by its owner only. Who loses it loses what it has sealed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from bench.evidence.vault import SHORTEST_KEY
from bench.lab.durable import replace_durably, state_folder
from bench.lab.secrets import SecretError, SecretRef, SecretStore

KEY_VARIABLE = "AMIBENCH_CAPTURE_KEY"
"""Environment variable with the reference to the capture key."""

KEY_FILE = "captures.key"
_KEY_BYTES = 32


def own_key_file() -> Path:
    """Where the bench keeps the key that it made itself."""
    return state_folder() / KEY_FILE


def capture_key_for(store: SecretStore) -> Callable[[], bytes]:
    """How to get the capture key for writing. A reference that does not lead to one raises SecretError at once."""
    named = os.environ.get(KEY_VARIABLE, "")
    if named:
        key = _named(store, named)
        return lambda: key
    return lambda: _own(store)


def capture_key_to_read_with() -> bytes:
    """The capture key, for a reader; nothing where there is none. Raises SecretError."""
    named = os.environ.get(KEY_VARIABLE, "")
    if named:
        return _named(SecretStore(), named)
    return _own(SecretStore()) if own_key_file().exists() else b""


def _named(store: SecretStore, named: str) -> bytes:
    try:
        reference = SecretRef.parse(named)
        if reference.scheme == "emulated":
            raise SecretError("an emulated device has no capture key")
        key = store.resolve(reference).reveal()
    except SecretError as error:
        raise SecretError(f"{KEY_VARIABLE}: {error}") from None
    if len(key) < SHORTEST_KEY:
        raise SecretError(f"{KEY_VARIABLE}: the key at {reference} is too short: {SHORTEST_KEY} bytes at least")
    return key


def _own(store: SecretStore) -> bytes:
    path = own_key_file()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
    except OSError as error:
        raise SecretError(f"{path}: cannot make a capture key: {error.strerror}; name one in {KEY_VARIABLE}") from None
    return store.resolve(SecretRef("file", str(path))).reveal()


def _make(path: Path) -> None:
    """Write a fresh key, unless another process of the bench is faster."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    replace_durably(fresh, f"hex:{os.urandom(_KEY_BYTES).hex()}\n".encode())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
