"""Keywords that play a VEN towards a VTN, message by message: registration, polls, answers, and wrong messages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from robot.api.deco import keyword, library

from bench.access.office import OfficeAccess
from bench.access.openadr import OadrAccess
from bench.keywords.conversation import NOTHING, Conversation
from drivers.cim.canonical import Request
from drivers.cim.errors import OfficeRefusedError
from drivers.cim.signal_calls import end, give
from drivers.cim.signals import Signal, SignalKind
from drivers.openadr.client import VenClient
from drivers.openadr.codec import Message
from drivers.openadr.envelope import seal, unseal
from drivers.openadr.errors import OadrError, RefusedError, ReregistrationError
from drivers.openadr.events import DistributeEvent, EventResponse
from drivers.openadr.registration import Poll
from drivers.openadr.vocabulary import MEDIA_TYPE, ServiceName
from drivers.transport.tap import Direction

_GUARD_S = 600.0
_DURATION_S, _SHARE = 600, 0.4
_STALE_S = 3600.0


@library(scope="TEST", auto_keywords=False)
class OpenadrVenWords(Conversation):
    """Polls and answers as the test says, and judges what comes back."""

    @keyword("The Operator Gives A Signal And The VEN Answers The Second Poll")
    def poll_twice(self) -> None:
        """And polls again. Example: | The Operator Gives A Signal And The VEN Answers The Second Poll |"""
        self.run(self._with_signal(), _GUARD_S)

    @keyword("The Operator Takes The Signal Back")
    def cancelled(self) -> None:
        """After it was answered. Example: | The Operator Takes The Signal Back |"""
        self.run(self._cancelled(), _GUARD_S)

    @keyword("The VEN Polls")
    def poll(self, how: str) -> None:
        """In one of the ways in which none may. Example: | The VEN Polls | unsigned |"""
        self.run(_WAYS[how](self), _GUARD_S)

    @keyword("The VTN Answers")
    def answers(self, *allowed: str) -> None:
        """Judge it. Example: | The VTN Answers | 463 |"""
        self.expect(*allowed)

    # -- right ones ------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _ven(self, party: str = "ven", *, signed: bool = True) -> AsyncIterator[VenClient]:
        access = OadrAccess(self.station, self.seat)
        url = self.station.endpoint(self.seat, self.port).url
        client = VenClient(url, access.credential(party), self.station.clock, "bench", signed=signed, timeout_s=5.0)
        async with client:
            yield client

    async def _with_signal(self) -> None:
        async with self._ven() as ven:
            await ven.query()
            await ven.register()
            identifier = await self._give()
            first = _words(await ven.poll())
            self.heard("three polls", f"{first}; {await _answered(ven)}")
            await self._end(identifier)

    async def _cancelled(self) -> None:
        async with self._ven() as ven:
            await ven.register()
            identifier = await self._give()
            await _answered(ven)
            await self._end(identifier)
            self.heard("a poll", _words(await ven.poll()))

    async def _give(self) -> str:
        """A signal to loads, as the system's own operator gives it; its identifier."""
        home = str(OadrAccess(self.station, self.seat).pixit("home", "esi"))
        signal = Signal(kind=SignalKind.LOAD, homes=(home,), duration=_DURATION_S, share=_SHARE)
        async with OfficeAccess(self.station, self.seat).session("operator") as system:
            (taken,) = await give(system.messenger, (signal,))
        return taken.signal

    async def _end(self, identifier: str) -> None:
        async with OfficeAccess(self.station, self.seat).session("operator") as system:
            await end(system.messenger, (identifier,))

    # -- wrong ones ------------------------------------------------------------------------------------------------

    async def _unregistered(self) -> None:
        async with self._ven() as ven:
            ven.ven_id = "ven-1"
            self.heard("a poll before registration", await _tried(ven.poll()))

    async def _stranger(self) -> None:
        async with self._ven("stranger") as ven:
            self.heard("a registration of nobody who was enrolled", await _tried(ven.register()))

    async def _as_another(self) -> None:
        async with self._ven() as ven:
            await ven.register()
            ven.ven_id = "another-ven"
            self.heard("a poll under another venID", await _tried(ven.poll()))

    async def _unsigned(self) -> None:
        async with self._ven() as ven:
            await ven.register()
            self.heard("a poll without signature", await self._sent(ven, seal(Poll(ven_id=ven.ven_id))))

    async def _again(self) -> None:
        async with self._ven() as ven:
            await ven.register()
            with ven.message.capturing() as seen:
                await ven.poll()
            sent = next(one.data for one in seen if one.direction is Direction.OUT)
            self.heard("a poll that was sent before", await self._sent(ven, Request.from_bytes(sent).body))

    async def _long_ago(self) -> None:
        async with self._ven() as ven:
            await ven.register()
            at = self.station.clock.now() - _STALE_S
            body = seal(Poll(ven_id=ven.ven_id), ven.credential, at=at, nonce="an-old-one")
            self.heard("a poll that was signed long ago", await self._sent(ven, body))

    async def _unknown_event(self) -> None:
        async with self._ven() as ven:
            await ven.register()
            self.heard("an answer to no event", await _tried(ven.answer(EventResponse(event_id="nobody-gave-it"))))

    async def _junk(self) -> None:
        async with self._ven() as ven:
            await ven.register()
            self.heard("a message that breaks off", await self._sent(ven, seal(Poll(ven_id=ven.ven_id))[:-30]))

    @staticmethod
    async def _sent(ven: VenClient, body: bytes) -> str:
        """What comes back to these bytes, sent to the service of polls."""
        answer = await ven.http.request("POST", ServiceName.POLL.path, body, {"content-type": MEDIA_TYPE})
        if answer.status >= 400:
            return f"HTTP {answer.status}"
        return _words(unseal(answer.body).message)


_WAYS: dict[str, Callable[[OpenadrVenWords], Coroutine[Any, Any, None]]] = {
    "before it has registered": OpenadrVenWords._unregistered,
    "with the certificate of a stranger": OpenadrVenWords._stranger,
    "under another venID": OpenadrVenWords._as_another,
    "unsigned": OpenadrVenWords._unsigned,
    "with a message that was sent before": OpenadrVenWords._again,
    "with a message that was signed long ago": OpenadrVenWords._long_ago,
    "and answers an event that nobody gave": OpenadrVenWords._unknown_event,
    "with a message that breaks off": OpenadrVenWords._junk,
}


async def _answered(ven: VenClient) -> str:
    first = await ven.poll()
    for event in first.events if isinstance(first, DistributeEvent) else ():
        await ven.answer(EventResponse(event_id=event.event_id, modification=event.modification))
    return f"{_words(first)}; {_words(await ven.poll())}"


async def _tried(call: Awaitable[Message]) -> str:
    try:
        return _words(await call)
    except RefusedError as refusal:
        return str(refusal.code)
    except ReregistrationError:
        return "oadrRequestReregistration"
    except OfficeRefusedError as refusal:
        return f"HTTP {refusal.status}"
    except OadrError as error:
        return type(error).__name__


def _words(message: Message) -> str:
    """A message in words: its events with state, signal and level, or its response code."""
    if isinstance(message, DistributeEvent):
        found = [
            f"{event.state} {signal.name} {signal.intervals[0].level:g}"
            for event in message.events
            for signal in event.signals
        ]
        return ", ".join(found) or "no events"
    result = getattr(message, "result", None)
    code = result.code if result is not None else None
    return NOTHING if code == 200 else str(code or type(message).__name__)
