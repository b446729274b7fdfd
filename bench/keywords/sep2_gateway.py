"""Keywords on a gateway between two 2030.5 links: what goes on to the home, and what comes back from it."""

from __future__ import annotations

from typing import Any

from robot.api.deco import keyword, library

from bench.access.sep2_home import events_at
from bench.exchanges.sep2_events import GenerationLimit, LoadControl
from bench.keywords.conversation import NOTHING, Conversation
from bench.keywords.sep2_scene import Scene
from drivers.sep2.events import Event, RandomizableEvent
from drivers.sep2.responses import Response
from drivers.sep2.vocabulary import EventState, ResponseStatus

_GUARD_S = 7200.0
_START_S, _DURATION_S = 200.0, 120
_RANDOM: dict[str, Any] = {"randomize_start": 60, "randomize_duration": -30}


@library(scope="TEST", auto_keywords=False)
class Sep2Gateway(Conversation):
    """The bench is the utility's server and a device of the home."""

    def _scene(self) -> Scene:
        return Scene(self.station, self.seat, self.port, self.session.planned.name)

    @keyword("A Customer Opts Out Of An Event")
    def opt_out(self) -> None:
        """At a device of the home. Example: | A Customer Opts Out Of An Event |"""
        self.run(self._opt_out(), _GUARD_S)

    @keyword("The Utility Offers An Event For A Time To Come")
    def offer(self) -> None:
        """Which states the home finds. Example: | The Utility Offers An Event For A Time To Come |"""
        self.run(self._states(), _GUARD_S)

    @keyword("The Utility Offers An Event With Random Parts")
    def offer_random(self) -> None:
        """Which parts the home finds. Example: | The Utility Offers An Event With Random Parts |"""
        self.run(self._random_parts(), _GUARD_S)

    @keyword("The Gateway Tells")
    def tells(self, *allowed: str) -> None:
        """Judge it. Example: | The Gateway Tells | 4 |"""
        self.expect(*allowed)

    async def _found(self, scene: Scene, event: Event) -> Event | None:
        """The event as a device of the home finds it."""
        found = await events_at(scene.access, self._home_device(scene), GenerationLimit().kind)
        return next((one for one in found if one.mrid == event.mrid), None)

    @staticmethod
    def _home_device(scene: Scene) -> str:
        return str(scene.access.pixit("home_device", "cems"))

    async def _opt_out(self) -> None:
        scene = self._scene()
        program = scene.add_program(1, LoadControl())
        async with scene:
            event = scene.offer(LoadControl(), program=program)
            await scene.answered([event])
            async with scene.access.client(self._home_device(scene)) as client:
                now = int(self.clock.now())
                said = Response(lfdi=client.lfdi, status=ResponseStatus.OPT_OUT, subject=event.mrid, created=now)
                await client.post("/rsps/1/rsp", said)
            await scene.server.polled(within_s=scene.access.poll_s)
            customers = {ResponseStatus.OPT_OUT, ResponseStatus.OPT_IN}
            passed = [str(one.status) for one, _ in scene.responses(event) if one.status in customers]
            self.heard("an opt-out at home", " ".join(passed) or NOTHING)

    async def _states(self) -> None:
        async with self._scene() as scene:
            event = scene.offer(GenerationLimit(), _START_S, _DURATION_S)
            await scene.answered([event])
            states: list[str] = []
            for when in (event.interval.start - 5.0, event.interval.start + 5.0, event.interval.end + 5.0):
                await self.wait_until(when)
                found = await self._found(scene, event)
                states.append("not there" if found is None else EventState(found.status.current).name.lower())
            self.heard("an event before, in and after its time", ", ".join(states))

    async def _random_parts(self) -> None:
        async with self._scene() as scene:
            event = scene.offer(GenerationLimit(), **_RANDOM)
            await scene.answered([event])
            found = await self._found(scene, event)
            parts = [getattr(found, name) for name in _RANDOM] if isinstance(found, RandomizableEvent) else []
            self.heard("an event with random parts", ", ".join(f"{part} s" for part in parts if part) or NOTHING)
