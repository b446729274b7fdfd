"""3.2.1 to 3.2.3 on AMI-32: the customer's energy management system reads credit and limits at the meter's display.

The alarms of these rows come from the meter, unasked; the functional tests await and acknowledge them
(`bench.access.ble_customer`).
"""

from __future__ import annotations

from typing import ClassVar

from bench.exchanges.ble_exchange import CentralReading
from drivers.gatt import account
from drivers.gatt.client import GattClient


class MetersDisplay(CentralReading):
    """A row at a display that tells what its meter has to say, unasked."""

    predicates: ClassVar[frozenset[str]] = frozenset({"returns", "notifies"})


class CreditStatus(MetersDisplay):
    """AMI-32: credit, for how long it lasts, whether the supply is on."""

    rows: ClassVar[tuple[str, ...]] = ("3.2.1/AMI-32/Meter-CEMS",)

    async def ask(self, client: GattClient) -> account.Status:
        return account.decode_status(await client.read(account.STATUS))


class LimitStatus(MetersDisplay):
    """AMI-32: what is used, what is drawn on average, and the limits of both."""

    rows: ClassVar[tuple[str, ...]] = ("3.2.2/AMI-32/Meter-CEMS", "3.2.3/AMI-32/Meter-CEMS")

    async def ask(self, client: GattClient) -> account.Limits:
        return account.decode_limits(await client.read(account.LIMITS))
