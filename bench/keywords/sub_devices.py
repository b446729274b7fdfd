"""Keywords of 3.1.2 for what is behind the meter: readings of gas and water meters that it captures and hands on."""

from __future__ import annotations

import itertools

from robot.api.deco import keyword, library

from bench.access.sub_devices import (
    MEDIA,
    SubDeviceObjects,
    SubReading,
    is_volume,
    read_hours,
    read_last,
    read_plate,
    sub_devices,
)
from bench.keywords.process import ProcessLibrary

HOUR_S = 3600.0
_AFTER_HOUR_S, _BETWEEN_S = 30.0, 600.0
PLATE, UNIT, LAST = "plate and medium are the declared ones", "counted in litres", "the last reading is the last hour's"
AGE, HOURS, FALLS = "age of the last reading", "hours that are missing, twice or invented", "readings that fall"
CAPTURED = "time of capture"


@library(scope="TEST", auto_keywords=False)
class SubDevices(ProcessLibrary):
    """Hours go by, one of them without supply; what the meter kept of its sub-devices is read."""

    @keyword("Let Hours Pass With A Supply Failure")
    def hours(self) -> None:
        """Four hours; over the end of the third one the meter has no supply.

        Example: | Let Hours Pass With A Supply Failure |
        """
        self.expect_wait(5.0 * HOUR_S)
        self.run(self._hours(), 5.0 * HOUR_S)

    async def _hours(self) -> None:
        devices = sub_devices(self.meter)
        if not devices:
            self.recorder.could_not_look(PLATE, "the device file declares no sub-device (sub_devices)")
            return
        first = (self.clock.now() // HOUR_S + 1.0) * HOUR_S
        await self.wait_until(first + HOUR_S + _AFTER_HOUR_S + _BETWEEN_S)
        for device in devices:
            await self._look(device, [first, first + HOUR_S])
        await self.wait_until(first + 2.0 * HOUR_S - _BETWEEN_S)
        async with self.supply_cut():
            await self.wait(2.0 * _BETWEEN_S)
        await self.wait_until(first + 3.0 * HOUR_S + _AFTER_HOUR_S)
        for device in devices:
            await self._look(device, [first, first + HOUR_S, first + 3.0 * HOUR_S])

    async def _look(self, device: SubDeviceObjects, ends: list[float]) -> None:
        """Read one sub-device; ``ends`` are the hours since the test began that the meter could capture."""
        what = f"{device.medium}, after {len(ends)} hours"
        async with self.meter.session(ask=True) as client:
            kind, plate = await read_plate(client, device)
            last = await read_last(client, device)
            rows = await read_hours(client, device, ends[0] - 1.0, self.clock.now())
        declared = kind == MEDIA.get(device.medium) and plate == device.identifier
        self.recorder.observe(PLATE, declared, what=what, medium=kind, plate=plate)
        self.recorder.observe(UNIT, is_volume(last), what=what, unit_code=last.unit, scaler=last.scaler)
        self.recorder.observe(LAST, bool(rows) and rows[-1].raw == last.raw, what=f"{what}: {last.raw}")
        self.recorder.observe(AGE, self.clock.now() - last.at, unit="s", what=what)
        self.recorder.observe(CAPTURED, last.at, unit="s", what=what, reference=ends[-1])
        self.record_list(HOURS, _wrong(rows, ends))
        falls = [f"{then.raw} to {now.raw}" for then, now in itertools.pairwise(rows) if now.raw < then.raw]
        self.record_list(FALLS, falls)

    @keyword("Readings Of Sub-Devices Should Be Whole")
    def whole(self) -> None:
        """Each hour with supply once and no other; the last one is what a reading on demand gives, with its time.

        Example: | Readings Of Sub-Devices Should Be Whole |
        """
        self.check("they are the declared ones", "always", PLATE)
        self.check("the unit is right", "always", UNIT)
        self.check("each hour is there once", "empty", HOURS)
        self.check("no reading falls", "empty", FALLS)
        self.check("the reading on demand is the last hour's", "always", LAST)
        self.check("it says when it was captured", "close_to_reference", CAPTURED, limit=self.dt_clk)
        self.check("it is no older than an hour", "at_most", AGE, limit=HOUR_S + self.dt_clk)


def _wrong(rows: list[SubReading], ends: list[float]) -> list[str]:
    """Hours that are not there exactly once, and rows of other times."""
    times = [round(row.at) for row in rows]
    wrong = [f"{end:.0f}: {times.count(round(end))} times" for end in ends if times.count(round(end)) != 1]
    return wrong + [f"{at}: no hour with supply" for at in times if at not in {round(end) for end in ends}]
