"""What tests leave open at devices: closed at the next fresh start of the station."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from typing import Any, Protocol, TypeVar, cast


class Closable(Protocol):
    """Something open."""

    async def close(self) -> None:
        """Never raises."""
        ...


Line = TypeVar("Line", bound=Closable)


class LeftOpen:
    """What was opened since the last fresh start: noted, while it lives, or kept for others."""

    def __init__(self) -> None:
        self._noted: weakref.WeakSet[Closable] = weakref.WeakSet()
        self._kept: dict[Hashable, Any] = {}

    def note(self, line: Closable) -> None:
        """To be closed, if it is still there then."""
        self._noted.add(line)

    def kept(self, key: Hashable, make: Callable[[], Line]) -> Line:
        """What lasts longer than a session at a device: made once for a key."""
        if key not in self._kept:
            self._kept[key] = make()
        return cast(Line, self._kept[key])

    async def close(self) -> None:
        """Close all of it."""
        for line in [*self._noted, *self._kept.values()]:
            await line.close()
        self._noted.clear()
        self._kept.clear()
