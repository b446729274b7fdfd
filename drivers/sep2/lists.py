"""The page of a list that a request asks for (query parameters ``s`` and ``l``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from drivers.sep2.server import HttpRequest

_LONGEST_PAGE = 255

M = TypeVar("M")


def page(request: HttpRequest, members: Sequence[M]) -> dict[str, Any]:
    """What of a list is asked for: from ``s`` on, at most ``l`` members, one where the query does not say."""

    def number(name: str, default: int) -> int:
        text = request.query.get(name, "")
        return min(int(text), _LONGEST_PAGE) if text.isdigit() else default

    start, limit = number("s", 0), number("l", 1)
    shown = tuple(members[start : start + limit])
    return {"all": len(members), "results": len(shown), "members": shown}
