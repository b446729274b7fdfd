"""The order of a report: the first suite, the white paper's processes with the subfunctions, then protocol conformance
by path."""

from __future__ import annotations

from bench.catalogue.vocabulary import CONFORMANCE

_AFTER_NUMBERS = 1000
Place = tuple[bool, tuple[int, ...], str]


def is_conformance(process: str) -> bool:
    """Whether this stands for a suite of protocol conformance in the plan."""
    return process.startswith(f"{CONFORMANCE}/")


def place_of(process: str) -> Place:
    """By what a process, or what stands for one in the plan, is sorted: subfunctions after the section's processes."""
    if is_conformance(process):
        return True, (), process
    return False, tuple(int(part) if part.isdigit() else _AFTER_NUMBERS for part in process.split(".")), ""
