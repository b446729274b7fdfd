"""Role `drivers.roles.PowerAnalyser` in SCPI: the witness, and with its integrators the reference meter."""

from __future__ import annotations

import cmath
import struct
from collections.abc import Sequence
from itertools import pairwise
from math import isfinite

from drivers.clock import Clock
from drivers.scpi.commands import POWER_ANALYSER, CommandSet
from drivers.scpi.errors import GarbledAnswerError, OverRangeError
from drivers.scpi.instrument import ScpiInstrument
from drivers.scpi.measurement import CurrentLog, LogPoint, Measurement
from drivers.scpi.power import HarmonicReading, PhaseReading, PowerLog, PowerPoint
from drivers.scpi.settings import InstrumentSetup

_OF_A_PHASE = 6


class ScpiPowerAnalyser(ScpiInstrument):
    """Uncertainties in the lab config: ``voltage``, ``current``, ``active_power``, ``reactive_power``,
    ``apparent_power``, ``power_factor``, ``frequency``, ``energy``, ``angle``, ``harmonic``.

    The range of a power is the product of the voltage and current ranges in use, the range of an energy that product
    times the time integrated, which is how data sheets of power analysers mean "of range".
    """

    def __init__(self, setup: InstrumentSetup, clock: Clock, commands: CommandSet = POWER_ANALYSER) -> None:
        super().__init__(setup, clock, commands)

    async def voltage(self) -> Measurement:
        """RMS voltage, in V."""
        await self.acquire()
        value = await self.number("voltage")
        return self.measurement("voltage", value, "V", await self._range("voltage_range"))

    async def current(self) -> Measurement:
        """RMS current, in A."""
        await self.acquire()
        value = await self.number("current")
        return self.measurement("current", value, "A", await self._range("current_range"))

    async def active_power(self) -> Measurement:
        """Active power, in W, positive for import."""
        return await self._power("active_power", "W")

    async def reactive_power(self) -> Measurement:
        """Reactive power, in var, positive for inductive import."""
        return await self._power("reactive_power", "var")

    async def apparent_power(self) -> Measurement:
        """Apparent power, in VA."""
        return await self._power("apparent_power", "VA")

    async def power_factor(self) -> Measurement:
        """Active over apparent power, -1 to 1. Raises OverRangeError without current."""
        return await self.reading("power_factor", "1")

    async def frequency(self) -> Measurement:
        """Frequency of the voltage, in Hz. Raises OverRangeError without a voltage to count."""
        return await self.reading("frequency", "Hz")

    async def phases(self) -> tuple[PhaseReading, ...]:
        """Every phase that is wired, all of one acquisition."""
        await self.acquire()
        return await self._phases_now()

    async def latest_powers(self) -> tuple[complex, ...]:
        """Active and reactive power of each phase in the last acquisition, W and var, bare: for what looks many times a
        second. Raises OverRangeError."""
        with self.brisk():
            powers = await self._powers_now()
        if not all(map(cmath.isfinite, powers)):
            raise OverRangeError(f"{self.name}: no reading of a phase: out of range or not measured")
        self.readings += 1
        return powers

    async def latest_phases(self) -> tuple[PhaseReading, ...]:
        """As ``phases``, of the last acquisition that is complete, however long ago that was; does not wait."""
        with self.brisk():
            return await self._phases_now()

    async def _phases_now(self) -> tuple[PhaseReading, ...]:
        return tuple(self._phase_reading(values) for values in await self._phase_values())

    async def voltage_harmonics(self, phase: int = 1) -> HarmonicReading:
        """Of the voltage of ``phase`` (1 to 3)."""
        return await self._harmonics("voltage_harmonics", phase)

    async def current_harmonics(self, phase: int = 1) -> HarmonicReading:
        """Of the current of ``phase`` (1 to 3)."""
        return await self._harmonics("current_harmonics", phase)

    async def start_energy(self) -> None:
        """Set the energy integrators to zero and start them."""
        await self.command("energy_stop")
        await self.command("energy_reset")
        await self.command("energy_start")

    async def stop_energy(self) -> None:
        """Stop the energy integrators; they keep what they have."""
        await self.command("energy_stop")

    async def energy_imported(self) -> Measurement:
        """Active energy imported since ``start_energy``, in Wh."""
        return await self._energy("energy_imported")

    async def energy_exported(self) -> Measurement:
        """Active energy exported since ``start_energy``, in Wh, as a positive number."""
        return await self._energy("energy_exported")

    async def start_log(self) -> None:
        """Forget the logged current and log anew."""
        await self.command("log_start")

    async def current_log(self) -> CurrentLog:
        """The current since ``start_log``.

        Raises GarbledAnswerError when times and currents do not pair or ascend.
        """
        answer = await self.ask("log")
        fields = [self.as_number(text, "log") for text in answer.split(",")] if answer.strip() else []
        if len(fields) % 2:
            raise GarbledAnswerError(f"{self.name}: the log has {len(fields)} numbers, times and currents do not pair")
        times = [at + self.setup.clock_offset_s for at in fields[0::2]]
        if any(later < earlier for earlier, later in pairwise(times)):
            raise GarbledAnswerError(f"{self.name}: the times of the log do not ascend")
        points = tuple(
            LogPoint(at, current, self.standard_uncertainty("current", current))
            for at, current in zip(times, fields[1::2], strict=True)
        )
        self.readings += 1
        return CurrentLog(points, self.setup.time_uncertainty_s, self.identity, self.calibration)

    async def start_power_log(self) -> None:
        """Forget the logged powers and log anew. Raises NotOfferedError where the instrument has no such log."""
        await self.command("power_log_start")

    async def power_log(self) -> PowerLog:
        """All phases since ``start_power_log``. Raises GarbledAnswerError, NotOfferedError."""
        data = await self.ask_block("power_log")
        count = struct.unpack(">H", data[:2])[0] if len(data) > 2 else 0
        width = 8 * (2 + 4 * count)
        if count not in (1, 3) or (len(data) - 2) % width:
            raise GarbledAnswerError(f"{self.name}: a power log of {len(data)} bytes with {count} phases")
        points = tuple(self._power_point(row, count) for row in struct.iter_unpack(f">{2 + 4 * count}d", data[2:]))
        if any(later.at < earlier.at for earlier, later in pairwise(points)):
            raise GarbledAnswerError(f"{self.name}: the times of the power log do not ascend")
        self.readings += 1
        return PowerLog(points, self.setup.time_uncertainty_s, self.identity, self.calibration)

    def _power_point(self, row: tuple[float, ...], count: int) -> PowerPoint:
        by_quantity = (row[2 + number * count : 2 + (number + 1) * count] for number in range(4))
        return PowerPoint(row[0] + self.setup.clock_offset_s, row[1], *by_quantity)

    async def _powers_now(self) -> tuple[complex, ...]:
        if not self.commands.offers("powers"):
            return tuple(complex(values[2], values[3]) for values in await self._phase_values())
        values = await self.numbers("powers")
        if not values or len(values) % 2:
            raise GarbledAnswerError(f"{self.name}: {len(values)} numbers are not two for each phase")
        return tuple(map(complex, values[0::2], values[1::2]))

    async def _phase_values(self) -> list[Sequence[float]]:
        """Of each phase: V, A, W, var, angle of the voltage, lag of the current (degrees); NaN: no reading."""
        values = await self.numbers("phases")
        if not values or len(values) % _OF_A_PHASE:
            raise GarbledAnswerError(f"{self.name}: {len(values)} numbers are not {_OF_A_PHASE} for each phase")
        return [values[at : at + _OF_A_PHASE] for at in range(0, len(values), _OF_A_PHASE)]

    def _phase_reading(self, values: Sequence[float]) -> PhaseReading:
        """In the smallest declared ranges that hold the readings: an instrument tells the range of one phase only."""
        voltage, current, active, reactive, voltage_angle, current_angle = values
        if not all(map(isfinite, (voltage, current, active, reactive))):
            raise OverRangeError(f"{self.name}: no reading of a phase: out of range or not measured")
        power_range = self._declared_range("voltage", voltage) * self._declared_range("current", current)
        return PhaseReading(
            self.measurement("voltage", voltage, "V", None),
            self.measurement("current", current, "A", None),
            self.measurement("active_power", active, "W", power_range),
            self.measurement("reactive_power", reactive, "var", power_range),
            *(
                self.measurement("angle", angle, "°", None) if isfinite(angle) else None
                for angle in (voltage_angle, current_angle)
            ),
        )

    async def _harmonics(self, purpose: str, phase: int) -> HarmonicReading:
        await self.acquire()
        thd, *shares = await self._harmonic_values(purpose, phase)
        if not isfinite(thd):
            raise OverRangeError(f"{self.name}: no fundamental to measure harmonics against")
        measured = tuple(
            (order, self.measurement("harmonic", share, "%", None))
            for order, share in enumerate(shares, 2)
            if isfinite(share)
        )
        return HarmonicReading(self.measurement("harmonic", thd, "%", None), measured)

    async def _harmonic_values(self, purpose: str, phase: int) -> list[float]:
        """Total distortion, then the orders from 2 on, % of the fundamental."""
        return await self.numbers(purpose, value=float(phase))

    async def _range(self, purpose: str) -> float | None:
        return await self.number(purpose) if self.commands.offers(purpose) else None

    def _declared_range(self, quantity: str, reading: float) -> float:
        """The smallest declared range that holds ``reading``. Raises OverRangeError."""
        model = self.setup.uncertainty.get(quantity)
        try:
            return model.range_for(reading) if model is not None else 0.0
        except ValueError as error:
            raise OverRangeError(f"{self.name}: {quantity}: {error}") from error

    async def _power_range(self) -> float:
        voltage, current = await self._range("voltage_range"), await self._range("current_range")
        if voltage is None:
            voltage = self._declared_range("voltage", await self.number("voltage"))
        if current is None:
            current = self._declared_range("current", await self.number("current"))
        return voltage * current

    async def _power(self, quantity: str, unit: str) -> Measurement:
        await self.acquire()
        value = await self.number(quantity)
        return self.measurement(quantity, value, unit, await self._power_range())

    async def _energy(self, purpose: str) -> Measurement:
        value = await self.number(purpose)
        if not self.commands.offers("energy_time"):
            return self.measurement("energy", value, "Wh", None)
        hours = await self.number("energy_time") / 3600
        return self.measurement("energy", value, "Wh", await self._power_range() * hours)
