"""Keywords of 4.2: a signal goes from load management through headend, gateway and energy management to the watts."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.sep2 import Sep2Access
from bench.exchanges.sep2_events import Content, GenerationLimit, LoadControl, idle_w
from bench.exchanges.witness import Wiring
from bench.keywords.process import ProcessLibrary
from drivers.cim.signal_calls import end, give, stand
from drivers.cim.signals import Path, Signal, SignalKind
from drivers.sep2.vocabulary import ResponseStatus

SEEN, OVER = "the home's power is what was asked for", "the home's power is what it is without signals"
ANSWERED, AT = "what the home has answered, at load management", "from the signal to the watts"
MOVES = "how often the home's power moved"
_LMS, _HOME = "LMS/DRMS", "Customer EMS"
_OPERATOR, _GATEWAY = "operator", "esi"
_DURATION_S, _WITHIN_S, _LOOK_S = 600, 180.0, 10.0
_NEAR_W = 50.0
_GUARD_S = 6000.0
_SIGNALS: dict[str, tuple[SignalKind, Content]] = {
    "4.2.1": (SignalKind.LOAD, LoadControl()),
    "4.2.2": (SignalKind.SCRAM, LoadControl(share=0.0)),
    "4.2.3": (SignalKind.GENERATION, GenerationLimit()),
}


@library(scope="TEST", auto_keywords=False)
class SignalChain(ProcessLibrary):
    """Gives signals at load management and looks at the home."""

    @keyword("Give A Signal At Load Management")
    def give_signal(self, path: str) -> None:
        """By the path ``headend``, ``direct`` or ``both``. Example: | Give A Signal At Load Management | both |"""
        self.run(self._give(Path(path)), _GUARD_S)

    async def _give(self, path: Path) -> None:
        kind, content = _SIGNALS[self.row.process]
        home = Sep2Access(self.station, self.seat_of(_HOME))
        self._wiring = Wiring(self.station, home.seat)
        share = (
            getattr(content, "share", None) if kind is not SignalKind.GENERATION else getattr(content, "limit", None)
        )
        signal = Signal(kind=kind, homes=(_GATEWAY,), duration=_DURATION_S, share=share, path=path)
        wanted_w, usual_w = content.power_w(home), idle_w(home)
        async with self.office(_LMS).session(_OPERATOR) as lms:
            given = self.clock.now()
            (taken,) = await give(lms.messenger, (signal,))
            moves, last_w, reached = 0, await self._power_w(), 0.0
            while self.clock.now() < given + _WITHIN_S:
                await self.station.advance(_LOOK_S)
                now_w = await self._power_w()
                moves += abs(now_w - last_w) > _NEAR_W
                last_w = now_w
                if not reached and abs(now_w - wanted_w) < _NEAR_W:
                    reached = self.clock.now()
            self.recorder.observe(SEEN, abs(last_w - wanted_w) < _NEAR_W, what=path, power_w=last_w, wanted_w=wanted_w)
            self.recorder.observe_duration(AT, (reached or self.clock.now()) - given, what=path)
            self.recorder.observe(MOVES, moves, what=path)
            await self.station.advance(_DURATION_S + 2.0 * float(home.pixit("dwell_s", 0.0)))
            over_w = await self._power_w()
            self.recorder.observe(OVER, abs(over_w - usual_w) < _NEAR_W, what=path, power_w=over_w)
            (status,) = await stand(lms.messenger, (taken.signal,))
            told = {code for answer in status.answers for code in answer.statuses}
            for due in (ResponseStatus.RECEIVED, ResponseStatus.STARTED, ResponseStatus.COMPLETED):
                self.recorder.observe(ANSWERED, int(due) in told, what=f"{path}: {due.name.lower()}")
            await end(lms.messenger, (taken.signal,))

    async def _power_w(self) -> float:
        return (await (await self._wiring.analyser()).active_power()).value

    @keyword("The Home Should Have Followed")
    def followed(self) -> None:
        """Within, once, and not after. Example: | The Home Should Have Followed |"""
        self.check("the watts are those that were asked for", "always", SEEN)
        self.check("the home moves once", "equals", MOVES, expected=1)
        self.check("within three minutes", "at_most", AT, limit=_WITHIN_S)
        self.check("at its end the signal is over", "always", OVER)

    @keyword("Load Management Should Know What The Home Answered")
    def answered(self) -> None:
        """Received, started, completed. Example: | Load Management Should Know What The Home Answered |"""
        self.check("each answer of the home comes back through all hops", "always", ANSWERED)
