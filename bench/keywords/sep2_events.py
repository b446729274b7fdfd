"""Keywords that offer events of 2030.5 and watch what a device makes of them, in watts and in responses."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from robot.api.deco import keyword, library

from bench.exchanges.feeding import FEEDING_SHARE, until_feeding
from bench.exchanges.sep2_events import GenerationLimit, idle_w
from bench.exchanges.witness import Wiring
from bench.keywords.conversation import NOTHING, Conversation
from bench.keywords.sep2_scene import Scene
from bench.keywords.sep2_timelines import TIMELINES, Act, Cancel, Look, Offer, Reachable, Timeline
from drivers.sep2.der import DERControlBase
from drivers.sep2.events import Event
from drivers.sep2.programs import Program
from drivers.sep2.vocabulary import ResponseStatus

_GUARD_S = 7200.0
_NEAR_W = 60.0
ALL = "all"
"""Nothing limits what is generated."""
_DRAWS = 4
_DRAW_S = 120.0
_SHIFT_S = 60


@library(scope="TEST", auto_keywords=False)
class Sep2Events(Conversation):
    """Plays a timeline, and judges the power that is generated and what the device answers."""

    def __init__(self) -> None:
        super().__init__()
        self._said = self._power = self._answers = ""

    @keyword("The Server Offers")
    def offer(self, words: str) -> None:
        """See `bench.keywords.sep2_timelines`. Example: | The Server Offers | a control that is over |"""
        self.run(self._play(words, TIMELINES[words]), _GUARD_S)

    @keyword("The Power Is")
    def power(self, *allowed: str) -> None:
        """At each look: all that there is, or per cent of the rating. Example: | The Power Is | all, 50 % |"""
        self.heard(f"{self._said}, in watts", self._power)
        self.expect(*allowed)

    @keyword("The Responses Are")
    def responses(self, *allowed: str) -> None:
        """Of each event. Example: | The Responses Are | A 1 2 7; B 1 2 3 |"""
        self.heard(self._said, self._answers)
        self.expect(*allowed)

    @keyword("The Server Offers Controls That May Begin")
    def offer_random(self, when: str) -> None:
        """``later`` or ``earlier`` than they state, by a minute at most, one after another.

        Example: | The Server Offers Controls That May Begin | later |
        """
        self.run(self._draw(_SHIFT_S if when == "later" else -_SHIFT_S), _GUARD_S)

    @keyword("They Begin")
    def begin(self, *allowed: str) -> None:
        """Judge when. Example: | They Begin | within their range, not all alike |"""
        self.expect(*allowed)

    # -- a timeline --------------------------------------------------------------------------------------------------

    async def _play(self, words: str, timeline: Timeline) -> None:
        scene = Scene(self.station, self.seat, self.port, self.session.planned.name)
        programs = _programs(scene, timeline)
        drawn_w = float(scene.access.pixit("load_w", 0.0))
        enough_w = FEEDING_SHARE * float(scene.access.pixit("available_w", 0.0)) - drawn_w
        await until_feeding(self.station, self.seat, enough_w)
        async with scene:
            await scene.server.polled(within_s=scene.patience_s)
            start = self.clock.now()
            events = {one.name: self._offered(scene, one, programs[one.primacy]) for one in timeline.offers}
            seen: list[str] = []
            for at_s, act in timeline.then:
                await self.wait_until(start + at_s)
                if isinstance(act, Look):
                    seen.append(await self._generated(scene, timeline))
                else:
                    self._do(act, scene, events)
            if any(isinstance(act, Reachable) for _, act in timeline.then):
                await scene.server.polled(within_s=scene.patience_s)
            await self.station.advance(scene.access.act_s)
            answers = [f"{name} {scene.statuses(event)}" for name, event in events.items()]
            self._said, self._power, self._answers = words, ", ".join(seen), "; ".join(answers)

    @staticmethod
    def _offered(scene: Scene, offer: Offer, program: Program) -> Event:
        event = scene.offer(offer.content, offer.start_s, offer.duration_s, program, **offer.more)
        older = dataclasses.replace(event, created=event.created - offer.older_s)
        return program.put(older, scene.server.now)

    def _do(self, act: Act, scene: Scene, events: dict[str, Event]) -> None:
        if isinstance(act, Cancel):
            for program in scene.server.resources.programs:
                if events[act.name].mrid in program.events:
                    program.cancel(events[act.name].mrid, self.clock.now(), randomized=act.at_random)
        elif isinstance(act, Reachable) and act.yes:
            scene.server.reappear()
        else:
            scene.server.vanish()

    async def _generated(self, scene: Scene, timeline: Timeline) -> str:
        """What is generated, as the nearest of the shares that there can be."""
        measured = await (await Wiring(self.station, self.seat).analyser()).active_power()
        rated_w = float(scene.access.pixit("generator_w", 0.0))
        available_w = float(scene.access.pixit("available_w", 0.0))
        generated_w = idle_w(scene.access) + available_w - measured.value
        near_w = float(scene.access.pixit("near_w", _NEAR_W))
        if abs(generated_w - available_w) < near_w:
            return ALL
        shares = [*(offer.limit for offer in timeline.offers), timeline.default or 1.0]
        near = [share for share in shares if abs(share * rated_w - generated_w) < near_w]
        return f"{near[0]:.0%}".replace("%", " %") if near else f"{generated_w:.0f} W"

    # -- random starts -----------------------------------------------------------------------------------------------

    async def _draw(self, shift_s: int) -> None:
        async with Scene(self.station, self.seat, self.port, self.session.planned.name) as scene:
            await scene.server.polled(within_s=scene.patience_s)
            starts = [2.0 * _DRAW_S + number * _DRAW_S for number in range(_DRAWS)]
            offers = [scene.offer(GenerationLimit(), at_s, 30, randomize_start=shift_s) for at_s in starts]
            await self.station.advance(starts[-1] + 2.0 * _DRAW_S)
            shifts = [_started(scene, event) for event in offers]
            self.heard(f"a random start within {shift_s} s", _spread(shifts, shift_s), shifts=str(shifts))


def _programs(scene: Scene, timeline: Timeline) -> dict[int, Program]:
    """The programs of a timeline by their primacy; devices may look for programs less often than for events."""
    found = {1: scene.program}
    scene.program.shows_over = timeline.shows_over
    if timeline.default is not None:
        scene.program.default = DERControlBase(max_lim_w=round(timeline.default * 10_000))
    for offer in timeline.offers:
        if offer.primacy not in found:
            found[offer.primacy] = scene.add_program(offer.primacy, offer.content)
    return found


def _started(scene: Scene, event: Event) -> int | None:
    """How long after the stated start the device says that it began, s; None where it did not."""
    said = [response for response, _ in scene.responses(event) if response.status == ResponseStatus.STARTED]
    return None if not said or said[0].created is None else said[0].created - event.interval.start


def _spread(shifts: Sequence[int | None], most_s: int) -> str:
    there = [shift for shift in shifts if shift is not None]
    if len(there) < len(shifts):
        return NOTHING if not there else "not all of them begin"
    low, high = min(0, most_s), max(0, most_s)
    if not all(low - 1 <= shift <= high + 1 for shift in there):
        return "outside of their range"
    return "within their range, not all alike" if len(set(there)) > 1 else "all alike"
