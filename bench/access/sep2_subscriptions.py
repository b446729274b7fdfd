"""The bench as a server that is subscribed to: what its device subscribed to, and how notifications reach it.

notifier = Notifier(server)
program.put(event, server.now)
statuses = await notifier.deliver()
"""

from __future__ import annotations

from urllib.parse import urlsplit

from bench.access.sep2_server import Counterpart
from drivers.cim.credentials import Credential
from drivers.cim.errors import OfficeError
from drivers.sep2.client import Sep2Client
from drivers.sep2.codec import encode
from drivers.sep2.resources import Device
from drivers.sep2.subscriptions import Notification, NotificationStatus, Subscription
from drivers.sep2.tls import CLIENT_TLS

_TIMEOUT_S = 5.0


class Notifier:
    """Lets the device of a server of the bench subscribe, and posts what there is to tell."""

    def __init__(self, server: Counterpart) -> None:
        self._server = server
        self._desk = server.resources.subscriptions
        self._desk.notify = self._collect
        self._waiting: list[tuple[Subscription, Notification]] = []

    def _collect(self, _device: Device, subscription: Subscription, notification: Notification) -> None:
        self._waiting.append((subscription, notification))

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """What the device has subscribed to, as it stands now."""
        device = self._server.resources.devices.get(self._server.device)
        return self._desk.of(device) if device is not None else ()

    async def deliver(self) -> list[int]:
        """Tell the device of what has changed; the statuses of its answers, 0 where there is none."""
        self._desk.changed()
        waiting, self._waiting = self._waiting, []
        return [await self.post(subscription.listener, told) for subscription, told in waiting]

    async def end_all(self) -> list[int]:
        """End every subscription of the device, and say so."""
        device = self._server.resources.devices[self._server.device]
        for subscription in self._desk.of(device):
            self._desk.end(device, int((subscription.href or "").rpartition("/")[2]))
        return await self.deliver()

    async def post(self, listener: str, told: Notification, credential: Credential | None = None) -> int:
        """Post a notification, as the server or as whoever ``credential`` is; the status, 0 without an answer."""
        parts = urlsplit(listener)
        shown = credential or self._server.credential
        url = f"{parts.scheme}://{parts.netloc}"
        async with Sep2Client(
            url, shown, self._server.station.clock, options=CLIENT_TLS, timeout_s=_TIMEOUT_S
        ) as client:
            try:
                return (await client.request("POST", parts.path, encode(told))).status
            except OfficeError:
                return 0

    @staticmethod
    def change(subscription: Subscription) -> Notification:
        """That something has changed, without content."""
        return Notification(
            resource=subscription.resource,
            status=NotificationStatus.CHANGED,
            subscription=subscription.href or "",
        )
