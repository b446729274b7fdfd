"""The instruments that the lab config wires to a meter, and what they say of its switch.

A verdict on a switch rests on what these instruments see, never on what the meter says of itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from drivers.roles import AcSource, ElectronicLoad, LoadSideSource, Multimeter, Oscilloscope, PowerAnalyser
from drivers.scpi.measurement import Measurement
from drivers.transport.base import CannotOpenError

if TYPE_CHECKING:
    from bench.lab.station import Station

DEAD_CURRENT_A = 0.010
"""Below this no current flows (pass criterion of 3.4.3; a choice of the bench)."""

LIVE_SHARE = 0.5
"""From this share of the nominal voltage on the load side counts as live (as in control I-H3)."""


class NoInstrumentError(CannotOpenError):
    """The lab config wires no instrument of the kind that a test needs to the meter."""


@dataclass(frozen=True)
class Contact:
    """Where the witness sees the switch. ``closed`` None: it could not tell; ``shown_by`` and ``detail`` say why."""

    closed: bool | None
    shown_by: str
    detail: str


class Wiring:
    """The instruments at the service point of ``seat``."""

    def __init__(self, station: Station, seat: str) -> None:
        self.station = station
        self.seat = seat

    def wired(self, kind: str) -> str | None:
        """The name of the instrument of ``kind`` that is wired to the meter, None when there is none."""
        lab = self.station.lab
        places = {self.seat, lab.seat(self.seat).table.service_point} - {""}
        return next(
            (name for name, one in lab.instruments.items() if one.kind == kind and places & set(one.wired_to)), None
        )

    def has(self, kind: str) -> bool:
        """Whether an instrument of ``kind`` is wired to the meter."""
        return self.wired(kind) is not None

    @property
    def sees_the_switch(self) -> bool:
        """Whether an instrument is wired by which `contact` can tell where the switch is."""
        return self.has("power_analyser") or self.has("multimeter")

    async def supply(self) -> AcSource:
        """The mains. Raises NoInstrumentError, and what opening it raises; so do the others."""
        return cast(AcSource, await self._open("ac_source"))

    async def load(self) -> ElectronicLoad:
        """The customer's load."""
        return cast(ElectronicLoad, await self._open("electronic_load"))

    async def load_side_source(self) -> LoadSideSource:
        """A source behind the switch."""
        return cast(LoadSideSource, await self._open("load_side_source"))

    async def analyser(self) -> PowerAnalyser:
        """The witness of current and power, and the reference meter."""
        return cast(PowerAnalyser, await self._open("power_analyser"))

    async def multimeter(self) -> Multimeter:
        """The voltmeter across the load side."""
        return cast(Multimeter, await self._open("multimeter"))

    async def scope(self) -> Oscilloscope:
        """The oscilloscope, for what only a waveform shows."""
        return cast(Oscilloscope, await self._open("oscilloscope"))

    def channel(self, what: str) -> int | None:
        """The oscilloscope's channel that is wired to ``what`` (``pilot``); None where none is."""
        name = self.wired("oscilloscope")
        return self.station.lab.instruments[name].channels.get(what) if name is not None else None

    async def _open(self, kind: str) -> object:
        name = self.wired(kind)
        if name is None:
            raise NoInstrumentError(f"no {kind.replace('_', ' ')} is wired to {self.seat} in the lab config")
        return await self.station.instrument(name)

    async def contact(self, nominal_v: float) -> Contact:
        """Where the switch is, by the load current or, without an analyser, by the voltage behind it.

        The load must be on. A value within its expanded uncertainty of the limit leaves it open.
        """
        if self.has("power_analyser"):
            current = await (await self.analyser()).current()
            detail = str(current)
            if self.has("multimeter"):
                detail += f", {await (await self.multimeter()).voltage()} behind the switch"
            return Contact(_side(current, DEAD_CURRENT_A), "load current at the power analyser", detail)
        if self.has("multimeter"):
            voltage = await (await self.multimeter()).voltage()
            return Contact(_side(voltage, LIVE_SHARE * nominal_v), "voltage behind the switch", str(voltage))
        return Contact(None, "nothing", f"neither power analyser nor multimeter is wired to {self.seat}")


def _side(measured: Measurement, limit: float) -> bool | None:
    """True above ``limit``, False below it, None where the expanded uncertainty reaches across it."""
    spread = measured.expanded_uncertainty()
    if measured.value - spread > limit:
        return True
    return False if measured.value + spread < limit else None
