"""A home device that subscribes: to what, for how long, and whom it believes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from drivers.cim.errors import OfficeRefusedError
from drivers.sep2.codec import encode
from drivers.sep2.der import DERControlList
from drivers.sep2.events import ListLink
from drivers.sep2.programs import ProgramKind
from drivers.sep2.server import HttpRequest, HttpResponse, Peer
from drivers.sep2.subscriptions import Notification, Subscription
from fixtures.home.offers import Offer
from fixtures.home.server_session import ServerSession
from fixtures.home.servers import ServerEntry
from fixtures.home.subscriber import Subscriber

SERVER_LFDI, OTHER_LFDI = bytes(20), bytes([1]) * 20
CONTROLS, PRICES = "/derp/1/derc", "/tp/1/rc/1/tti"
DAY_S = 86_400.0


class _Client:
    """A server in memory."""

    def __init__(self, subscribable: int | None = 1) -> None:
        self.subscribable = subscribable
        self.posted: list[Subscription] = []
        self.deleted: list[str] = []
        self.refuses: int | None = None

    async def get(self, path: str, cls: type[Any]) -> Any:
        assert path == f"{CONTROLS}?s=0&l=0"
        return cls(subscribable=self.subscribable)

    async def post(self, path: str, resource: Subscription) -> str:
        assert path == "/edev/1/sub"
        if self.refuses is not None:
            raise OfficeRefusedError(self.refuses, "refused")
        self.posted.append(resource)
        return f"/edev/1/sub/{len(self.posted)}"

    async def delete(self, path: str) -> None:
        self.deleted.append(path)


class Scene:
    """A device, and its one server as it stands."""

    def __init__(self, client: _Client | None = None) -> None:
        self.now = 0.0
        self.told: list[str] = []
        self.client = client or _Client()
        entry = ServerEntry("cems", SERVER_LFDI, lambda: None)
        self.subscriber = Subscriber(lambda: self.now, lambda: {"cems": entry}, self.told.append)
        self.subscriber.reserve()
        self.session = self.new_session()

    def new_session(self) -> ServerSession:
        own = SimpleNamespace(subscriptions=ListLink(href="/edev/1/sub"))
        offers = [
            Offer(ProgramKind.DER, bytes(16), 1, "", CONTROLS),
            Offer(ProgramKind.PRICE, bytes(16), 1, "", PRICES),
        ]
        session = SimpleNamespace(entry=SimpleNamespace(name="cems"), own=own, offers=offers, client=self.client)
        return cast(ServerSession, session)

    async def look(self) -> None:
        await self.subscriber.look(self.session)

    def notify(self, lfdi: bytes = SERVER_LFDI, *, resource: str = CONTROLS, status: int = 0) -> int:
        body = encode(Notification(resource=resource, status=status, subscription="/edev/1/sub/1"))
        request = HttpRequest("POST", "/ntfy/cems", {}, {}, body, Peer(lfdi, 1))
        answer: HttpResponse = self.subscriber._heard(request)
        return int(answer.status)

    def end(self) -> None:
        self.subscriber.release()


@pytest.fixture
def scene() -> Any:
    made = Scene()
    yield made
    made.end()


async def test_it_subscribes_once_to_what_is_subscribable(scene: Scene) -> None:
    await scene.look()
    await scene.look()
    (wanted,) = scene.client.posted
    assert (wanted.resource, wanted.limit, wanted.condition) == (CONTROLS, 0, None)
    assert wanted.listener.startswith("https://")
    assert wanted.listener.endswith("/ntfy/cems")


@pytest.mark.parametrize("subscribable", [None, 0, 2])
async def test_what_cannot_be_subscribed_to_without_conditions_is_polled_only(
    scene: Scene, subscribable: int | None
) -> None:
    scene.client.subscribable = subscribable
    await scene.look()
    assert not scene.client.posted


async def test_a_subscription_is_renewed_every_day(scene: Scene) -> None:
    await scene.look()
    scene.now += DAY_S - 1.0
    await scene.look()
    assert len(scene.client.posted) == 1
    scene.now += 1.0
    await scene.look()
    assert [one.resource for one in scene.client.posted] == [CONTROLS, CONTROLS]


async def test_a_server_that_was_found_anew_is_subscribed_to_anew(scene: Scene) -> None:
    await scene.look()
    scene.session = scene.new_session()
    await scene.look()
    assert len(scene.client.posted) == 2


async def test_a_program_that_is_gone_is_not_subscribed_to(scene: Scene) -> None:
    await scene.look()
    scene.session.offers.clear()
    await scene.look()
    assert scene.client.deleted == ["/edev/1/sub/1"]


async def test_a_refusal_is_taken_and_a_failure_is_not(scene: Scene) -> None:
    scene.client.refuses = 400
    await scene.look()
    scene.client.refuses = None
    await scene.look()
    assert not scene.client.posted
    scene.session = scene.new_session()
    scene.client.refuses = 503
    with pytest.raises(OfficeRefusedError):
        await scene.look()


async def test_news_of_its_server_has_it_look_and_news_of_others_does_not(scene: Scene) -> None:
    assert scene.notify() == 404
    await scene.look()
    assert scene.notify(OTHER_LFDI) == 403
    assert scene.notify(resource="/derp/9/derc") == 404
    assert not scene.told
    assert scene.notify() == 204
    assert scene.told == ["cems"]


async def test_a_subscription_that_was_ended_is_made_anew(scene: Scene) -> None:
    await scene.look()
    assert scene.notify(status=1) == 204
    await scene.look()
    assert len(scene.client.posted) == 2


def test_a_list_says_that_it_is_subscribable() -> None:
    assert b'subscribable="1"' in encode(DERControlList(subscribable=1))
