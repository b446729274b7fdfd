"""Waiting for a DER to generate: entering service takes it minutes, and a limit of what is not there cannot be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.exchanges.witness import Wiring

if TYPE_CHECKING:
    from bench.lab.station import Station

FEEDING_SHARE = 0.6
"""Of the rating, or of what there is: less than this leaves nothing to limit."""
_STARTING_S, _LOOK_S = 900.0, 20.0


class NotFeedingError(Exception):
    """The DER generates too little for a limit to be seen."""


async def generated_w(station: Station, seat: str) -> float:
    """What the power analyser sees the DER in ``seat`` generate, W. Raises NoInstrumentError."""
    return -(await (await Wiring(station, seat).analyser()).active_power()).value  # the analyser counts import


async def until_feeding(station: Station, seat: str, enough_w: float) -> None:
    """Let time pass until the DER generates more than ``enough_w``. Raises NotFeedingError, NoInstrumentError."""
    for _ in range(round(_STARTING_S / _LOOK_S)):
        if await generated_w(station, seat) > enough_w:
            return
        await station.advance(_LOOK_S)
    raise NotFeedingError(f"{seat} generates less than {enough_w:.0f} W: no limit can be seen")
