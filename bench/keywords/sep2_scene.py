"""A server of the bench and the device that follows it, for the cases of IEEE 2030.5: offers and outcomes."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from bench.access.sep2 import Sep2Access
from bench.access.sep2_server import POLL_RATE_S, Counterpart
from bench.exchanges.sep2_events import Content, GenerationLimit, When, new_mrid
from bench.keywords.conversation import NOTHING
from bench.keywords.sep2_servers import PLAIN, ServerKind
from drivers.sep2.codec import decode_one_of
from drivers.sep2.errors import Sep2DecodeError
from drivers.sep2.events import Event
from drivers.sep2.programs import Program
from drivers.sep2.responses import RESPONSES, Response
from drivers.sep2.vocabulary import ResponseStatus

if TYPE_CHECKING:
    from bench.access.sep2_server import Seen
    from bench.lab.station import Station

FOLLOWS, PASSES = "follows", "does not follow"
_FAR_S = 7200.0
"""An event that is only to be read begins so much later."""


class Scene:
    """The bench's server of a kind in the place of ``port``'s party, with one program."""

    def __init__(
        self,
        station: Station,
        seat: str,
        port: str,
        seed: str,
        kind: ServerKind = PLAIN,
        poll_rate_s: int = POLL_RATE_S,
    ) -> None:
        self.station = station
        self.access = Sep2Access(station, seat)
        self.kind = kind
        self.party = port
        self._random = random.Random(seed)
        self.server: Counterpart = kind.open(self.access, port, poll_rate_s=poll_rate_s)
        self.program = self.add_program(1, GenerationLimit())

    async def __aenter__(self) -> Scene:
        await self.server.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.close()

    # -- what is offered ---------------------------------------------------------------------------------------------

    def add_program(self, primacy: int, content: Content) -> Program:
        """Another program of the content's kind."""
        return self.server.resources.add_program(content.kind, new_mrid(self._random), primacy, "bench")

    def offer(
        self,
        content: Content,
        start_s: float = _FAR_S,
        duration_s: int = 3600,
        program: Program | None = None,
        **more: Any,
    ) -> Event:
        """An event of that content that begins ``start_s`` from now, in a program of its kind."""
        if isinstance(content, GenerationLimit):
            content = dataclasses.replace(content, category=self.access.category)
        now = float(int(self.station.clock.now()))
        event = content.event(new_mrid(self._random), When(now, now + start_s, duration_s), **more)
        return (program or self.program).put(event, now, content.price())

    # -- what came of it ---------------------------------------------------------------------------------------------

    def responses(self, event: Event) -> list[tuple[Response, Seen]]:
        """Responses to an event that were taken, in the order in which they came."""
        found: list[tuple[Response, Seen]] = []
        for seen in self.server.seen:
            response = _response_in(seen)
            if response is not None and response.subject == event.mrid:
                found.append((response, seen))
        return found

    def statuses(self, event: Event) -> str:
        """The responses to an event in one line: ``1 2 3``."""
        return " ".join(str(response.status) for response, _ in self.responses(event)) or NOTHING

    async def answered(self, events: Sequence[Event], within_s: float = 0.0) -> bool:
        """Let time pass until each of these was answered in any way; whether they were."""
        left_s = within_s or self.patience_s
        while left_s > 0.0 and not all(self.responses(event) for event in events):
            step_s = min(left_s, self.server.resources.poll_rate_s / 2.0)
            await self.station.advance(step_s)
            left_s -= step_s
        await self.station.advance(self.access.act_s)
        return all(self.responses(event) for event in events)

    @property
    def patience_s(self) -> float:
        """In this time a device that follows a server has found what is new there, also after some failures."""
        return float(self.access.pixit("retry_s", 120.0)) + 2.0 * self.access.poll_s

    async def outcome(self, events: Sequence[Event], others: Sequence[Event] = ()) -> str:
        """Whether the device follows the server: all these events are received, and no other ones."""
        await self.answered(events)
        if any(self.responses(other) for other in others):
            return "follows what is not for it"
        return FOLLOWS if all(self._received(event) for event in events) else PASSES

    def _received(self, event: Event) -> bool:
        return any(response.status == ResponseStatus.RECEIVED for response, _ in self.responses(event))

    def set_right(self) -> None:
        """The server is a plain one from now on."""
        server = self.server
        server.alter, server.polled_path = None, "/tm"
        if self.kind.shift_pin and server.device:
            server.resources.register(server.device, self.access.pin)
        if self.kind.credential or self.kind.context is not None:
            server.reappear(server.new_context(self.access.credential(self.party)))


def _response_in(seen: Seen) -> Response | None:
    """The response that was posted and taken; None where it was something else."""
    if seen.request.method != "POST" or seen.response.status != HTTPStatus.CREATED:
        return None
    try:
        response = decode_one_of(seen.request.body, RESPONSES)
    except Sep2DecodeError:
        return None
    return response if isinstance(response, Response) else None
