"""Secrets, which the lab holds by reference only.

| reference | where the secret is |
|---|---|
| ``env:NAME`` | environment variable |
| ``keyring:SERVICE/NAME`` | the desktop's or system's keyring (package ``keyring``) |
| ``file:PATH`` | a file that only its owner can read, outside the repository of the lab config |
| ``emulated:NAME`` | a secret of an emulated device, in its host's scratch folder |

``{seat}`` in a device file's reference stands for the seat that the device is in. The text found is the secret itself,
or its bytes as hexadecimal behind ``hex:``. No message, log or ``repr`` shows one: the store remembers every secret
that it has given out or was told of, and takes them out of what is recorded, printed and logged.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.evidence.search import SecretSearch
from bench.lab.errors import LabError

SCHEMES = ("env", "keyring", "file", "emulated")


class SecretError(LabError):
    """A reference cannot be read or resolved; the message names the reference, never a value."""


@dataclass(frozen=True)
class SecretRef:
    """Where a secret is."""

    scheme: str
    name: str

    @classmethod
    def parse(cls, text: str) -> SecretRef:
        """Read a reference. Raises SecretError, which does not repeat ``text``: it may be the secret itself."""
        scheme, colon, name = text.partition(":")
        if not colon or not name or scheme not in SCHEMES:
            raise SecretError(
                "secrets are given by reference only: env:NAME, keyring:SERVICE/NAME, file:PATH or emulated:NAME"
            )
        if scheme == "keyring" and not all(name.partition("/")):
            raise SecretError("a keyring reference is keyring:SERVICE/NAME")
        return cls(scheme, name)

    def for_seat(self, seat: str) -> SecretRef:
        """The same with ``{seat}`` replaced: a device file serves every seat that such a device sits in."""
        return SecretRef(self.scheme, self.name.replace("{seat}", seat))

    def __str__(self) -> str:
        return f"{self.scheme}:{self.name}"


class Secret:
    """A secret's bytes. Shows nothing of itself unless it is asked by `reveal`."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        """The bytes."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a secret is not pickled")


class SecretStore:
    """Resolves references and remembers what it gave out, so that everything written down can be redacted.

    ``repository`` is the folder in which no secret file may lie; ``emulated`` are the secret files of the hosts.
    """

    def __init__(self, *, repository: Path | None = None, environment: Mapping[str, str] | None = None) -> None:
        self._repository = repository.resolve() if repository is not None else None
        self._environment = os.environ if environment is None else environment
        self._emulated: list[Path] = []
        self._books: dict[Path, tuple[tuple[int, int], Mapping[str, bytes]]] = {}
        self._search = SecretSearch()

    def add_emulated(self, path: Path) -> None:
        """Look for ``emulated:`` secrets in this file too."""
        self._emulated.append(path)

    def remember(self, value: bytes) -> None:
        """Redact ``value`` too, which came to the bench on another way: a new key, a token."""
        self._search.add(value)

    def learn(self, references: Iterable[SecretRef]) -> None:
        """Remember the secrets behind ``references``, as far as they can be resolved, before anybody uses them."""
        for reference in references:
            with contextlib.suppress(SecretError):
                self.resolve(reference)

    def resolve(self, reference: SecretRef) -> Secret:
        """The secret behind ``reference``. Raises SecretError."""
        readers: dict[str, Callable[[str], bytes]] = {
            "env": self._from_environment,
            "keyring": _from_keyring,
            "file": self._from_file,
            "emulated": self._from_host,
        }
        value = readers[reference.scheme](reference.name)
        if not value:
            raise SecretError(f"{reference}: the secret is empty")
        self.remember(value)
        return Secret(value)

    def redact(self, text: str) -> str:
        """``text`` without any secret, in whatever form (see `bench.evidence.forms`)."""
        return self._search.redact(text)

    def redact_json(self, body: bytes) -> bytes:
        """A JSON object without any secret; the very same bytes when there is none in it."""
        return self._search.redact_json(body)

    def holds(self, content: bytes) -> bool:
        """Whether a secret is in ``content``."""
        return self._search.holds(content)

    def redact_error(self, error: BaseException) -> None:
        """Take secrets out of the texts of ``error`` and of what led to it, so that a traceback shows none either."""
        seen: set[int] = set()
        link: BaseException | None = error
        while link is not None and id(link) not in seen:
            seen.add(id(link))
            link.args = tuple(self.redact(item) if isinstance(item, str) else item for item in link.args)
            link = link.__cause__ or link.__context__

    def _from_environment(self, name: str) -> bytes:
        try:
            return _decoded(self._environment[name], f"env:{name}")
        except KeyError:
            raise SecretError(f"env:{name}: the environment variable is not set") from None

    def _from_file(self, name: str) -> bytes:
        path = Path(name).expanduser()
        if not path.is_absolute():
            raise SecretError(f"file:{name}: give the whole path; a secret's file does not lie beside the lab config")
        if self._repository is not None and path.resolve().is_relative_to(self._repository):
            raise SecretError(f"file:{name}: lies inside the repository {self._repository}; keep secrets outside of it")
        try:
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                raise SecretError(f"file:{name}: others can read it; chmod 600 it first")
            text = path.read_text().removesuffix("\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it holds no text"
            raise SecretError(f"file:{name}: cannot be read: {reason}") from None
        return _decoded(text, f"file:{name}")

    def _from_host(self, name: str) -> bytes:
        for path in self._emulated:
            book = self._book(path)
            if name in book:
                return book[name]
        raise SecretError(f"emulated:{name}: no emulated device of this station has published that secret")

    def _book(self, path: Path) -> Mapping[str, bytes]:
        """What a host has published so far. A defective device may show any of it: all is looked for, in the forms that
        devices use; what the bench itself comes to use, also in those of texts."""
        try:
            status = path.stat()
            version = (status.st_mtime_ns, status.st_ino)
            if path not in self._books or self._books[path][0] != version:
                book = {name: bytes.fromhex(value) for name, value in json.loads(path.read_text()).items()}
                self._books[path] = (version, book)
                for value in book.values():
                    self._search.add(value, thoroughly=False)
        except (OSError, ValueError):
            return {}
        return self._books[path][1]


def _from_keyring(name: str) -> bytes:
    service, _, entry = name.partition("/")
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        raise SecretError(f"keyring:{name}: install the package 'keyring' to use keyring references") from None
    try:
        found = keyring.get_password(service, entry)
    except Exception as error:
        raise SecretError(f"keyring:{name}: the keyring cannot be used: {type(error).__name__}") from None
    if found is None:
        raise SecretError(f"keyring:{name}: the keyring has no such entry")
    return _decoded(str(found), f"keyring:{name}")


def _decoded(text: str, reference: str) -> bytes:
    if not text.startswith("hex:"):
        return text.encode()
    try:
        return bytes.fromhex(text[4:])
    except ValueError:
        raise SecretError(f"{reference}: what stands behind 'hex:' is not hexadecimal") from None
