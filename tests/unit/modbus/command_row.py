"""A row of commands carried by Modbus, on a device that has none in the white paper: the controller of street lights.

Probes of changes need a row that commands. The rows that do are of inverters and chargers; here the lamps stand in for
them, with a witness that sees them and a status of the controller's own.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from bench.access.modbus import PLAIN, SECURE
from bench.catalogue.demand import Demand, controls_for
from bench.catalogue.load import load_catalogue
from bench.catalogue.vocabulary import Level
from bench.controls.registry import installed_probes
from bench.controls.trial import Trial
from bench.evidence.journal import Journal
from bench.exchanges.base import Effect
from bench.exchanges.modbus_write import ModbusCommand
from bench.exchanges.witness import Wiring
from bench.lab.station import Station
from bench.session.blame import judge_failure, record_failure
from bench.session.recorder import Recorder
from drivers.modbus.points import Value

ROW = "4.3.1/AMI-43/CEMS-DER"
SEAT = "streetlight"
_LIT_W = 50.0


class LampCommand(ModbusCommand):
    """The lamps are commanded on; the power analyser sees whether they burn."""

    target = "command"
    link = SECURE
    switches: ClassVar[bool] = True
    reports: ClassVar[bool] = True

    async def prepare(self) -> None:
        """The lamps off, by command."""
        async with self.access.session() as client:
            device = self.access.device(client)
            await device.set_value("mode", 1)
            await device.set_value("command", 0)
        await super().prepare()

    def another(self, present: Value | None) -> Value:
        return 1.0

    async def switch(self, on: bool) -> None:
        async with self.access.session() as client:
            await self.access.device(client).set_value("command", int(on))

    async def output(self) -> dict[str, float]:
        return {"power": (await (await Wiring(self.station, self.seat).analyser()).active_power()).value}

    async def witnessed(self) -> Effect:
        power = (await self.output())["power"]
        return Effect(power > _LIT_W, "power analyser", f"{power:g} W")

    async def reported(self) -> bool | None:
        async with self.access.session() as client:
            return bool(await self.access.device(client).value("commanded"))

    async def restore(self) -> None:
        """Off again."""
        await self.switch(False)


class PlainLampCommand(LampCommand):
    """The same without TLS."""

    link = PLAIN


class CommandRow:
    """Runs probes on the row of commands, on one open station."""

    def __init__(self, station: Station, link: str, directory: Path) -> None:
        self.station = station
        self.link = link
        self._journal = Journal(directory)
        self._catalogue = load_catalogue()
        row = self._catalogue.row(ROW)
        demands = controls_for(self._catalogue, row, link=link, raise_to=Level.HIGH)
        self.demands: dict[str, Demand] = {}
        for demand in demands:
            if demand.tested:
                self.demands.setdefault(demand.control.id, demand)

    def close(self) -> None:
        self._journal.close()

    async def run(self, control: str, faults: Iterable[str] = ()) -> tuple[str, str]:
        """The verdict of one control, and the findings that are no pass."""
        seeded = [f"{fault}@{SEAT}" for fault in faults]
        await self.station.fresh(seeded)
        demand, row = self.demands[control], self._catalogue.row(ROW)
        record = Recorder(self._journal, f"{control} {','.join(seeded)}", self.station.clock, self.station.readings)
        exchange = (LampCommand if self.link == SECURE else PlainLampCommand)(self.station, SEAT, row)
        draw = random.Random(control)
        trial = Trial(self._catalogue, demand, SEAT, self.station, record, exchange, "quick", tuple(seeded), draw)
        probe = installed_probes()[control, self.link]
        try:
            await probe.stimulus(trial)
        except Exception as error:
            if not await record_failure(self.station, SEAT, record, error):
                raise
            judge_failure(record)
        else:
            for check in probe.checks(trial):
                record.check(check)
        bad = [f"{one.step}: {one.seen}" for one in record.findings if str(one.verdict) != "pass"]
        return str(record.verdict), "; ".join(bad)
