"""A meter on a service point, with time that the test moves."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from fixtures.clock import PlantClock
from fixtures.faults import Faults
from fixtures.meter.model.events import EventCode, Log
from fixtures.meter.model.firmware import Vendor
from fixtures.meter.model.meter import Meter
from fixtures.meter.model.settings import MeterSettings
from fixtures.meter.model.unit import Unit
from fixtures.plant.electricity import Load
from fixtures.plant.plant import Plant
from fixtures.plant.service_point import ServicePoint
from fixtures.plant.state import LoadSideSource

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
VENDOR = Vendor(bytes(range(32)))


class MeterOnBench:
    """One meter with its plant and clock. Times are in s of station time."""

    def __init__(
        self, *faults: str, start: datetime = START, run: bool = True, phases: int = 1, **settings: object
    ) -> None:
        self.clock = PlantClock(start.timestamp())
        self.plant = Plant(self.clock, phases=phases)
        self.point: ServicePoint = self.plant.service_point("meter")
        self.settings = MeterSettings.parse(settings)
        unit = Unit.make(self.settings, random.Random(7))
        self.meter = Meter(self.clock, self.point, unit, self.settings, Faults(faults), VENDOR.public_point)
        self.point.listen(lambda what: self.meter.point_changed(what))
        if run:
            self.meter.run()

    def load(self, power_w: float, reactive_var: float = 0.0) -> None:
        self.point.set_load(Load(power_w, reactive_var))

    def back_feed(self, voltage_v: float) -> None:
        self.point.set_load_side_source(LoadSideSource(voltage_v))

    async def wait(self, seconds: float = 0.0, **parts: float) -> None:
        await self.clock.advance_to(self.clock.now() + seconds + timedelta(**parts).total_seconds())

    async def wait_until(self, moment: datetime) -> None:
        await self.clock.advance_to(moment.timestamp())

    async def outage(self, seconds: float) -> None:
        """Cut the mains and give them back; the meter has booted afterwards."""
        self.point.connect_mains(False)
        await self.wait(seconds)
        self.point.connect_mains(True)
        await self.wait(self.settings.boot_s)

    def codes(self, log: Log) -> list[EventCode]:
        """The codes that were logged since the start, oldest first."""
        return [EventCode(entry.code) for entry in self.meter.logs[log].written()]


@pytest.fixture
def bench() -> Callable[..., MeterOnBench]:
    """Makes a meter on the bench: ``bench("F-A5", boot_s=5.0)``."""
    return MeterOnBench
