"""Decade 3: display lists (TERMINETER ``c1219/access/local_display.py``; table 32 unverified)."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.c1219.codecs import U8, U16, Layout, Octets, Several

DIM_DISPLAY, ACT_DISPLAY, DISPLAY_SOURCES, PRIMARY_LIST, SECONDARY_LIST = range(30, 35)


@dataclass(frozen=True, slots=True)
class ActualDisplay:
    """Tables 30 (most) and 31 (in use). ``flags``: on time, off time, hold time can be set."""

    flags: int
    sources: int
    source_width: int
    primary_items: int
    primary_lists: int
    secondary_items: int
    secondary_lists: int


DISPLAY_LAYOUT = Layout(
    ActualDisplay, flags=U8, sources=U16, source_width=U8, primary_items=U16, primary_lists=U8, secondary_items=U16,
    secondary_lists=U8,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DisplaySources:
    """Table 32: how each source is shown, as the manufacturer writes it."""

    sources: tuple[bytes, ...]


def display_sources(actual: ActualDisplay) -> Layout[DisplaySources]:
    """The layout of table 32."""
    return Layout(DisplaySources, sources=Several(Octets(actual.source_width), actual.sources))


@dataclass(frozen=True, slots=True)
class DisplayList:
    """How a list is scrolled: on and off time in the halves of ``times``, hold time and number in those of ``hold``."""

    times: int
    hold: int
    items: int


@dataclass(frozen=True, slots=True)
class DisplayLists:
    """Tables 33 and 34: the lists, and their items (indices into table 32) one list after the other."""

    lists: tuple[DisplayList, ...]
    items: tuple[int, ...]


def display_lists(lists: int, items: int) -> Layout[DisplayLists]:
    """The layout of tables 33 and 34."""
    entry = Layout(DisplayList, times=U8, hold=U8, items=U8)
    return Layout(DisplayLists, lists=Several(entry, lists), items=Several(U16, items))
