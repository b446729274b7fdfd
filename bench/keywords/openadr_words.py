"""Keywords that play a VTN towards a gateway, message by message: registration, events, and payloads that are wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import pairwise

from robot.api.deco import keyword, library

from bench.keywords.conversation import NOTHING, Conversation
from bench.keywords.openadr_scene import Scene
from drivers.openadr.codec import MAX_DOCUMENT_BYTES
from drivers.openadr.registration import RequestReregistration
from drivers.openadr.vocabulary import MEDIA_TYPE, ServiceName
from drivers.sep2.responses import Response
from drivers.sep2.server import HttpRequest, HttpResponse
from drivers.sep2.vocabulary import ResponseStatus

_ELEMENT = re.compile(rb"<oadr:oadrSignedObject[^>]*>\s*<(?:\w+:)?(oadr\w+)")
_GUARD_S = 7200.0
_REPORTS_S = 600.0
_EVENT = b"<oadr:oadrEvent>"


@library(scope="TEST", auto_keywords=False)
class OpenadrWords(Conversation):
    """Distributes what the test says, and judges what comes of it."""

    def __init__(self) -> None:
        super().__init__()
        self._scenes = 0

    @keyword("The VEN Finds The VTN")
    def find(self) -> None:
        """What it sends until it polls. Example: | The VEN Finds The VTN |"""
        self.run(self._find(), _GUARD_S)

    @keyword("The VTN Asks For A New Registration")
    def reregister(self) -> None:
        """In the place of an answer to a poll. Example: | The VTN Asks For A New Registration |"""
        self.run(self._reregister(), _GUARD_S)

    @keyword("The VTN Asks To Be Polled Every")
    def poll_every(self, seconds: str) -> None:
        """At registration. Example: | The VTN Asks To Be Polled Every | 20 |"""
        self.run(self._poll_every(int(seconds)), _GUARD_S)

    @keyword("The VTN Distributes")
    def distribute(self, *steps: str) -> None:
        """One after the other. Example: | The VTN Distributes | an event | a cancelled event |"""
        self.run(self._distribute(steps), _GUARD_S)

    @keyword("The Customer Opts Out Of An Event")
    def opt_out(self) -> None:
        """At a device of the home, after it was accepted. Example: | The Customer Opts Out Of An Event |"""
        self.run(self._opt_out(), _GUARD_S)

    @keyword("The VTN Asks For A Report Every")
    def ask_for_report(self, seconds: str) -> None:
        """Of what DER generate, for ten minutes. Example: | The VTN Asks For A Report Every | 60 |"""
        self.run(self._ask_for_report(int(seconds), ends=False), _GUARD_S)

    @keyword("The VTN Asks For A Report And Cancels It")
    def cancel_report(self) -> None:
        """What comes in the ten minutes after it. Example: | The VTN Asks For A Report And Cancels It |"""
        self.run(self._ask_for_report(60, ends=True), _GUARD_S)

    @keyword("The VTN Distributes An Event")
    def distribute_wrongly(self, defect: str) -> None:
        """In a payload with that defect, then in a right one. Example: | The VTN Distributes An Event | unsigned |"""
        self.run(self._distribute_wrongly(defect), _GUARD_S)

    @keyword("The VEN Answers")
    def answers(self, *allowed: str) -> None:
        """Judge it. Example: | The VEN Answers | 200 optIn; price 0.25 for 3600 s |"""
        self.expect(*allowed)

    def _scene(self, *, poll_rate_s: int = 60) -> Scene:
        self._scenes += 1
        return Scene(self.station, self.seat, self.port, self._scenes, poll_rate_s=poll_rate_s)

    # -- registration ----------------------------------------------------------------------------------------------

    async def _find(self) -> None:
        scene = self._scene()
        async with scene.server as server:
            await server.polled(within_s=scene.access.poll_s)
            self.heard("a VTN at its address", "; ".join(map(_element_in, server.seen)) or NOTHING)

    async def _reregister(self) -> None:
        scene = self._scene()
        async with scene.server as server:
            await server.polled(within_s=scene.access.poll_s)
            asked = False

            def alter(request: HttpRequest, response: HttpResponse) -> HttpResponse:
                nonlocal asked
                if asked or request.path != ServiceName.POLL.path:
                    return response
                asked = True
                return server.vtn.vtn.reply(RequestReregistration(ven_id="ven-1"))

            server.alter = alter
            await server.polled()
            before = len(server.seen)
            await server.polled(within_s=2.0 * float(scene.access.pixit("retry_s", 120.0)))
            words = [_element_in(one) for one in server.seen[before:]]
            said = "oadrCreatePartyRegistration"
            self.heard("oadrRequestReregistration", said if said in words else "; ".join(words) or NOTHING)

    async def _poll_every(self, seconds: int) -> None:
        scene = self._scene(poll_rate_s=seconds)
        async with scene.server as server:
            await server.polled(6, within_s=10.0 * scene.access.poll_s)
            times = [one.at for one in server.seen if one.request.path == ServiceName.POLL.path]
            pauses = {round(later - earlier) for earlier, later in pairwise(times[1:])}
            self.heard(
                f"a poll interval of {seconds} s", ", ".join(f"{pause} s" for pause in sorted(pauses)) or NOTHING
            )

    # -- events ----------------------------------------------------------------------------------------------------

    async def _distribute(self, steps: tuple[str, ...]) -> None:
        scene = self._scene()
        async with scene.server:
            await scene.found()
            for step in steps:
                scene.distribute(step)
                self.heard(step, await scene.passed())

    async def _opt_out(self) -> None:
        scene = self._scene()
        async with scene.server as server:
            await scene.found()
            scene.distribute("a share of the load")
            await scene.passed()
            async with scene.access.home.client(scene.device) as client:
                mrid = await scene.mrid_at_home()
                now = int(self.station.clock.now())
                await client.post(
                    "/rsps/1/rsp",
                    Response(lfdi=client.lfdi, status=ResponseStatus.OPT_OUT, subject=mrid, created=now),
                )
            await scene.passed()
            opts = [opt for _ven, opt in server.vtn.vtn.opts if opt.event_id == scene.event_id]
            self.heard("an opt out of the customer", ", ".join(f"oadrCreateOpt {one.opt}" for one in opts) or NOTHING)

    async def _ask_for_report(self, seconds: int, *, ends: bool) -> None:
        scene = self._scene()
        async with scene.server as server:
            await scene.found()
            server.resources.devices[server.device].post_rate_s = seconds
            await self.station.advance(_REPORTS_S)
            if ends:
                server.resources.devices[server.device].post_rate_s = None
                await server.polled(2)
                server.vtn.vtn.reports.clear()
                await self.station.advance(_REPORTS_S)
            reports = [report for _ven, report in server.vtn.vtn.reports if report.readings]
            moments = sorted({round(report.created) for report in reports})
            pauses = {later - earlier for earlier, later in pairwise(moments)}
            values = sorted({reading.r_id for report in reports for reading in report.readings})
            late_s = max((report.created - (report.readings[0].start or 0.0) for report in reports), default=0.0)
            words = f"{', '.join(values)} every {', '.join(map(str, sorted(pauses)))} s" if reports else NOTHING
            self.heard("oadrCancelReport" if ends else "oadrCreateReport", words, late_s=late_s)

    async def _distribute_wrongly(self, defect: str) -> None:
        scene = self._scene()
        async with scene.server as server:
            await scene.found()
            scene.distribute("an event")
            if defect == "signed long ago":
                server.offset_s = -3600.0
            else:
                spoil = _DEFECTS[defect]

                def alter(_request: HttpRequest, response: HttpResponse) -> HttpResponse:
                    if _EVENT not in response.body:
                        return response
                    return HttpResponse(response.status, spoil(response.body), {"content-type": MEDIA_TYPE})

                server.alter = alter
            self.heard(f"an event {defect}", await scene.passed())
            self.expect(f"{NOTHING}; nothing at home")
            server.alter, server.offset_s = None, 0.0
            self.heard("a right one afterwards", await scene.passed())


def _element_in(seen: object) -> str:
    request = getattr(seen, "request", None)
    found = _ELEMENT.search(request.body) if request is not None else None
    return found[1].decode() if found is not None else "no message"


_SIGNATURE = re.compile(rb"<ds:Signature .*</ds:Signature>", re.DOTALL)
_DEFECTS: Mapping[str, Callable[[bytes], bytes]] = {
    "unsigned": lambda body: _SIGNATURE.sub(b"", body),
    "altered after it was signed": lambda body: body.replace(b"<ei:value>0.25<", b"<ei:value>0.05<"),
    "broken off": lambda body: body[:-60],
    "too long": lambda body: body + b" " * MAX_DOCUMENT_BYTES,
    "of another schema": lambda body: body.replace(b"eiActivePeriod", b"eiActiveTime"),
    "with an external entity": lambda body: (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + body.partition(b"?>")[2]
    ),
    "with entities that multiply": lambda body: (
        b'<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;">]>' + body.partition(b"?>")[2]
    ),
}
"""What is done to the payload that carries the event."""
