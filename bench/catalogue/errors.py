"""What can be wrong with the catalogue's files, or with a question put to it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class CatalogueError(Exception):
    """A file of the catalogue cannot be used. ``file`` and ``key`` say where; ``key`` is the offending key or id."""

    def __init__(self, file: Path | str, key: str, problem: str) -> None:
        super().__init__(f"{file}: {key}: {problem}")
        self.file = str(file)
        self.key = key
        self.problem = problem


class UnknownEntryError(KeyError):
    """The catalogue has no entry of this ``kind`` under this ``key``; perhaps one of ``known`` was meant."""

    def __init__(self, kind: str, key: str, known: Iterable[str] = ()) -> None:
        names = {name.lower(): name for name in known}
        near = difflib.get_close_matches(key.lower(), names, n=1)
        hint = f"; did you mean {names[near[0]]!r}?" if near else ""
        super().__init__(f"the catalogue has no {kind} {key!r}{hint}")
        self.kind = kind
        self.key = key

    def __str__(self) -> str:
        return str(self.args[0])


class NoBoundError(LookupError):
    """A bound exists, but not for this level, link, transport or subject."""


class LinkNotOfferedError(ValueError):
    """A row was asked about on a link that is none of its candidate links."""

    def __init__(self, row: str, link: str, offered: tuple[str, ...]) -> None:
        super().__init__(f"row {row} is not carried by link {link!r}; its links are {', '.join(offered)}")
        self.row = row
        self.link = link
