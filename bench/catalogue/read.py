"""From the TOML files of a directory to their entries, each with the file that it came from."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from bench.catalogue.entries import CatalogueFile
from bench.catalogue.errors import CatalogueError

_Entry = TypeVar("_Entry")
_POSITION = re.compile(r"\(at line (\d+), column \d+\)")
_KEY = re.compile(r"\s*(?:\[+\s*)?([\w.\"'-]+)\s*(?:=|\]|$)")
_ENTRY = re.compile(r"`\$\.(\w+)\[(\d+)\]\.?(.*)`$")
_FIELD = re.compile(r"field `([^`]+)`")
_IDENTITY = ("id", "number", "name")


class Tables:
    """The tables of every file of a directory, in the order of the file names."""

    def __init__(self, files: Sequence[tuple[str, CatalogueFile]]) -> None:
        self._files = files

    def entries(self, pick: Callable[[CatalogueFile], tuple[_Entry, ...]]) -> Iterator[tuple[str, _Entry]]:
        """Each entry of one table with its file: ``tables.entries(lambda file: file.row)``."""
        for name, file in self._files:
            for entry in pick(file):
                yield name, entry


def read_tables(directory: Path) -> Tables:
    """Read every ``*.toml`` below ``directory``.

    Raises CatalogueError, naming file and key, for a file that is no TOML, for a key that is given twice or unknown,
    for a value of the wrong type or outside its word list, and for a directory without such files.
    """
    paths = sorted(directory.rglob("*.toml"))
    if not paths:
        raise CatalogueError(directory, "*.toml", "no file of the catalogue is here")
    return Tables([(str(path.relative_to(directory)), _read(path, directory)) for path in paths])


def _read(path: Path, directory: Path) -> CatalogueFile:
    name = path.relative_to(directory)
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(name, _key_at(text, str(error)), str(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(name, "file", str(error)) from None
    try:
        return msgspec.convert(data, CatalogueFile)
    except msgspec.ValidationError as error:
        key, problem = _explain(str(error), data)
        raise CatalogueError(name, key, problem) from None


def _key_at(text: str, message: str) -> str:
    """The key on the line that a TOML error names, or the nearest one above it."""
    position = _POSITION.search(message)
    lines = text.splitlines()
    last = int(position[1]) if position else len(lines)
    for line in reversed(lines[:last]):
        key = _KEY.match(line)
        if key is not None:
            return key[1]
    return "file"


def _explain(message: str, data: dict[str, Any]) -> tuple[str, str]:
    """What msgspec says, with the entry named by its id: ``row 3.1.1/AMI-28/HE-Meter: label``."""
    problem, _, _ = message.partition(" - at ")
    field = _FIELD.search(problem)
    entry = _ENTRY.search(message)
    if entry is None:
        return (field[1] if field else "file"), problem
    table, index, path = entry[1], int(entry[2]), entry[3]
    content = data[table][index]
    identity = next((str(content[key]) for key in _IDENTITY if key in content), f"number {index + 1}")
    keys = [key for key in (path, field[1] if field else "") if key]
    return ": ".join([f"{table} {identity}", *keys]), problem
