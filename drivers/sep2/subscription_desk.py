"""The server's side of subscriptions: who wants to be told of what, and what there is to tell of a change.

The desk sends nothing itself: whoever has the server says when something may have changed (`changed`), and posts each
notification that he is given (`SubscriptionDesk.notify`). Lists of controls can be subscribed to, without conditions.
That an event begins or ends by its times is no change.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from drivers.sep2.codec import Resource, decode
from drivers.sep2.errors import Sep2DecodeError
from drivers.sep2.events import Event, EventStatus, ListLink, SepList
from drivers.sep2.lists import page
from drivers.sep2.server import HttpRequest, HttpResponse, Peer
from drivers.sep2.subscriptions import NOTIFIED, XML, Notification, NotificationStatus, Subscription, SubscriptionList

if TYPE_CHECKING:
    from drivers.sep2.resources import Device, ResourceServer

MAX_SUBSCRIPTIONS = 20
_WHOLE = 255


@dataclass
class _Kept:
    """A subscription, and what its resource was when it was told of last."""

    subscription: Subscription
    told: object


class SubscriptionDesk:
    """Of one server. ``notify`` is given each notification with its device and subscription; None: the server has no
    such function set."""

    def __init__(self, server: ResourceServer) -> None:
        self._server = server
        self._kept: dict[bytes, dict[int, _Kept]] = {}
        self.notify: Callable[[Device, Subscription, Notification], None] | None = None

    # -- what devices see ------------------------------------------------------------------------------------------

    def link(self, device: Device) -> ListLink | None:
        """What the entry of a device says of it."""
        if self.notify is None:
            return None
        return ListLink(href=_path(device), all=len(self.of(device)))

    def of(self, device: Device) -> tuple[Subscription, ...]:
        """The subscriptions of a device."""
        return tuple(kept.subscription for kept in self._kept.get(device.lfdi, {}).values())

    def view(self, request: HttpRequest, device: Device) -> Resource | None:
        """The list of a device's subscriptions, or one of them."""
        if self.notify is None:
            return None
        if request.path == _path(device):
            return SubscriptionList(href=request.path, **page(request, self.of(device)))
        return next((one for one in self.of(device) if one.href == request.path), None)

    # -- what devices ask for --------------------------------------------------------------------------------------

    def post(self, device: Device, request: HttpRequest) -> HttpResponse:
        """Take a subscription; one to the same resource for the same listener is renewed. Raises Sep2DecodeError for
        one that cannot be kept."""
        if self.notify is None or request.path.rstrip("/") != _path(device):
            return HttpResponse(HTTPStatus.METHOD_NOT_ALLOWED)
        asked = decode(request.body, Subscription)
        content = self._content(device, asked.resource, _WHOLE)
        if not isinstance(content, SepList):
            raise Sep2DecodeError("Subscription/subscribedResource", "cannot be subscribed to")
        if asked.condition is not None or asked.encoding != XML or not asked.listener.startswith("https://"):
            raise Sep2DecodeError("Subscription", "has a condition, an encoding or a listener that is not for here")
        mine = self._kept.setdefault(device.lfdi, {})
        same = (n for n, kept in mine.items() if _key(kept.subscription) == _key(asked))
        number = next(same, max(mine, default=0) + 1)
        if number not in mine and len(mine) >= MAX_SUBSCRIPTIONS:
            raise Sep2DecodeError("Subscription", "is one too many")
        path = f"{_path(device)}/{number}"
        mine[number] = _Kept(dataclasses.replace(asked, href=path), _without_states(content))
        return HttpResponse(HTTPStatus.CREATED, headers={"location": path})

    def delete(self, device: Device, request: HttpRequest) -> HttpResponse:
        """The device wants to be told no longer."""
        mine = self._kept.get(device.lfdi, {})
        for number, kept in mine.items():
            if kept.subscription.href == request.path:
                del mine[number]
                return HttpResponse(HTTPStatus.NO_CONTENT)
        return HttpResponse(HTTPStatus.NOT_FOUND)

    # -- what there is to tell -------------------------------------------------------------------------------------

    def changed(self) -> None:
        """Something may have changed: tell whoever has subscribed to what did."""
        for device in tuple(self._server.devices.values()):
            for number, kept in tuple(self._kept.get(device.lfdi, {}).items()):
                now = self._content(device, kept.subscription.resource, _WHOLE)
                if now is None:
                    self.end(device, number, NotificationStatus.DELETED)
                elif _without_states(now) != kept.told:
                    kept.told = _without_states(now)
                    self._tell(device, kept.subscription, NotificationStatus.CHANGED)

    def end(self, device: Device, number: int, why: NotificationStatus = NotificationStatus.CANCELLED) -> None:
        """End a subscription from the server's side, and say so. Raises KeyError for one that there is not."""
        kept = self._kept[device.lfdi].pop(number)
        self._tell(device, kept.subscription, why)

    def forget(self, device: Device) -> None:
        """Keep no subscription of a device, and say nothing: as after a loss of memory."""
        self._kept.pop(device.lfdi, None)

    def _tell(self, device: Device, subscription: Subscription, status: NotificationStatus) -> None:
        if self.notify is None:
            return
        is_change = status is NotificationStatus.CHANGED
        content = self._content(device, subscription.resource, subscription.limit) if is_change else None
        told = Notification(
            resource=subscription.resource, content=content, status=status, subscription=subscription.href or ""
        )
        self.notify(device, subscription, told)

    def _content(self, device: Device, path: str, limit: int) -> Resource | None:
        """A subscribable resource as the device finds it, with so many members; None where there is none."""
        query = {"s": "0", "l": str(limit)}
        found = self._server.view(HttpRequest("GET", path, query, {}, b"", Peer(device.lfdi, 0)), device)
        return found if type(found) in NOTIFIED.values() else None


def _path(device: Device) -> str:
    return f"/edev/{device.number}/sub"


def _key(subscription: Subscription) -> tuple[str, str]:
    return subscription.resource, subscription.listener


def _without_states(listed: Resource) -> object:
    """What of a list has to change for a notification: events begin, and end, by themselves."""
    members = getattr(listed, "members", ())
    return tuple(_as_made(one) if isinstance(one, Event) else one for one in members)


def _as_made(event: Event) -> Event:
    status = event.status if event.status.cancelled else EventStatus(current=0, at=0)
    return dataclasses.replace(event, status=status)
