"""5.1.4 and 4.3.1: what an in-home display, or a sub-meter, says is used."""

from __future__ import annotations

from typing import ClassVar

from bench.exchanges.ble_exchange import CentralReading
from drivers.gatt.client import GattClient
from drivers.gatt.metering import READING, Reading, decode_reading


class ReadUsage(CentralReading):
    """AMI-32 and AMI-36: power and energy of the moment."""

    rows: ClassVar[tuple[str, ...]] = ("5.1.4/AMI-32/Meter-CEMS", "4.3.1/AMI-36/CEMS-SubMeter/d1")

    async def ask(self, client: GattClient) -> Reading:
        return decode_reading(await client.read(READING))
