"""The ledger of a device: what it has been through, kept outside any run.

A device remembers its invocation counters, its lock-outs, how often its relay has moved and which keys it holds; a
bench that forgets them locks itself out. Every entry is on disk, synced, before the bench acts on it.

Keys are encrypted (AES-256-GCM, with the device's name bound in). A rotation is written down before it starts::

    ledger.begin_rotation("guek", new_key)      # both keys are on disk now
    await meter.transfer_keys(...)
    ledger.finish_rotation("guek")              # the new one is the current one

After a crash in between, ``candidates("guek")`` gives both, the current one first: the bench tries which one the
device took.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.lab.durable import replace_durably, state_folder
from bench.lab.errors import LabError

KEY_FILE = "ledger.key"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class LedgerError(LabError):
    """A ledger cannot be read or does not hold what is asked for."""


class _Pages(msgspec.Struct):
    """What stands on disk."""

    device: str
    counters: dict[str, int] = msgspec.field(default_factory=dict)
    locked_until: dict[str, float] = msgspec.field(default_factory=dict)
    relay_operations: int = 0
    keys: dict[str, bytes] = msgspec.field(default_factory=dict)
    pending_keys: dict[str, bytes] = msgspec.field(default_factory=dict)


@dataclass
class Ledger:
    """The ledger of ``device`` at ``path``. Opened by `open_ledger`, for one process at a time."""

    device: str
    path: Path
    _cipher: AESGCM = field(repr=False)
    _pages: _Pages = field(repr=False)
    _told: Callable[[bytes], None] = field(default=lambda _key: None, repr=False)
    _synced: bool = True

    # -- invocation counters -------------------------------------------------------------------------------------

    def counter(self, name: str) -> int:
        """The lowest value of counter ``name`` that has certainly not been used; 0 for one that is new."""
        return self._pages.counters.get(name, 0)

    def reserve(self, name: str, count: int = 1000) -> range:
        """Values that nobody used or will use again, even if this run crashes before it has used them all."""
        first = self.counter(name)
        self._pages.counters[name] = first + count
        self._save()
        return range(first, first + count)

    def raise_counter(self, name: str, at_least: int) -> None:
        """The device was seen to expect ``at_least``: never go below."""
        if at_least > self.counter(name):
            self._pages.counters[name] = at_least
            self._save()

    # -- lock-outs and wear --------------------------------------------------------------------------------------

    def lock_out(self, who: str, until: float) -> None:
        """``who`` (a client of the device) is locked out until then (station time, s)."""
        self._pages.locked_until[who] = until
        self._save()

    def locked_until(self, who: str) -> float:
        """When the lock-out of ``who`` ends (station time, s); 0 when there is none."""
        return self._pages.locked_until.get(who, 0.0)

    @property
    def lock_outs(self) -> Mapping[str, float]:
        """When each lock-out that was noted ends or has ended (station time, s), by who is locked out."""
        return dict(self._pages.locked_until)

    @property
    def relay_operations(self) -> int:
        """Operations of the device's switch that the bench has caused so far."""
        return self._pages.relay_operations

    def count_relay_operations(self, count: int = 1) -> None:
        """Add operations, before they are commanded."""
        self._pages.relay_operations += count
        self._save()

    # -- keys ----------------------------------------------------------------------------------------------------

    def key(self, name: str) -> bytes | None:
        """The current key ``name``, or None when the ledger has none (the one of the device file is then in force)."""
        sealed = self._pages.keys.get(name)
        return None if sealed is None else self._unseal(name, sealed)

    def set_key(self, name: str, key: bytes) -> None:
        """Write down that ``key`` is in force."""
        self._pages.keys[name] = self._seal(name, key)
        self._pages.pending_keys.pop(name, None)
        self._save()

    def begin_rotation(self, name: str, new_key: bytes) -> None:
        """Write down ``new_key`` before the device is told."""
        self.begin_rotations({name: new_key})

    def begin_rotations(self, new_keys: Mapping[str, bytes]) -> None:
        """Write down new keys that the device will take at the same time, before it is told."""
        self._pages.pending_keys.update({name: self._seal(name, key) for name, key in new_keys.items()})
        self._save()

    def finish_rotation(self, *names: str) -> None:
        """The device took the new keys. Raises LedgerError, and changes nothing, when a rotation was not begun."""
        for name in names:
            if name not in self._pages.pending_keys:
                raise LedgerError(f"{self.path}: no rotation of key {name} was begun")
        self._pages.keys.update({name: self._pages.pending_keys.pop(name) for name in names})
        self._save()

    def abandon_rotation(self, *names: str) -> None:
        """The device certainly refused the new keys."""
        dropped = [self._pages.pending_keys.pop(name, None) for name in names]
        if any(sealed is not None for sealed in dropped):
            self._save()

    def candidates(self, name: str) -> tuple[bytes, ...]:
        """The keys of which the device holds one: the current one, and the new one of a rotation that was cut short."""
        sealed = (self._pages.keys.get(name), self._pages.pending_keys.get(name))
        return tuple(self._unseal(name, one) for one in sealed if one is not None)

    # -- inside --------------------------------------------------------------------------------------------------

    def _seal(self, name: str, key: bytes) -> bytes:
        self._told(key)
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, self._bound_to(name))

    def _unseal(self, name: str, sealed: bytes) -> bytes:
        try:
            key = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self._bound_to(name))
        except InvalidTag:
            text = f"{self.path}: key {name} was written under another ledger key, or was altered"
            raise LedgerError(text) from None
        self._told(key)
        return key

    def _bound_to(self, name: str) -> bytes:
        return f"{self.device}\0{name}".encode()

    def _save(self) -> None:
        replace_durably(self.path, msgspec.json.encode(self._pages), synced=self._synced)


def open_ledger(
    device: str,
    folder: Path | None = None,
    told: Callable[[bytes], None] = lambda _key: None,
    *,
    outlives_machine: bool = True,
) -> Ledger:
    """The ledger of ``device`` (a serial number or another name of its own).

    ``folder`` is the user's state folder by default; ``told`` gets every key that goes in or comes out. A device that
    is gone when the machine goes down (an emulated one) needs no entry synced: ``outlives_machine`` False. The first
    one makes the folder (mode 0700) and the key under which keys are encrypted. Raises LedgerError.
    """
    folder = folder or state_folder() / "ledger"
    path = folder / f"{_file_name(device)}.json"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        cipher = AESGCM(_ledger_key(folder / KEY_FILE))
        pages = msgspec.json.decode(path.read_bytes(), type=_Pages) if path.exists() else _Pages(device)
    except msgspec.DecodeError as error:
        raise LedgerError(f"{path}: is no ledger ({error}); restore it from a backup") from None
    except OSError as error:
        raise LedgerError(f"{path}: cannot be used: {error.strerror}") from error
    if pages.device != device:
        raise LedgerError(f"{path}: is the ledger of another device, {pages.device}")
    return Ledger(device, path, cipher, pages, told, outlives_machine)


def _ledger_key(path: Path) -> bytes:
    if not path.exists():
        replace_durably(path, AESGCM.generate_key(bit_length=8 * _KEY_BYTES))
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise LedgerError(f"{path}: is no ledger key: {_KEY_BYTES} bytes are needed")
    return key


def _file_name(device: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", device) or "_"
