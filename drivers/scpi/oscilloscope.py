"""Role `drivers.roles.Oscilloscope` with the words of Tektronix's DPO and MSO series: CH, HORizontal, TRIGger, ACQuire,
DATa, WFMOutpre and CURVe, as they are known to work on a DPO3000. Unverified: EVMsg as the error queue without a look
at ``*ESR?`` before, HORizontal:POSition in % of the record.

CURVe answers with a binary block of signed 16-bit numbers, most significant byte first.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from drivers.clock import Clock
from drivers.scpi.commands import COMMON, CommandSet
from drivers.scpi.errors import GarbledAnswerError, InstrumentSilentError, OverRangeError, SettingError
from drivers.scpi.instrument import ScpiInstrument
from drivers.scpi.settings import InstrumentSetup
from drivers.scpi.waveform import Trigger, Waveform

OSCILLOSCOPE = CommandSet(
    {
        **COMMON,
        "next_error": "EVM?",
        "scale": "CH{channel}:SCA {value}",
        "scale_of": "CH{channel}:SCA?",
        "length": "HOR:RECO {value}",
        "sample_rate": "HOR:SAMPLER {value}",
        "position": "HOR:POS {value}",
        "trigger_source": "TRIG:A:EDGE:SOU {value}",
        "trigger_slope": "TRIG:A:EDGE:SLO {value}",
        "trigger_level": "TRIG:A:LEV {value}",
        "single": "ACQ:STOPA SEQ;:ACQ:STATE RUN",
        "force": "TRIG FORC",
        "stop": "ACQ:STATE STOP",
        "trigger_state": "TRIG:STATE?",
        "transfer": "DAT:SOU CH{channel};:DAT:ENC RIB;:DAT:WID 2;:DAT:STAR 1;:DAT:STOP {value}",
        "interval": "WFMO:XIN?",
        "start": "WFMO:XZE?",
        "unit": "WFMO:YUN?",
        "factor": "WFMO:YMU?",
        "offset": "WFMO:YOF?",
        "zero": "WFMO:YZE?",
        "curve": "CURV?",
    }
)

DIVISIONS = 10.24
"""Vertical divisions over the whole range of the converter: +-32768 steps, 6400 to a division."""

_CLIPPED = 32_767


class ScpiOscilloscope(ScpiInstrument):
    """Uncertainties in the lab config: ``voltage`` and ``current``, of range; a range is half of what a channel shows.

    A channel is a number from 1 to 4; what it is wired to is the lab's affair.
    """

    def __init__(self, setup: InstrumentSetup, clock: Clock) -> None:
        super().__init__(setup, clock, OSCILLOSCOPE)
        self._length = 0
        self._post_s = 0.0

    async def configure(
        self, ranges: Mapping[int, float], record_s: float, sample_rate_hz: float, before_share: float = 0.5
    ) -> None:
        """``ranges``: the greatest magnitude that each channel must show, in its unit.

        The record lasts ``record_s``, of which ``before_share`` (0 to 1) lies before the trigger. Raises SettingError.
        """
        self._length = round(record_s * sample_rate_hz)
        if self._length < 2 or not 0.0 <= before_share <= 1.0 or min(ranges.values(), default=0.0) <= 0.0:
            raise SettingError(f"{self.name}: no record of {record_s:g} s with {sample_rate_hz:g} samples a second")
        self._post_s = record_s * (1.0 - before_share)
        for channel, top in ranges.items():
            await self.command("scale", channel=float(channel), value=top / (DIVISIONS / 2.0))
        await self.command("sample_rate", value=sample_rate_hz)
        await self.command("length", value=float(self._length))
        await self.command("position", value=100.0 * before_share)

    async def arm(self, trigger: Trigger) -> None:
        """Wait for one trigger, from now on."""
        source = "AUX" if trigger.source == "aux" else f"CH{trigger.source}"
        await self.command("trigger_source", value=source)
        await self.command("trigger_slope", value="RIS" if trigger.rising else "FALL")
        await self.command("trigger_level", value=trigger.level)
        await self.command("single")

    async def force(self) -> None:
        """Trigger now."""
        await self.command("force")

    async def has_captured(self) -> bool:
        """Whether the record is complete."""
        return (await self.ask("trigger_state")).strip().upper() == "SAVE"

    async def await_capture(self, within_s: float) -> None:
        """Let station time pass until the record is complete. Raises InstrumentSilentError when it is not in time."""
        deadline = self.clock.now() + within_s
        while not await self.has_captured():
            if self.clock.now() >= deadline:
                raise InstrumentSilentError(f"{self.name}: not triggered within {within_s:g} s")
            await self.clock.sleep_until(min(deadline, self.clock.now() + max(0.01, self._post_s / 4.0)))

    async def waveform(self, channel: int) -> Waveform:
        """What ``channel`` captured. Raises OverRangeError where it did not fit the range, GarbledAnswerError."""
        await self.command("transfer", channel=float(channel), value=float(self._length))
        interval, start = await self.number("interval"), await self.number("start")
        factor, offset, zero = [await self.number(purpose) for purpose in ("factor", "offset", "zero")]
        unit = (await self.ask("unit")).strip().strip('"')
        data = await self.ask_block("curve")
        if not data or len(data) % 2:
            raise GarbledAnswerError(f"{self.name}: a curve of {len(data)} bytes")
        codes = struct.unpack(f">{len(data) // 2}h", data)
        if max(codes) >= _CLIPPED or min(codes) <= -_CLIPPED - 1:
            raise OverRangeError(f"{self.name}: channel {channel} does not fit its range")
        quantity = "current" if unit == "A" else "voltage"
        top = await self._top_of(channel)
        uncertainty = self.standard_uncertainty(quantity, 0.0, top)
        values = [(code - offset) * factor + zero for code in codes]
        self.readings += 1
        return Waveform(
            f"CH{channel}", unit, start, interval, values, uncertainty, self.identity, self.setup.calibration
        )

    async def _top_of(self, channel: int) -> float:
        answer = await self.ask("scale_of", channel=float(channel))
        return self.as_number(answer, "scale_of") * DIVISIONS / 2.0
