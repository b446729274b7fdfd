"""Decade 4: passwords, access rights, keys (TERMINETER ``c1219/access/security.py``; MSDK for table 40).

A password gives its session the permission groups that stand beside it. Table 44 says for a table or procedure which
groups may read and write it (for a procedure: start it); what has no entry there falls under table 43.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from drivers.c1219.codecs import U8, U16, Bits, Layout, Octets, Several

DIM_SECURITY, ACT_SECURITY, PASSWORDS, DEFAULT_ACCESS, ACCESS, KEYS, EXTENDED_KEYS = range(40, 47)
GROUPS = 8
_NUMBER, _MANUFACTURER, _PROCEDURE, _ANY_READ, _ANY_WRITE = 0x7FF, 0x800, 0x1000, 0x2000, 0x4000


@dataclass(frozen=True, slots=True)
class ActualSecurity:
    """Tables 40 (most) and 41 (in use). Lengths in bytes."""

    passwords: int
    password_length: int
    keys: int
    key_length: int
    permissions: int


SECURITY_LAYOUT = Layout(
    ActualSecurity, passwords=U8, password_length=U8, keys=U8, key_length=U8, permissions=U16
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Password:
    """A password with its permission groups, 0 to 7."""

    password: bytes
    groups: frozenset[int]


@dataclass(frozen=True, slots=True)
class PasswordTable:
    """Table 42."""

    entries: tuple[Password, ...]


def password_table(actual: ActualSecurity) -> Layout[PasswordTable]:
    """The layout of table 42."""
    entry = Layout(Password, password=Octets(actual.password_length), groups=Bits(1))
    return Layout(PasswordTable, entries=Several(entry, actual.passwords))


@dataclass(frozen=True, slots=True)
class Right:
    """An entry of table 44. ``word`` is its TABLE_IDC_BFLD: number, whose, table or procedure, open to everybody."""

    word: int
    read: frozenset[int] = frozenset()
    write: frozenset[int] = frozenset()

    @classmethod
    def of(
        cls,
        number: int,
        read: Collection[int] = (),
        write: Collection[int] = (),
        *,
        manufacturer: bool = False,
        procedure: bool = False,
        any_read: bool = False,
        any_write: bool = False,
    ) -> Right:
        """An entry from its parts."""
        flags = (
            (manufacturer, _MANUFACTURER), (procedure, _PROCEDURE), (any_read, _ANY_READ), (any_write, _ANY_WRITE)
        )  # fmt: skip
        word = number | sum(bit for on, bit in flags if on)
        return cls(word, frozenset(read), frozenset(write))

    @property
    def number(self) -> int:
        """The number of the table or procedure; a manufacturer's one counts from 0."""
        return self.word & _NUMBER

    @property
    def manufacturer(self) -> bool:
        return bool(self.word & _MANUFACTURER)

    @property
    def procedure(self) -> bool:
        return bool(self.word & _PROCEDURE)

    def may_read(self, groups: Collection[int]) -> bool:
        """Whether a session with these groups may read."""
        return bool(self.word & _ANY_READ) or bool(self.read.intersection(groups))

    def may_write(self, groups: Collection[int]) -> bool:
        """Whether a session with these groups may write, or start the procedure."""
        return bool(self.word & _ANY_WRITE) or bool(self.write.intersection(groups))


@dataclass(frozen=True, slots=True)
class Rights:
    """Table 44."""

    entries: tuple[Right, ...]

    def find(self, number: int, *, manufacturer: bool = False, procedure: bool = False) -> Right | None:
        """The entry of a table or procedure, None where table 43 decides."""
        wanted = (number, manufacturer, procedure)
        return next((one for one in self.entries if (one.number, one.manufacturer, one.procedure) == wanted), None)


_RIGHT = Layout(Right, word=U16, read=Bits(1), write=Bits(1))


def rights(actual: ActualSecurity) -> Layout[Rights]:
    """The layout of table 44."""
    return Layout(Rights, entries=Several(_RIGHT, actual.permissions))


@dataclass(frozen=True, slots=True)
class DefaultRights:
    """Table 43: the entry for tables and the one for procedures that table 44 does not name (unverified)."""

    tables: Right
    procedures: Right


DEFAULT_RIGHTS = Layout(DefaultRights, tables=_RIGHT, procedures=_RIGHT)


@dataclass(frozen=True, slots=True)
class KeyTable:
    """Table 45; table 46, the extended keys, has the same layout here (unverified)."""

    keys: tuple[bytes, ...]


def key_table(actual: ActualSecurity) -> Layout[KeyTable]:
    """The layout of table 45."""
    return Layout(KeyTable, keys=Several(Octets(actual.key_length), actual.keys))
