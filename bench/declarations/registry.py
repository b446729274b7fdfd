"""Where comparisons are found: in the modules that entry points of group ``amibench.declarations`` name, by link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import entry_points

from bench.declarations.base import Topic

GROUP = "amibench.declarations"


@cache
def installed_topics() -> Mapping[str, Sequence[Topic]]:
    """The topics of each link."""
    return {entry.name: tuple(entry.load().TOPICS) for entry in entry_points(group=GROUP)}
