"""Following journals while they are written, to show how far a run is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

_DECODER = msgspec.json.Decoder()


@dataclass
class JournalFollower:
    """Reads what has been added to a journal since the last look. The file need not exist yet."""

    path: Path
    _offset: int = 0
    _rest: bytes = field(default=b"", repr=False)

    def new_records(self) -> Iterator[dict[str, Any]]:
        """The whole records added since the last call."""
        if not self.path.exists():
            return
        with self.path.open("rb") as journal:
            journal.seek(self._offset)
            added = journal.read()
        self._offset += len(added)
        *lines, self._rest = (self._rest + added).split(b"\n")
        for line in lines:
            yield _DECODER.decode(line)
