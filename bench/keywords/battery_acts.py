"""What happens in the tests of 3.6.3: the battery's voltage falls step by step, it is replaced, and the mains fail."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.access.dlms_notices import Notified
from bench.access.meter import MeterAccess
from bench.exchanges.c1218.readings import BatteryStatus as AnsiBatteryStatus
from bench.exchanges.dlms.read_battery import (
    BatteryData,
    BatteryRunsDown,
    BatteryStatus,
    battery_data,
    low_voltage,
    read_register,
)
from bench.exchanges.dlms_exchange import DlmsExchange
from bench.keywords.process import ProcessLibrary
from drivers.dlms.enums import ClockStatus

_INTERVALS_S = 14_400.0


@dataclass
class Step:
    """One voltage (V), set at ``at`` (UTC, s); ``told``: messages of a low battery while it stood there.

    ``shown_v`` and ``life_s`` are what the meter then says of its battery.
    """

    volts: float
    at: float
    told: list[Notified] = field(default_factory=list)
    shown_v: float = 0.0
    life_s: float = 0.0


class BatteryActs(ProcessLibrary):
    """The acts, without any judgement."""

    @property
    def battery(self) -> BatteryData:
        """What the device file says of the battery."""
        return battery_data(self.meter)

    @property
    def low_v(self) -> float:
        """Below this voltage the battery is low (PIXIT). Raises ClientsError."""
        return low_voltage(self.meter)

    async def ramp(self, notice: BatteryRunsDown, voltages: list[float], step_s: float) -> list[Step]:
        """Let the battery have each voltage for ``step_s`` and listen; read it after each."""
        steps = []
        for volts in voltages:
            step = Step(volts, self.clock.now())
            steps.append(step)
            await self.station.box.do(self.meter.seat, "battery", voltage_v=volts)
            while (left := step.at + step_s - self.clock.now()) > 0.0:
                found = await notice.next(left)
                if found is not None and notice.tells(found):
                    step.told.append(found)
            step.shown_v, step.life_s = await self.state()
        return steps

    async def state(self) -> tuple[float, float]:
        """Voltage (V) and expected life (s) as the meter says."""
        async with self.meter.session(ask=True) as client:
            voltage = await read_register(client, self.battery.voltage)
            return voltage, await read_register(client, self.battery.remaining)

    async def state_of_row(self) -> tuple[float, float]:
        """The same, as the row reads it."""
        row = self.exchange
        exchange = row.core if isinstance(row, DlmsExchange) else row
        if not isinstance(exchange, BatteryStatus | AnsiBatteryStatus):
            raise TypeError(f"{self.row.id} does not read a battery")
        access: MeterAccess = exchange.access
        async with access.session(exchange.role, ask=True) as client:
            voltage, life, _clock = await exchange.read(client)
        return voltage, life

    async def fresh(self) -> None:
        """A fresh battery."""
        await self.station.box.do(self.meter.seat, "battery")

    async def meter_clock(self) -> tuple[float | None, bool]:
        """How far the meter's clock is from the station's (s), and whether the meter says that its time is valid."""
        async with self.meter.session(ask=True) as client:
            clock = await self.meter.meter(client).clock()
        invalid = bool((clock.status or 0) & ClockStatus.INVALID_VALUE)
        return (None if clock.at is None else clock.at - self.clock.now()), not invalid

    async def kept_data(self, until: float) -> tuple[float, list[str], list[str]]:
        """The import register (its value), what the standard log holds, and the intervals of the hours before."""
        async with self.meter.session(ask=True) as client:
            meter = self.meter.meter(client)
            energy = (await meter.register("energy_import")).value
            events = [f"{event.code} at {event.at}" for event in await meter.events("standard")]
            rows = [
                f"{row.at}: {sorted((name, one.value) for name, one in row.readings.items())}"
                for row in await meter.load_profile(until - _INTERVALS_S, until)
            ]
        return energy, events, rows
