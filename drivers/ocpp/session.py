"""Calls both ways over a link: each answered by its id, those of the other end by a handler.

A pump of its own takes what comes, also while nobody waits here for anything. On a stepped clock it lets no time pass,
and time does not pass before it has taken, and its handler has answered, what was sent.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from drivers.clock import Clock, happens
from drivers.ocpp.errors import CallRefusedError, ErrorCode, NoAnswerError, RpcError, SessionClosedError
from drivers.ocpp.link import OcppLink
from drivers.ocpp.rpc import UNREADABLE_ID, Call, CallError, CallResult, Message, Send, decode, encode
from drivers.ocpp.schemas import check_request, check_response
from drivers.ocpp.versions import Version
from drivers.transport.base import TransportError
from drivers.transport.tap import Tap

Answer = Mapping[str, Any]
Handler = Callable[[str, Answer], Answer | Awaitable[Answer]]
"""From action and payload to the result's payload. Raises RpcError to refuse, Unanswered to say nothing."""

ANSWER_S = 30.0


class Unanswered(Exception):  # noqa: N818 - an answer of a kind, not an error
    """Say nothing."""


@dataclass(frozen=True)
class Heard:
    """A message of the other end and when it came (station time, s). ``problem``: why it was refused."""

    message: Message | None
    text: str
    at: float
    problem: RpcError | None = None


class OcppSession:
    """``link`` has been upgraded. ``handler`` answers the other end; ``checks``: payloads are held to their schemas.

    ``heard`` keeps every message of the other end in its order.
    """

    def __init__(self, link: OcppLink, version: Version, handler: Handler, *, checks: bool = True) -> None:
        self.link = link
        self.version = version
        self.handler = handler
        self.heard: list[Heard] = []
        self.strays: list[Message] = []
        """Results and errors that answer nothing."""
        self._checks = checks
        self._number = 0
        self._pending: dict[str, tuple[str, asyncio.Future[CallResult | CallError]]] = {}
        self._over: SessionClosedError | None = None
        self._news = asyncio.Event()
        self._closed = asyncio.Event()
        self._pump = asyncio.get_running_loop().create_task(self._run())

    @property
    def clock(self) -> Clock:
        """The station clock."""
        return self.link.clock

    @property
    def taps(self) -> Mapping[str, Tap]:
        """The link's taps."""
        return self.link.taps

    @property
    def alive(self) -> bool:
        """Nobody has closed it."""
        return self._over is None

    # -- calling -----------------------------------------------------------------------------------------------------

    async def call(self, action: str, payload: Answer | None = None, *, timeout_s: float = ANSWER_S) -> Answer:
        """Call, and the payload of the result.

        Raises CallRefusedError (a CALLERROR), NoAnswerError, SessionClosedError, RpcError for a result that is not
        what its schema says.
        """
        message_id = self.next_id()
        answer = await self.exchange(Call(message_id, action, payload or {}), timeout_s=timeout_s)
        if isinstance(answer, CallError):
            raise CallRefusedError(action, answer.code, answer.description, answer.details)
        if self._checks:
            check_response(self.version, action, answer.payload, message_id)
        return answer.payload

    async def exchange(self, call: Call, *, timeout_s: float = ANSWER_S) -> CallResult | CallError:
        """Send a call as it is, and what answers it, unchecked. Raises NoAnswerError, SessionClosedError."""
        future: asyncio.Future[CallResult | CallError] = asyncio.get_running_loop().create_future()
        self._pending[call.message_id] = call.action, future
        try:
            await self.say(encode(call))
            answered = asyncio.Event()
            future.add_done_callback(lambda _done: answered.set())
            if not await happens(self.clock, answered, timeout_s):
                raise NoAnswerError(f"{call.action} was not answered within {timeout_s:g} s")
            return future.result()
        finally:
            self._pending.pop(call.message_id, None)

    async def say(self, text: str) -> None:
        """Send any text. Raises SessionClosedError."""
        if self._over is not None:
            raise self._over
        try:
            await self.link.send(text)
        except TransportError as error:
            raise SessionClosedError(str(error)) from error

    def next_id(self) -> str:
        """A message id that was not used yet."""
        self._number += 1
        return f"bench-{id(self) & 0xFFFF:04x}-{self._number}"

    async def hears(
        self, wanted: Callable[[Heard], bool], *, after: int = 0, within_s: float = ANSWER_S
    ) -> Heard | None:
        """The first message from number ``after`` on that is ``wanted``, if it comes in time."""
        until = self.clock.now() + within_s
        while True:
            for item in self.heard[after:]:
                if wanted(item):
                    return item
            after = len(self.heard)
            self._news.clear()
            if not self.alive or not await happens(self.clock, self._news, max(0.0, until - self.clock.now())):
                return None

    async def close(self) -> None:
        """Close the WebSocket. Never raises."""
        self._end(SessionClosedError("closed from this end", 1000))
        self._pump.cancel()
        with suppress(asyncio.CancelledError):
            await self._pump
        await self.link.close()

    async def ended(self, within_s: float) -> bool:
        """Let time pass until the other end has gone; whether it has."""
        return await happens(self.clock, self._closed, within_s)

    # -- being called ------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            while True:
                await self._take(await self.link.receive(math.inf))
        except SessionClosedError as error:
            self._end(error)
        except TransportError as error:
            self._end(SessionClosedError(str(error)))
        await self.link.close()

    def _end(self, why: SessionClosedError) -> None:
        if self._over is None:
            self._over = why
            self._closed.set()
            self._news.set()
            for _action, future in self._pending.values():
                if not future.done():
                    future.set_exception(why)

    async def _take(self, text: str) -> None:
        try:
            message = decode(text, self.version)
        except RpcError as problem:
            self._note(None, text, problem)
            await self._answer(self._refusal(problem))
            return
        if isinstance(message, CallResult | CallError):
            self._note(message, text)
            self._resolve(message)
            return
        answer, refused = await self._handle(message)
        self._note(message, text, refused)
        if answer is not None:
            await self._answer(answer)

    def _note(self, message: Message | None, text: str, problem: RpcError | None = None) -> None:
        self.heard.append(Heard(message, text, self.clock.now(), problem))
        self._news.set()

    def _resolve(self, message: CallResult | CallError) -> None:
        _action, future = self._pending.get(message.message_id, ("", None))
        if future is None or future.done():
            self.strays.append(message)
        else:
            future.set_result(message)

    async def _handle(self, message: Call | Send) -> tuple[Message | None, RpcError | None]:
        try:
            if self._checks:
                check_request(self.version, message.action, message.payload, message.message_id)
            given = self.handler(message.action, message.payload)
            payload = await given if isinstance(given, Awaitable) else given
        except Unanswered:
            return None, None
        except RpcError as problem:
            known = RpcError(problem.code, problem.text, message.message_id)
            return (self._refusal(known) if isinstance(message, Call) else None), known
        return (CallResult(message.message_id, payload) if isinstance(message, Call) else None), None

    def _refusal(self, problem: RpcError) -> CallError:
        code = problem.code.spelled(self.version)
        return CallError(problem.message_id or UNREADABLE_ID, code, problem.text[:255])

    async def _answer(self, message: Message) -> None:
        with suppress(SessionClosedError, TransportError):
            await self.link.send(encode(message))


def not_implemented(action: str, _payload: Answer) -> Answer:
    """The handler of an end that can do nothing."""
    raise RpcError(ErrorCode.NOT_IMPLEMENTED, f"{action} is not known here")
