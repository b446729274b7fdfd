"""5.1.4 and 4.3.1: what an in-home display, or a sub-meter, says is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from bench.access.ble import BleAccess
from bench.exchanges.ble_exchange import CentralReading
from bench.exchanges.usage import Counted, Past, Projected, Shown, UsageView
from drivers.gatt import metering
from drivers.gatt.client import GattClient
from drivers.gatt.metering import READING, Reading, decode_reading


class ReadUsage(CentralReading):
    """AMI-32 and AMI-36: power and energy of the moment."""

    rows: ClassVar[tuple[str, ...]] = ("5.1.4/AMI-32/Meter-CEMS", "4.3.1/AMI-36/CEMS-SubMeter/d1")

    async def ask(self, client: GattClient) -> Reading:
        return decode_reading(await client.read(READING))

    def as_shown(self, answer: Reading) -> Counted:
        """Power and energies of a reading."""
        return Counted(answer.power_w, answer.import_wh, answer.export_wh)

    def views(self) -> Sequence[UsageView]:
        """The display's screen, as its owner reads it over Bluetooth."""
        return [DisplayView(self.access)]


class DisplayView:
    """What a display shows."""

    name = "display"

    def __init__(self, access: BleAccess) -> None:
        self._access = access

    async def now(self) -> Shown | None:
        """None where the display says that its values are not valid."""
        async with self._access.session() as client:
            reading = decode_reading(await client.read(READING))
        if not reading.valid:
            return None
        at = float(reading.at) if reading.clock_valid else None
        return Shown(reading.power_w, reading.import_wh, reading.export_wh, at)

    async def history(self, start: float, end: float) -> Sequence[Past]:
        """Of its entries those that are asked for."""
        async with self._access.session() as client:
            entries = metering.decode_history(await client.read(metering.HISTORY))
        return [Past(entry.at, entry.import_wh) for entry in entries if start < entry.at <= end]

    async def projection(self, daily_wh: int, days: int, per_kwh: float) -> Projected:
        """Price and pattern are set first."""
        async with self._access.session() as client:
            await client.write(metering.PRICE, metering.encode_price(per_kwh))
            await client.write(metering.PLAN, metering.Plan(daily_wh, days).encode())
            found = metering.decode_projection(await client.read(metering.PROJECTION))
        return Projected(found.cost, found.price)
