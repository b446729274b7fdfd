"""Keywords of 2030.5 subscriptions: the bench is a server that is polled rarely and says when something is new."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.sep2 import Sep2Access
from bench.access.sep2_subscriptions import Notifier
from bench.exchanges.sep2_events import GenerationLimit
from bench.keywords.conversation import NOTHING, Conversation
from bench.keywords.sep2_scene import Scene
from drivers.sep2.programs import EVENT_LISTS
from drivers.sep2.subscriptions import XML, Subscription
from drivers.sep2.vocabulary import ResponseStatus

_RARELY_S = 900
_FIRST_S, _STEP_S, _GUARD_S = 30.0, 60.0, 14_400.0
_LATER_S = 7200.0
_POLLS = 5
"""Programs need not be looked for at every poll."""
STRANGER = "stranger"


@library(scope="TEST", auto_keywords=False)
class Sep2Subscriptions(Conversation):
    """Lets a device subscribe, and tells it of changes, or has others tell it. A device whose device file does not say
    that it subscribes (PIXIT ``sep2.subscribes``) skips the test."""

    @keyword("The Server Can Be Subscribed To")
    def subscribe(self) -> None:
        """With two programs. Example: | The Server Can Be Subscribed To |"""
        self.run(self._subscribe(), _GUARD_S)

    @keyword("The Server Tells Of A New Control")
    def tell(self) -> None:
        """Which holds at once, long before the next poll. Example: | The Server Tells Of A New Control |"""
        self.run(self._tell(), _GUARD_S)

    @keyword("Somebody Else Tells Of A New Control")
    def tell_falsely(self) -> None:
        """With a good certificate that is not the server's. Example: | Somebody Else Tells Of A New Control |"""
        self.run(self._tell_falsely(), _GUARD_S)

    @keyword("The Server Ends The Subscription")
    def end(self) -> None:
        """And says so. Example: | The Server Ends The Subscription |"""
        self.run(self._end(), _GUARD_S)

    @keyword("The Device Loses A Program That It Subscribed To")
    def lose(self) -> None:
        """It is assigned to one of two any more. Example: | The Device Loses A Program That It Subscribed To |"""
        self.run(self._lose(), _GUARD_S)

    @keyword("The Device That Subscribes")
    def device(self, *allowed: str) -> None:
        """Judge it. Example: | The Device That Subscribes | acts at once |"""
        self.expect(*allowed)

    # -- scenes ------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _scene(self) -> AsyncIterator[tuple[Scene, Notifier]]:
        """A server that wants to be polled rarely, once the device has subscribed."""
        if not Sep2Access(self.station, self.seat).pixit("subscribes", False):
            raise SkipExecution("the device file does not say that the device subscribes (PIXIT sep2.subscribes)")
        scene = Scene(self.station, self.seat, self.port, self.session.planned.name, poll_rate_s=_RARELY_S)
        notifier = Notifier(scene.server)
        scene.offer(GenerationLimit(), _LATER_S)
        async with scene:
            await self._until(lambda: bool(notifier.subscriptions), _FIRST_S + scene.access.poll_s)
            yield scene, notifier

    async def _until(self, reached: object, within_s: float) -> bool:
        """Let time pass until it is so; whether it is in time."""
        assert callable(reached)
        left_s = within_s
        while not reached() and left_s > 0.0:
            await self.station.advance(min(_STEP_S, left_s))
            left_s -= _STEP_S
        return bool(reached())

    def _reads(self, scene: Scene) -> int:
        """How often the device has read the program's events."""
        path = f"{scene.program.path}/{EVENT_LISTS[scene.program.kind]}"
        return sum(seen.request.method == "GET" and seen.request.path == path for seen in scene.server.seen)

    # -- what happens ------------------------------------------------------------------------------------------------

    async def _subscribe(self) -> None:
        async with self._scene() as (scene, notifier):
            other = scene.add_program(2, GenerationLimit())
            await self._until(lambda: len(notifier.subscriptions) > 1, _POLLS * _RARELY_S)
            lists = [f"{one.path}/{EVENT_LISTS[one.kind]}" for one in (scene.program, other)]
            found = [one.resource for one in notifier.subscriptions]
            good = all(_is_good(one) for one in notifier.subscriptions)
            words = "subscribes once to each list of controls" if sorted(found) == sorted(lists) and good else NOTHING
            self.heard("what can be subscribed to", words if words != NOTHING or not found else f"{', '.join(found)}")

    async def _tell(self) -> None:
        async with self._scene() as (scene, notifier):
            event = scene.offer(GenerationLimit(), 0.0)
            began = self.clock.now()
            statuses = await notifier.deliver()
            await self.station.advance(scene.access.act_s)
            told = {response.status: seen.at for response, seen in scene.responses(event)}
            started = told.get(ResponseStatus.STARTED)
            words = "acts at once" if started is not None else f"answers {scene.statuses(event)}"
            self.heard(
                "a notification",
                words if statuses and all(200 <= one < 300 for one in statuses) else f"statuses {statuses}",
                after_s=None if started is None else started - began,
            )

    async def _tell_falsely(self) -> None:
        async with self._scene() as (scene, notifier):
            before = self._reads(scene)
            subscription = next(iter(notifier.subscriptions), None)
            if subscription is None:
                self.heard("a server that can be subscribed to", NOTHING)
                self.expect("a subscription")
                return
            stranger = scene.access.credential(STRANGER)
            status = await notifier.post(subscription.listener, notifier.change(subscription), stranger)
            await self.station.advance(scene.access.act_s)
            refused = not 200 <= status < 300 and self._reads(scene) == before
            self.heard("a notification of somebody else", "refuses" if refused else "believes", status=status)

    async def _end(self) -> None:
        async with self._scene() as (_scene, notifier):
            await notifier.end_all()
            anew = await self._until(lambda: bool(notifier.subscriptions), 2.0 * _RARELY_S)
            self.heard("the end of a subscription", "subscribes anew" if anew else NOTHING)

    async def _lose(self) -> None:
        async with self._scene() as (scene, notifier):
            other = scene.add_program(2, GenerationLimit())
            await self._until(lambda: len(notifier.subscriptions) > 1, _POLLS * _RARELY_S)
            had = len(notifier.subscriptions)
            other.members = frozenset()
            await self._until(lambda: len(notifier.subscriptions) < had, _POLLS * _RARELY_S)
            left = [one.resource for one in notifier.subscriptions]
            mine = [f"{scene.program.path}/{EVENT_LISTS[scene.program.kind]}"]
            self.heard(
                "a program that it has no longer", "ends its subscription" if had > 1 and left == mine else NOTHING
            )


def _is_good(subscription: Subscription) -> bool:
    """Whether a server of the standard can tell of it."""
    return (
        subscription.encoding == XML
        and subscription.condition is None
        and urlsplit(subscription.listener).scheme == "https"
    )
