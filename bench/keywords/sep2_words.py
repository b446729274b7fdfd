"""Keywords that play a 2030.5 server towards a device: how it finds its way, and which servers it does not follow."""

from __future__ import annotations

from itertools import pairwise

from robot.api.deco import keyword, library

from bench.access.sep2_server import POLL_RATE_S
from bench.exchanges.sep2_events import GenerationLimit
from bench.keywords.conversation import NOTHING, Conversation
from bench.keywords.sep2_scene import FOLLOWS, PASSES, Scene
from bench.keywords.sep2_servers import KINDS, PLAIN, ServerKind

_GUARD_S = 7200.0
_AHEAD_S = 10.0
"""By so much the server's clock is ahead; a device may refuse more at once."""
_SAME_TIME_S = 2.0
_POLLS = 3
_LONG_S = 1900.0


@library(scope="TEST", auto_keywords=False)
class Sep2Words(Conversation):
    """Shows a device servers of many kinds, and judges what comes of it."""

    def _scene(self, kind: ServerKind = PLAIN, poll_rate_s: int = POLL_RATE_S) -> Scene:
        return Scene(self.station, self.seat, self.port, self.session.planned.name, kind, poll_rate_s)

    @keyword("The Device Finds A Server")
    def find(self, words: str) -> None:
        """Of that kind; of one that no device may follow it is judged at once, then the server is set right.

        Example: | The Device Finds A Server | with addresses of its own |
        """
        self.run(self._find(words), _GUARD_S)

    @keyword("The Server's Clock Is Ahead")
    def clock_ahead(self) -> None:
        """By which time the device then goes. Example: | The Server's Clock Is Ahead |"""
        self.run(self._clock_ahead(), _GUARD_S)

    @keyword("The Server States A Poll Rate Of")
    def poll_rate(self, seconds: str) -> None:
        """How often it is then asked. Example: | The Server States A Poll Rate Of | 20 |"""
        self.run(self._poll_rate(PLAIN, int(seconds), (_POLLS + 1) * float(seconds) + POLL_RATE_S), _GUARD_S)

    @keyword("The Server States No Poll Rate")
    def no_poll_rate(self) -> None:
        """How often it is then asked. Example: | The Server States No Poll Rate |"""
        self.run(self._poll_rate(KINDS["that states no poll rate"], POLL_RATE_S, _LONG_S), _GUARD_S)

    @keyword("The Device Is Assigned To Another Program")
    def assign(self) -> None:
        """After it has found its first one. Example: | The Device Is Assigned To Another Program |"""
        self.run(self._assign(), _GUARD_S)

    @keyword("The Device")
    def device(self, *allowed: str) -> None:
        """Judge it. Example: | The Device | follows |"""
        self.expect(*allowed)

    # -- what it finds -----------------------------------------------------------------------------------------------

    async def _find(self, words: str) -> None:
        kind = KINDS[words]
        async with self._scene(kind) as scene:
            # Two, so that a list has another page; they do not overlap.
            wanted = [scene.offer(GenerationLimit()), scene.offer(GenerationLimit(), 14_400.0)]
            others = []
            if "others" in words:
                others = [scene.offer(GenerationLimit(), 21_600.0, program=scene.add_program(2, GenerationLimit()))]
            self.heard(f"a server {words}", await scene.outcome(wanted, others))
            if kind.wrong:
                self.expect(PASSES)
                scene.set_right()
                self.heard("the same server, set right", await scene.outcome(wanted))

    async def _clock_ahead(self) -> None:
        async with self._scene() as scene:
            scene.server.offset_s = _AHEAD_S
            event = scene.offer(GenerationLimit())
            await scene.answered([event])
            found = [(response.created or 0) - seen.at for response, seen in scene.responses(event)]
            off_s = max((abs(one - _AHEAD_S) for one in found), default=None)
            words = NOTHING if off_s is None else f"off by {off_s:.0f} s"
            self.heard("a clock that is ahead", "goes by it" if off_s is not None and off_s <= _SAME_TIME_S else words)

    async def _poll_rate(self, kind: ServerKind, rate_s: int, for_s: float) -> None:
        async with self._scene(kind, rate_s) as scene:
            await self.station.advance(for_s)
            times = [seen.at for seen in scene.server.seen if seen.request.path == scene.server.polled_path]
            pauses = {round(later - earlier) for earlier, later in pairwise(times)}
            self.heard("the poll rate", ", ".join(f"asks every {one} s" for one in sorted(pauses)) or NOTHING)

    async def _assign(self) -> None:
        async with self._scene() as scene:
            await scene.answered([scene.offer(GenerationLimit())])
            event = scene.offer(GenerationLimit(), 14_400.0, program=scene.add_program(1, GenerationLimit()))
            await self.station.advance(_POLLS * scene.access.poll_s)
            self.heard("another assignment", await scene.outcome([event]))
            self.expect(FOLLOWS)
