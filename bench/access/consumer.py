"""The bench in place of the customer's energy management system, at the meter's consumer port.

The meter tells of events with data notifications that nobody asked for; each is sent again until it is acknowledged.
What a notice carries, and how its receipt is given, is companion-specific and stands in the device file:

    [pixit.consumer]
    notice = ["device", "event", "energy_used", "demand", "credit", "remaining"]
    event = ["time", "code", "originator", "outcome", "log", "number"]
    receipt = "0.0.128.13.1.255"        # data object to which log and number of a notice are written
    repeat_s = 30.0                     # after which a notice without receipt comes again
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bench.access.customer import ConsumerNotice, CustomerSystem, LimitShown
from bench.access.dlms import DlmsAccess
from bench.access.dlms_clients import ClientsError
from bench.access.limits import limit_objects, read_thresholds, whole
from bench.access.prepayment import PrepaidAccount, prepayment_objects
from drivers.dlms.apdu import Attribute, DataNotification
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import U8, U32, Data, Integer, Structure
from drivers.dlms.errors import DecodeError
from drivers.dlms.obis import Obis
from drivers.dlms.profile import moment_of
from drivers.transport.base import SilenceError

CONSUMER = "consumer"
_DATA, _VALUE = 1, 2
_FRESH_S, _MORE_S = 30.0, 1.0
"""A session that was silent for so long is opened anew before it is used."""


class CustomerEms(CustomerSystem):
    """Listens and answers at the consumer port. Make one with `customer_ems`."""

    def __init__(self, access: DlmsAccess, client: DlmsClient) -> None:
        super().__init__(access.station)
        self._access = access
        self._client = client
        self._declared: Mapping[str, Any] = access.pixit("consumer", {})
        self._used_at = access.station.clock.now()
        self._kept: deque[ConsumerNotice] = deque()

    @property
    def client(self) -> DlmsClient:
        """Its client at the meter."""
        return self._client

    @property
    def repeat_s(self) -> float:
        """After how long an unacknowledged notice comes again (PIXIT)."""
        return float(self._declared.get("repeat_s", 60.0))

    def code_of(self, meaning: str) -> int:
        """The code of an event. Raises ClientsError where the device file declares none of that meaning."""
        return code_of(self._access, meaning)

    async def credit(self) -> int:
        """The credit that is available, in hundred-thousandths of the currency unit."""
        return whole(await self._client.get(prepayment_objects(self._access).available))

    async def remaining_s(self) -> int:
        """For how long it lasts."""
        return await PrepaidAccount(self._client, prepayment_objects(self._access)).remaining_s()

    async def limit_shown(self, name: str) -> LimitShown:
        """A limit by the name that it has in the device file. Raises ClientsError, and the meter's refusals."""
        objects = limit_objects(self._access, name)
        warning, limit = await read_thresholds(self._client, objects)
        return LimitShown(whole(await self._client.get(objects.value)), warning, limit)

    async def use_emergency(self) -> None:
        """Take the emergency credit."""
        await PrepaidAccount(self._client, prepayment_objects(self._access)).use_emergency()

    async def next(self, within_s: float) -> ConsumerNotice | None:
        """The next notice, None when none comes within so long. Raises DecodeError for one of another shape."""
        return self._kept.popleft() if self._kept else await self._listen(within_s)

    async def _listen(self, within_s: float) -> ConsumerNotice | None:
        deadline = self._access.station.clock.now() + within_s
        try:
            notification = await self._client.next_notification(deadline)
        except SilenceError:
            return None
        if not isinstance(notification.apdu, DataNotification):
            raise DecodeError("the notice is no data notification")
        opened = notification.opened
        protected = opened is not None and opened.authenticated and opened.encrypted
        return self._notice(notification.apdu.body, notification.at, protected)

    async def acknowledge(self, notice: ConsumerNotice) -> None:
        """Give the receipt. Raises the meter's refusal."""
        await self.refresh()
        await self._client.set(*receipt_of(self._access, notice))

    async def refresh(self) -> None:
        """Open the session anew where the meter may have closed it for silence.

        What the meter sends while the port is closed is lost, so what it is sending is heard to the end first.
        """
        now = self._access.station.clock.now()
        if now - self._used_at > _FRESH_S:
            while (notice := await self._listen(_MORE_S)) is not None:
                self._kept.append(notice)
            await self._client.abort()
            await self._client.associate()
        self._used_at = now

    def _notice(self, body: Data, at: float, protected: bool) -> ConsumerNotice:
        values = _named(body, self._declared.get("notice", ()))
        event = _named(values.get("event"), self._declared.get("event", ()))
        numbers = [event.get(name) for name in ("code", "log", "number")]
        code, log, number = (int(value) if isinstance(value, Integer) else -1 for value in numbers)
        time = moment_of(event["time"]) if "time" in event else None
        when = time.timestamp() if time is not None else None
        return ConsumerNotice(at, code, log, number, when, values, protected)


def receipt_of(access: DlmsAccess, notice: ConsumerNotice) -> tuple[Attribute, Data]:
    """Where a receipt is written, and what."""
    receipt = Obis(str(access.pixit("consumer", {})["receipt"]))
    return Attribute(_DATA, receipt, _VALUE), Structure([U8(notice.log), U32(notice.number)])


@asynccontextmanager
async def customer_ems(access: DlmsAccess) -> AsyncIterator[CustomerEms]:
    """The customer's system while the context lasts. Raises ClientsError where the device has no client for it."""
    async with access.session(CONSUMER, ask=True) as client:
        yield CustomerEms(access, client)


def code_of(access: DlmsAccess, meaning: str) -> int:
    """The code of an event. Raises ClientsError where the device file declares none of that meaning."""
    for entry in access.pixit("event_table", []):
        if entry["meaning"] == meaning:
            return int(entry["code"])
    raise ClientsError(f"the device in seat {access.seat} declares no event {meaning!r} (PIXIT)")


def _named(value: Data | None, names: Any) -> Mapping[str, Data]:
    if not isinstance(value, Structure) or len(value) != len(names):
        raise DecodeError("the notice has another shape than the device file says")
    return dict(zip(map(str, names), value, strict=True))
