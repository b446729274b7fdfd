"""The outlet of a charger as instruments see it: pilot on the oscilloscope, current and power on the analyser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.charging.pilot import PilotSeen, read_pilot
from bench.exchanges.witness import NoInstrumentError, Wiring
from drivers.scpi.measurement import Measurement
from drivers.scpi.waveform import Trigger

if TYPE_CHECKING:
    from bench.lab.station import Station

_PILOT_V = 15.0
_RECORD_S, _RATE_HZ = 0.004, 1e6
_CAPTURE_S = 1.0


@dataclass(frozen=True)
class Looked:
    """What the instruments saw at one moment. ``pilot`` None: no oscilloscope is wired to it."""

    current: Measurement
    power: Measurement
    pilot: PilotSeen | None


class Outlet:
    """The instruments at the charger in ``seat``."""

    def __init__(self, station: Station, seat: str) -> None:
        self.station = station
        self.wiring = Wiring(station, seat)

    @property
    def sees_pilot(self) -> bool:
        """Whether an oscilloscope is on the pilot."""
        return self.wiring.channel("pilot") is not None

    async def look(self) -> Looked:
        """Everything, now. Raises NoInstrumentError without an analyser."""
        analyser = await self.wiring.analyser()
        pilot = await self.pilot() if self.sees_pilot else None
        return Looked(await analyser.current(), await analyser.active_power(), pilot)

    async def pilot(self) -> PilotSeen:
        """Some periods of the pilot. Raises NoInstrumentError."""
        channel = self.wiring.channel("pilot")
        if channel is None:
            raise NoInstrumentError("no oscilloscope is wired to the control pilot in the lab config")
        scope = await self.wiring.scope()
        await scope.configure({channel: _PILOT_V}, _RECORD_S, _RATE_HZ, 0.0)
        await scope.arm(Trigger("aux"))
        await scope.force()
        await scope.await_capture(_CAPTURE_S)
        return read_pilot(await scope.waveform(channel))
