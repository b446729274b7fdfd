"""A control on a row: the probe that stimulates, and the checks that judge what it recorded.

One module a control and link, with one ``PROBE``. The stimulus is an async function that takes a :class:`Trial`, acts
on the device and records observations; it never judges. The checks are data: which criterion answers which series
with which limits, read from the catalogue's bounds for the level of the row.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.controls.trial import Trial

Stimulus = Callable[["Trial"], Awaitable[None]]
Checks = Callable[["Trial"], Sequence[Check]]


@dataclass(frozen=True)
class Probe:
    """How one control is tested on one link.

    ``variant`` of the stimulus parameters that differ by level are read through ``Trial.bound``; the engine shares the
    observations of two rows only where these agree.
    """

    control: str
    link: str
    stimulus: Stimulus
    checks: Checks
