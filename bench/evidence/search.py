"""Finding hundreds of secrets, in thousands of forms, in everything that a run writes down, at next to no cost.

Looking for each form in each record would cost more than the run. Instead, every record is cut at every eighth byte
and the pieces are looked up in a set. A form of 15 bytes or more holds, wherever it stands, one whole such piece; so
the set has the eight pieces that each form can show. Forms of 7 to 14 bytes are found by pieces of four, the few
shorter ones by themselves. Only what passes this sieve is searched form by form.

Some secrets nobody knows beforehand: a token that a device issues is found by what stands before it (`TELLTALES`).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from typing import Any, Literal, Protocol

import msgspec

from bench.evidence.forms import secret_forms

MASK = "***"
"""What stands where a secret stood."""

OWN_NAMES = frozenset({"test", "tests", "plan"})
"""Fields of a journal record that hold only names of the bench's own, known before it knew any secret."""

TELLTALES = re.compile(
    rb'(?:(?<=[Bb]earer )|(?<=BEARER )|(?<="access_token":")|(?<="access_token": "))[A-Za-z0-9._~+/-]{16,}=*'
    rb"|(?<=656172657220)[0-9a-fA-F]{32,}"
    rb"|(?:CLIENT_RANDOM|[A-Z_]{1,40}_SECRET(?:_[0-9])?) [0-9a-fA-F]{64} [0-9a-fA-F]{64,}"
    rb"|-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?-----END [A-Z ]*PRIVATE KEY-----|.*)"
)
"""Credentials by what stands before them: bearer tokens (RFC 6750; also where the message stands in hexadecimal),
answers of a token endpoint (RFC 6749, 5.1), session keys of TLS (NSS key log, as a pcapng may hold it), private keys
(RFC 7468)."""

_MARKS = (b"earer ", b"EARER ", b"access_token", b"656172657220", b"CLIENT_RANDOM ", b"_SECRET", b"PRIVATE KEY")
_LONG, _SHORT = 8, 4
_WORDS: dict[int, Literal["Q", "I"]] = {_LONG: "Q", _SHORT: "I"}
_DECODER = msgspec.json.Decoder()
_ENCODER = msgspec.json.Encoder()


class KeepsSecrets(Protocol):
    """What the journal asks of whoever knows the secrets."""

    def redact_json(self, body: bytes) -> bytes:
        """A JSON object without any secret; the very same bytes when there is none in it."""
        ...

    def holds(self, content: bytes) -> bool:
        """Whether a secret is in ``content``."""
        ...


class _Sieve:
    """Forms of at least ``2 * width - 1`` bytes, and the pieces that betray them."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._word = _WORDS[width]
        self._unpack = struct.Struct(f"={self._word}").unpack_from
        self._forms: set[bytes] = set()
        self._pieces: set[int] = set()
        self._betrayed: dict[int, list[bytes]] = {}
        self._sorted_in: set[bytes] = set()

    def add(self, form: bytes) -> None:
        """Look for ``form`` too."""
        self._forms.add(form)
        self._pieces.update([self._unpack(form, at)[0] for at in range(self.width)])

    def found_in(self, data: bytes) -> list[bytes]:
        """The forms in ``data``."""
        whole = memoryview(data)[: len(data) // self.width * self.width].cast(self._word)
        if self._pieces.isdisjoint(whole):
            return []
        if len(self._sorted_in) < len(self._forms):
            self._sort_in()
        betrayed = {form for piece in self._pieces.intersection(whole) for form in self._betrayed.get(piece, ())}
        return [form for form in betrayed if form in data]

    def _sort_in(self) -> None:
        """Know which forms a piece betrays; done when a piece is first seen, since most runs see few."""
        for form in self._forms - self._sorted_in:
            for at in range(self.width):
                self._betrayed.setdefault(self._unpack(form, at)[0], []).append(form)
        self._sorted_in |= self._forms


class SecretSearch:
    """Finds and masks the secrets that it was told, in every form. One thread may `add` while others search."""

    def __init__(self, values: Iterable[bytes] = ()) -> None:
        self._values: set[bytes] = set()
        self._thorough: set[bytes] = set()
        self._tiny: set[bytes] = set()
        self._long, self._short = _Sieve(_LONG), _Sieve(_SHORT)
        for value in values:
            self.add(value)

    def add(self, value: bytes, *, thoroughly: bool = True) -> None:
        """Look for ``value`` from now on: in every form, or else in those only that a device or a wire may show."""
        if value in (self._thorough if thoroughly else self._values):
            return
        self._values.add(value)
        if thoroughly:
            self._thorough.add(value)
        for form in secret_forms(value, as_text=thoroughly):
            if len(form) >= 2 * _LONG - 1:
                self._long.add(form)
            elif len(form) >= 2 * _SHORT - 1:
                self._short.add(form)
            else:
                self._tiny.add(form)

    def holds(self, content: bytes) -> bool:
        """Whether a secret, or what can only be one, is in ``content``."""
        return bool(self._found(content)) or _telltale(content)

    def redact(self, text: str) -> str:
        """``text`` with `MASK` in place of every secret."""
        data = text.encode("utf-8", "surrogatepass")
        clean = self._mask(data)
        return text if clean is data else clean.decode("utf-8", "replace")

    def redact_json(self, body: bytes) -> bytes:
        """A JSON object without any secret, fields of `OWN_NAMES` left as they are; the same bytes if it had none."""
        if not self.holds(body):
            return body
        record = _DECODER.decode(body)
        clean = {name: value if name in OWN_NAMES else self._redact_value(value) for name, value in record.items()}
        return body if clean == record else _ENCODER.encode(clean)

    def _redact_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, dict):
            return {self.redact(name): self._redact_value(item) for name, item in value.items()}
        if isinstance(value, list):
            return MASK if self._is_secret_as_numbers(value) else [self._redact_value(item) for item in value]
        return value

    def _is_secret_as_numbers(self, items: list[Any]) -> bool:
        """Whether a list holds bytes as numbers, and a secret among them."""
        octets = all(type(item) is int and 0 <= item < 256 for item in items)
        return octets and bool(self._found(bytes(items)))

    def _mask(self, data: bytes) -> bytes:
        while found := self._found(data):
            longest_first = sorted(found, key=len, reverse=True)
            data = re.sub(b"|".join(map(re.escape, longest_first)), MASK.encode(), data)
        return TELLTALES.sub(MASK.encode(), data) if _telltale(data) else data

    def _found(self, data: bytes) -> list[bytes]:
        """The forms in ``data``."""
        return [
            *self._long.found_in(data),
            *self._short.found_in(data),
            *(form for form in tuple(self._tiny) if form in data),
        ]


def _telltale(data: bytes) -> bool:
    return any(mark in data for mark in _MARKS) and TELLTALES.search(data) is not None


class NoSecrets:
    """For a journal that nothing secret can come to."""

    def redact_json(self, body: bytes) -> bytes:
        """``body`` as it is."""
        return body

    def holds(self, content: bytes) -> bool:
        """False."""
        return False
