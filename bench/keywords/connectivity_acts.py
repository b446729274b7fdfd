"""What happens in the tests of 3.6.1: a meter of three phases is wired in every way, and put on phases of feeders."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, cast

from robot.api import SkipExecution

from bench.access.connection import Terminals, of_meter, of_powers, of_reference
from bench.access.dlms import DlmsAccess
from bench.access.dlms_notices import Notified
from bench.exchanges.c1218_exchange import C1218Exchange
from bench.exchanges.dlms.connectivity import ReadConnection
from bench.exchanges.dlms.tamper import AtTheBox
from bench.exchanges.meters import office_name
from bench.exchanges.registry import exchange_for
from bench.exchanges.witness import Wiring
from bench.keywords.process import ProcessLibrary
from drivers.cim.connectivity import (
    FeederVoltages,
    GetUsagePointConnectivity,
    MeterConnectivity,
    ask_connectivity,
    tell_voltages,
)
from drivers.cim.times import iso
from drivers.roles import GridSimulator
from drivers.scpi.grid import BALANCED_DEG, GridPoint, hold
from drivers.scpi.power import PhaseReading

PHASES = 3
PERIOD_S = 900.0
PERIODS = 96
"""A day of quarter hours."""

_SPREAD = 0.03
"""Feeder voltages lie within this share of the nominal voltage."""
_SETTLED_S = 2.0

Voltages = tuple[tuple[float, ...], ...]
"""By period, of the three phases."""


class ConnectivityActs(ProcessLibrary):
    """The acts, without any judgement. They are about the meter of three phases, wherever it sits."""

    @cached_property
    def polyphase(self) -> DlmsAccess:
        """The meter of three phases: the one of the row, or another under test. Without one the test is skipped."""
        seats = self.station.lab.seats.values()
        meters = [seat for seat in seats if seat.actor == "Meter" and seat.device is not None]
        row_first = sorted(meters, key=lambda seat: (seat.name != self.meter.seat, not seat.iut))
        for seat in row_first:
            if seat.device is not None and seat.device.pixit.get("phases") == PHASES:
                return DlmsAccess(self.station, seat.name)
        raise SkipExecution("no meter of the station measures three phases (PIXIT phases)")

    @cached_property
    def around(self) -> Wiring:
        """The instruments at that meter."""
        return Wiring(self.station, self.polyphase.seat)

    @property
    def nominal(self) -> GridPoint:
        """The grid as it should be."""
        voltage = float(self.polyphase.pixit("nominal_voltage_v", 230.0))
        return GridPoint.balanced(voltage, float(self.polyphase.pixit("nominal_frequency_hz", 50.0)))

    async def network(self) -> GridSimulator:
        """The grid simulator that feeds it. A station without one skips the test."""
        name = self.around.wired("grid_simulator")
        if name is None:
            raise SkipExecution(f"no grid simulator of three phases is wired to {self.polyphase.seat}")
        return cast(GridSimulator, await self.station.instrument(name))

    async def wire(self, **arrangement: Sequence[int]) -> None:
        """Wire the meter's terminals: ``order``, ``missing``, ``reversed``; nothing given: straight."""
        values = {name: list(numbers) for name, numbers in arrangement.items()}
        await self.station.box.do(self.polyphase.seat, "wiring", **values)
        await self.wait(_SETTLED_S)

    async def meter_says(self) -> Terminals:
        """What the meter shows, read as the row reads it."""
        access = self.polyphase
        exchange = ReadConnection(self.station, access.seat, self.row)
        async with access.session(exchange.role, ask=True) as client:
            readings, _clock = await exchange.read(client)
        return of_meter(readings, PHASES)

    async def reference(self) -> tuple[tuple[PhaseReading, ...], Terminals]:
        """What the reference instrument at the meter's terminals shows."""
        phases = await (await self.around.analyser()).phases()
        return phases, of_reference(phases)

    async def meter_and_reference(self) -> tuple[Terminals, tuple[PhaseReading, ...], Terminals]:
        """Both, the reference at once after the meter."""
        return await self.meter_says(), *(await self.reference())

    async def told_of(self, wrong: type[AtTheBox], within_s: float) -> tuple[float, int | None, Notified | None]:
        """When the connection became wrong, the code of its event, and what the meter told within that time."""
        notice = wrong(self.polyphase)
        await notice.prepare()
        try:
            told = await notice.perform(within_s)
            return notice.caused_at, notice.code, told
        finally:
            await notice.restore()

    # -- the row's own meter ---------------------------------------------------------------------------------------

    async def by_the_row(self) -> Terminals:
        """What the meter of the row shows over the row's own link."""
        planned = self.session.planned
        exchange: Any = exchange_for(planned.row, planned.link)(self.station, planned.iut, self.row)
        await exchange.prepare()
        async with exchange.access.session(exchange.role, ask=True) as client:
            readings, _clock = await exchange.perform(client)
        if isinstance(exchange, C1218Exchange):
            return of_powers(readings)
        return of_meter(readings, int(exchange.access.pixit("phases", 1)))

    # -- feeders ---------------------------------------------------------------------------------------------------

    def day_of(self, feeder: str) -> Voltages:
        """The voltages of a feeder's phases over a day, by quarter hours: each moves by itself, as loads do."""
        generator = random.Random(f"3.6.1/{feeder}")
        nominal = self.nominal.voltages_v[0]
        return tuple(
            tuple(round(nominal * (1.0 + generator.uniform(-_SPREAD, _SPREAD)), 2) for _phase in range(PHASES))
            for _period in range(PERIODS)
        )

    async def pass_time_on(self, feeder: str, periods: int) -> float:
        """Let quarter hours pass on the voltages of ``feeder``; when that began (UTC, s): with a quarter hour."""
        network = await self.network()
        frequency = self.nominal.frequency_hz
        points = [GridPoint(voltages, frequency, BALANCED_DEG) for voltages in self.day_of(feeder)[:periods]]
        await network.load_profile([hold(point, PERIOD_S) for point in points])
        began = (self.clock.now() // PERIOD_S + 1.0) * PERIOD_S
        await self.wait_until(began)
        await network.start_profile()
        await self.wait_until(began + periods * PERIOD_S + _SETTLED_S)
        return began

    async def tell_headend(self, began: float, feeders: Mapping[str, Voltages]) -> None:
        """As the DMS, tell the headend what was measured on the feeders from ``began`` on."""
        told = [
            FeederVoltages(
                feeder=feeder,
                phase=phase + 1,
                first_end=iso(began + PERIOD_S),
                period_s=round(PERIOD_S),
                values=tuple(voltages[phase] for voltages in day),
            )
            for feeder, day in feeders.items()
            for phase in range(PHASES)
        ]
        async with self.office("AMI Headend").session("dms") as headend:
            await tell_voltages(headend.messenger, told)

    async def headend_says(self, since: float) -> MeterConnectivity:
        """How the meter is connected, by its voltages since ``since`` (UTC, s), as the headend answers the DMS."""
        meter = office_name(self.station.lab.seat(self.polyphase.seat))
        request = GetUsagePointConnectivity(meters=(meter,), start=iso(since))
        async with self.office("AMI Headend").session("dms") as headend:
            (answer,) = await ask_connectivity(headend.messenger, request)
        return answer
