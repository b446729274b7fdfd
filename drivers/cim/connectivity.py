"""Where meters hang on the grid (white paper 3.6.1): to which phases of which feeder their elements are connected.

The DMS tells the headend the voltages that it measured on the feeders (``FeederVoltages``); whoever may asks the
headend how meters are connected (``UsagePointConnectivity``). Both nouns are this project's.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from drivers.cim.messenger import MessageOptions, Messenger, Reply
from drivers.cim.payloads import Part
from drivers.cim.vocabulary import Code, Noun, Verb


class Rotation(StrEnum):
    """In which order the phases follow each other at a meter's terminals."""

    FORWARD = "forward"
    REVERSE = "reverse"
    UNKNOWN = "unknown"


class FeederVoltages(Part, frozen=True):
    """Average voltages (V) of one phase (1 to 3) of a feeder, one each ``period_s``; the first period ends at
    ``first_end``."""

    feeder: str
    phase: int
    first_end: str
    period_s: int
    values: tuple[float, ...]


class ElementConnection(Part, frozen=True):
    """A measuring element (1 to 3) of a meter hangs on ``phase`` of ``feeder``; empty and 0: not known.

    ``correlation``: how well its voltage follows that phase's, -1 to 1, over ``points`` periods.
    """

    element: int
    feeder: str = ""
    phase: int = 0
    correlation: float = 0.0
    points: int = 0


class MeterConnectivity(Part, frozen=True):
    """How one meter is connected: rotation, elements without voltage, elements whose current flows the wrong way, and
    where each element hangs. ``code`` says why nothing is known."""

    meter: str
    time_stamp: str
    rotation: Rotation = Rotation.UNKNOWN
    missing: tuple[int, ...] = ()
    reversed: tuple[int, ...] = ()
    elements: tuple[ElementConnection, ...] = ()
    code: Code | None = None


class GetUsagePointConnectivity(Part, frozen=True):
    """How these meters are connected, by their voltages after ``start`` up to ``end`` (empty: the last 24 hours)."""

    meters: tuple[str, ...]
    start: str = ""
    end: str = ""


async def tell_voltages(
    messenger: Messenger, voltages: Sequence[FeederVoltages], options: MessageOptions | None = None
) -> Reply:
    """Tell the headend what was measured on feeders."""
    return await messenger.call(Verb.CREATED, Noun.FEEDER_VOLTAGES, payload=tuple(voltages), options=options)


async def ask_connectivity(
    messenger: Messenger, request: GetUsagePointConnectivity, options: MessageOptions | None = None
) -> tuple[MeterConnectivity, ...]:
    """Ask the headend how meters are connected."""
    reply = await messenger.call(Verb.GET, Noun.CONNECTIVITY, request=request, options=options)
    return reply.payload(Noun.CONNECTIVITY, tuple[MeterConnectivity, ...])
