"""Subscriptions and notifications (schema 2018): a client that is told of changes need not poll so often.

The client posts a `Subscription` to the list that its `EndDevice` entry names: to which resource, and where it listens.
When the resource changes, the server posts a `Notification` there. Of a list it holds no more than ``limit`` members;
0 says only that something has changed. What is subscribable says so by its attribute ``subscribable``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from drivers.sep2.codec import INT48, STRING16, UINT8, UINT32, URI, Resource, attribute, element, part, parts, typed
from drivers.sep2.der import DERControlList
from drivers.sep2.events import Addressed, SepList
from drivers.sep2.loads import EndDeviceControlList

XML = 0
"""``encoding``: EXI is 1."""
LEVEL = "+S1"
"""Revision and edition of the schema that a client understands (`unverified` for other editions than 2018)."""
UNCONDITIONAL = 1
"""``subscribable``: without conditions only; 2 with conditions only, 3 both."""
NOTIFIED: Mapping[str, type[Resource]] = {cls.__name__: cls for cls in (DERControlList, EndDeviceControlList)}
"""What a notification may hold here, by the name of its type."""


class NotificationStatus(IntEnum):
    """Why a notification comes. From 1 on the subscription is over."""

    CHANGED = 0
    CANCELLED = 1
    MOVED = 2
    DEFINITION_CHANGED = 3
    DELETED = 4


@dataclass(frozen=True, kw_only=True)
class Condition(Resource):
    """A value is told of once it is outside of its thresholds. ``attribute``: 0 is the value of a reading."""

    attribute: int = element("attributeIdentifier", UINT8, required=True)
    lower: int = element("lowerThreshold", INT48, required=True)
    upper: int = element("upperThreshold", INT48, required=True)


@dataclass(frozen=True, kw_only=True)
class Subscription(Addressed):
    """``resource`` is the path of what is subscribed to, ``listener`` the URI to which notifications go."""

    resource: str = element("subscribedResource", URI, required=True)
    condition: Condition | None = part("Condition", lambda: Condition)
    encoding: int = element("encoding", UINT8, required=True)
    level: str = element("level", STRING16, required=True)
    limit: int = element("limit", UINT32, required=True)
    listener: str = element("notificationURI", URI, required=True)


@dataclass(frozen=True, kw_only=True)
class SubscriptionList(SepList):
    """The subscriptions of one device."""

    poll_rate: int | None = attribute("pollRate", UINT32)
    members: tuple[Subscription, ...] = parts("Subscription", lambda: Subscription)


@dataclass(frozen=True, kw_only=True)
class Notification(Addressed):
    """``content``: the resource as it is now. ``subscription``: where the subscription stands at the server."""

    resource: str = element("subscribedResource", URI, required=True)
    moved_to: str | None = element("newResourceURI", URI)
    content: Resource | None = typed("Resource", lambda: NOTIFIED)
    status: int = element("status", UINT8, required=True)
    subscription: str = element("subscriptionURI", URI, required=True)
