"""Which file each entry of the catalogue came from, so that an error can name it."""

from __future__ import annotations

from bench.catalogue.errors import CatalogueError


class Origins:
    """The files of the entries, by table and id."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], str] = {}

    def add(self, table: str, key: str, file: str) -> None:
        """Note an entry. Raises CatalogueError for one that was noted before."""
        if (table, key) in self._files:
            raise CatalogueError(file, f"{table} {key}", f"stated twice, first in {self._files[table, key]}")
        self._files[table, key] = file

    def file(self, table: str, key: str) -> str:
        """The file of an entry. Raises KeyError for one that was never noted."""
        return self._files[table, key]

    def error(self, table: str, key: str, field: str, problem: str) -> CatalogueError:
        """The error that names an entry's file, the entry and its field."""
        return CatalogueError(self.file(table, key), f"{table} {key}: {field}", problem)
