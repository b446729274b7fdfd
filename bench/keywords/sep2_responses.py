"""Keywords on the responses of 2030.5: where they go, which are wanted, what they say."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from robot.api.deco import keyword, library

from bench.access.sep2_server import Alteration
from bench.exchanges.sep2_events import Content, GenerationLimit, HighPrice, LoadControl, Notice
from bench.keywords.conversation import NOTHING, Conversation
from bench.keywords.sep2_scene import Scene
from drivers.sep2.programs import ProgramKind
from drivers.sep2.responses import DERControlResponse, DrResponse, PriceResponse, Response, TextResponse
from drivers.sep2.server import HttpRequest, HttpResponse
from drivers.sep2.vocabulary import ResponseStatus

_GUARD_S = 7200.0
_USUAL, _OTHER = "/rsps/1/rsp", "/rsps/7/rsp"
_REQUIRED = {"A": b"\x00", "B": b"\x01", "C": b"\x02", "D": b"\x03"}
_START_S, _DURATION_S = 120.0, 60
_CONTENTS: tuple[Content, ...] = (GenerationLimit(), LoadControl(), HighPrice(), Notice())
_KINDS: Mapping[ProgramKind, type[Response]] = {
    ProgramKind.DER: DERControlResponse,
    ProgramKind.LOAD: DrResponse,
    ProgramKind.PRICE: PriceResponse,
    ProgramKind.TEXT: TextResponse,
}
_WHEN = {
    ResponseStatus.RECEIVED: "when it was found",
    ResponseStatus.STARTED: "at its start",
    ResponseStatus.COMPLETED: "at its end",
}


@library(scope="TEST", auto_keywords=False)
class Sep2Responses(Conversation):
    """Offers events, and judges what is said of them."""

    def _scene(self) -> Scene:
        return Scene(self.station, self.seat, self.port, self.session.planned.name)

    @keyword("An Event Names Another Address For Responses")
    def elsewhere(self) -> None:
        """Than servers usually have. Example: | An Event Names Another Address For Responses |"""
        self.run(self._elsewhere(), _GUARD_S)

    @keyword("Events Want No, Some And All Responses")
    def required(self) -> None:
        """A none, B the receipt, C start and end, D all. Example: | Events Want No, Some And All Responses |"""
        self.run(self._required(), _GUARD_S)

    @keyword("A Control Is Carried Out")
    def timed(self) -> None:
        """Which times its responses bear. Example: | A Control Is Carried Out |"""
        self.run(self._timed(), _GUARD_S)

    @keyword("Events Of Every Function Set Are Offered")
    def kinds(self) -> None:
        """Of which kind their responses are. Example: | Events Of Every Function Set Are Offered |"""
        self.run(self._kinds(), _GUARD_S)

    @keyword("The Server Does Not Take A Response At First")
    def refused(self) -> None:
        """But answers 503. Example: | The Server Does Not Take A Response At First |"""
        self.run(self._refused(), _GUARD_S)

    @keyword("The Device Answers")
    def answers(self, *allowed: str) -> None:
        """Judge it. Example: | The Device Answers | 1 2 3 |"""
        self.expect(*allowed)

    # -- what is offered ---------------------------------------------------------------------------------------------

    async def _carried_out(self, scene: Scene) -> str:
        """Offer a control and wait until it must be over; its responses."""
        await scene.server.polled(within_s=scene.patience_s)
        event = scene.offer(GenerationLimit(), _START_S, _DURATION_S)
        await self.station.advance(_START_S + _DURATION_S + scene.access.act_s)
        await scene.server.polled(within_s=scene.access.poll_s)
        return scene.statuses(event)

    async def _elsewhere(self) -> None:
        async with self._scene() as scene:
            scene.server.alter = _with_other_address(scene)
            self.heard("an event with an address for responses", await self._carried_out(scene))

    async def _refused(self) -> None:
        async with self._scene() as scene:
            refusals = 0

            def alter(request: HttpRequest, response: HttpResponse) -> HttpResponse:
                nonlocal refusals
                if request.method != "POST" or not request.path.startswith("/rsps") or refusals:
                    return response
                refusals += 1
                return HttpResponse(503)

            scene.server.alter = alter
            self.heard("503 to a response", await self._carried_out(scene))

    async def _required(self) -> None:
        async with self._scene() as scene:
            await scene.server.polled(within_s=scene.patience_s)
            events = {
                name: scene.offer(
                    GenerationLimit(), _START_S + 2.0 * number * _DURATION_S, _DURATION_S, response_required=asked
                )
                for number, (name, asked) in enumerate(_REQUIRED.items())
            }
            await self.station.advance(_START_S + 2.0 * len(events) * _DURATION_S + scene.access.act_s)
            words = [f"{name} {scene.statuses(event)}" for name, event in events.items()]
            self.heard("responseRequired 00, 01, 02, 03", "; ".join(words))

    async def _timed(self) -> None:
        async with self._scene() as scene:
            await scene.server.polled(within_s=scene.patience_s)
            event = scene.offer(GenerationLimit(), _START_S, _DURATION_S)
            await self.station.advance(_START_S + _DURATION_S + scene.access.act_s)
            words = []
            for response, seen in scene.responses(event):
                status = ResponseStatus(response.status or 0)
                right = {ResponseStatus.STARTED: event.interval.start, ResponseStatus.COMPLETED: event.interval.end}
                off_s = (response.created or 0) - right.get(status, seen.at)
                is_right = abs(off_s) <= scene.access.act_s
                words.append(_WHEN.get(status, str(status)) if is_right else f"{int(status)} off by {off_s:.0f} s")
            self.heard("a control, by the times of its responses", ", ".join(words) or NOTHING)

    async def _kinds(self) -> None:
        scene = self._scene()
        followed = [one for one in _CONTENTS if _is_followed(scene, one)]
        offers = [
            (one, scene.program if one.kind is ProgramKind.DER else scene.add_program(1, one)) for one in followed
        ]
        async with scene:
            await scene.server.polled(within_s=scene.patience_s)
            events = [scene.offer(content, program=program) for content, program in offers]
            await scene.answered(events)
            wrong: list[str] = []
            for content, event in zip(followed, events, strict=True):
                kinds = {type(response) for response, _ in scene.responses(event)}
                if kinds != {_KINDS[content.kind]}:
                    wrong.append(f"{content.kind} by {', '.join(sorted(one.__name__ for one in kinds)) or NOTHING}")
            said = f"events of {', '.join(one.kind for one in followed)}"
            self.heard(said, "; ".join(wrong) or "each by its own kind")


def _is_followed(scene: Scene, content: Content) -> bool:
    """Whether the device has what such an event steers, by its PIXIT."""
    has = {ProgramKind.LOAD: "load_w", ProgramKind.PRICE: "price", ProgramKind.DER: "generator_w"}.get(content.kind)
    return has is None or bool(scene.access.pixit(has))


def _with_other_address(scene: Scene) -> Alteration:
    """Events name another address, and nothing is taken at the usual one."""

    def alter(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path == _OTHER:
            return scene.server.respond(dataclasses.replace(request, path=_USUAL))
        if request.path == _USUAL:
            return HttpResponse(404)
        body = response.body.replace(f'replyTo="{_USUAL}"'.encode(), f'replyTo="{_OTHER}"'.encode())
        return HttpResponse(response.status, body, response.headers)

    return alter
