"""The bench in place of the customer's energy management system at a display's Bluetooth link.

Notices come as notifications of the customer account service, each again until its receipt was written. Bluetooth runs
on real time and notices on station time: the bench lets a little of the latter pass, asks a question, and what was told
before comes before the answer. So a notice is late here by up to `LOOK_S`, and never early.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench.access.ble import BleAccess
from bench.access.customer import ConsumerNotice, CustomerSystem, LimitShown
from bench.access.dlms_clients import ClientsError
from bench.access.limits import ENERGY
from drivers.dlms.data import I32, U32
from drivers.gatt import account
from drivers.gatt.client import GattClient
from drivers.gatt.security import Level

LOOK_S = 5.0


class BleCustomer(CustomerSystem):
    """Listens and answers at the display that ``access`` reaches. Make one with `ble_customer`."""

    def __init__(self, access: BleAccess, client: GattClient) -> None:
        super().__init__(access.station)
        self._access = access
        self._client = client
        self._kept: deque[ConsumerNotice] = deque()

    @property
    def repeat_s(self) -> float:
        """After how long an unacknowledged notice comes again (PIXIT)."""
        return self._access.declared.repeat_s

    def code_of(self, meaning: str) -> int:
        """The number of an event in the service. Raises ClientsError for one that it does not have."""
        try:
            return int(account.Told[meaning.upper()])
        except KeyError:
            raise ClientsError(f"the customer account service knows no event {meaning!r}") from None

    async def next(self, within_s: float) -> ConsumerNotice | None:
        """The next notice, None when none comes within so long. Raises GarbageError for one of another shape."""
        station = self._access.station
        deadline = station.clock.now() + within_s
        while True:
            await self._look()
            if self._kept:
                return self._kept.popleft()
            left_s = deadline - station.clock.now()
            if left_s <= 0.0:
                return None
            await station.advance(min(LOOK_S, left_s))

    async def acknowledge(self, notice: ConsumerNotice) -> None:
        """Give the receipt."""
        await self._client.write(account.RECEIPT, account.encode_receipt(notice.log, notice.number))

    async def credit(self) -> int:
        """The credit that is available, in hundred-thousandths of the currency unit."""
        return (await self._status()).credit

    async def remaining_s(self) -> int:
        """For how long it lasts."""
        return (await self._status()).remaining_s

    async def limit_shown(self, name: str) -> LimitShown:
        """``energy``, or the demand of the rate that runs. Raises ClientsError for another rate's."""
        shown = account.decode_limits(await self._client.read(account.LIMITS))
        if name == ENERGY:
            return LimitShown(shown.used_wh, shown.energy_near_wh, shown.energy_limit_wh)
        if name == f"demand_rate_{shown.rate}":
            return LimitShown(shown.demand_w, shown.demand_near_w, shown.demand_limit_w)
        raise ClientsError(f"the display shows rate {shown.rate} and no limit {name!r}")

    async def use_emergency(self) -> None:
        """Take the emergency credit."""
        await self._client.write(account.EMERGENCY, account.TAKE_EMERGENCY)

    async def _status(self) -> account.Status:
        return account.decode_status(await self._client.read(account.STATUS))

    async def _look(self) -> None:
        """Take what has come."""
        await self._status()
        now, protected = self._access.station.clock.now(), self._client.security.level is Level.SECURE
        for told in self._client.notices():
            if told.uuid == account.NOTICE:
                self._kept.append(_as_shown(account.decode_notice(told.value), now, protected))


def _as_shown(notice: account.Notice, at: float, protected: bool) -> ConsumerNotice:
    values = {
        "energy_used": U32(notice.used_wh),
        "demand": U32(notice.demand_w),
        "credit": I32(notice.credit),
        "remaining": U32(notice.remaining_s),
    }
    return ConsumerNotice(at, int(notice.told), notice.log, notice.number, float(notice.at), values, protected)


@asynccontextmanager
async def ble_customer(access: BleAccess) -> AsyncIterator[BleCustomer]:
    """The customer's system while the context lasts, paired as the display's owner."""
    async with access.session() as client:
        await client.subscribe(account.NOTICE)
        yield BleCustomer(access, client)
