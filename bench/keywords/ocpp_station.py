"""Keywords that are the CSMS of a charging station, call by call.

The station is sent to the bench when a test needs it, and back where it was at the end of the test.
"""

from __future__ import annotations

from collections.abc import Callable

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.ocpp import OcppAccess
from bench.access.ocpp_csms import Csms
from bench.judgement.observation import Json
from bench.keywords.conversation import NOTHING, Conversation
from bench.keywords.ocpp_calls import Scene, call
from bench.keywords.ocpp_words import answer_in_words, schedule_in_words, told_in_words
from drivers.ocpp.csms import Station
from drivers.ocpp.errors import NoAnswerError, SessionClosedError
from drivers.ocpp.rpc import Call
from drivers.ocpp.times import from_text
from drivers.ocpp.versions import Version

_GUARD_S = 300.0
_CLOCK_S = 2.0
_BEFORE_S = 5.0
"""How long the station may need for what it tells by itself."""


@library(scope="TEST", auto_keywords=False)
class OcppStation(Conversation):
    """A CSMS as the test says, and what the station makes of it."""

    def __init__(self) -> None:
        super().__init__()
        self._csms: Csms | None = None
        self._there: Station | None = None
        self._mark = 0
        self._version: Version | None = None
        self._prepare: Callable[[Csms], None] = lambda _csms: None

    # -- life --------------------------------------------------------------------------------------------------------

    @property
    def access(self) -> OcppAccess:
        """The station under test."""
        return OcppAccess(self.station, self.seat)

    @property
    def csms(self) -> Csms:
        """The bench's CSMS, once it is there."""
        assert self._csms is not None
        return self._csms

    @property
    def there(self) -> Station:
        """The connected station."""
        assert self._there is not None
        return self._there

    @keyword("The Station Speaks")
    def speaks(self, version: str) -> None:
        """Only this version is offered. A station without it skips the test.
        Example: | The Station Speaks | ocpp1.6 |"""
        if version not in self.access.declared.versions:
            raise SkipExecution(f"the device file does not declare {version}")
        self._version = Version(version)

    @keyword("The CSMS Will Answer The Boot With")
    def boot_status(self, status: str, interval_s: str = "30") -> None:
        """Pending or Rejected, to be told again after the interval.
        Example: | The CSMS Will Answer The Boot With | Pending |"""

        def prepare(csms: Csms) -> None:
            csms.server.boot_status, csms.server.interval_s = status, int(interval_s)

        self._prepare = prepare

    @keyword("The CSMS Is Ahead By")
    def ahead(self, seconds: str) -> None:
        """Its clock, of the station's. Example: | The CSMS Is Ahead By | 3600 |"""

        def prepare(csms: Csms) -> None:
            csms.server.offset_s = float(seconds)

        self._prepare = prepare

    @keyword("The Station's Time Is That Of The CSMS")
    def same_time(self) -> None:
        """By the state that it tells now. Example: | The Station's Time Is That Of The CSMS |"""
        self.run(self._same_time(), _GUARD_S)

    async def _same_time(self) -> None:
        before = len(self.there.backend.calls("StatusNotification"))
        await self._ask("its state", "")
        await self.there.told("StatusNotification", before, _BEFORE_S)
        told = self.there.backend.calls("StatusNotification")[-1]
        off_s = abs(from_text(told.payload["timestamp"]) - told.at)
        self.fact("by how much the station's time is off", round(off_s, 3), "at_most", limit=_CLOCK_S)

    @keyword("The Station Is Connected")
    def connect(self) -> None:
        """It comes to the bench and boots there. Example: | The Station Is Connected |"""
        self.run(self._connect(), _GUARD_S)

    @keyword("The CSMS Ends")
    def end(self) -> None:
        """The station goes where it was before. For a test's end. Example: | The CSMS Ends |"""
        if self._csms is not None:
            self.run(self.csms.close(), _GUARD_S)
            self._csms = None

    async def _connect(self) -> None:
        self._csms = Csms(self.access, version=self._version)
        interval_s = self._csms.server.interval_s
        await self._csms.open()
        self._csms.server.interval_s = interval_s
        self._prepare(self._csms)
        self._there = await self._csms.connected()
        self.heard("the address of its CSMS", "connected" if self._there is not None else NOTHING)
        self.expect("connected")
        await self.station.advance(_BEFORE_S)

    # -- calls -------------------------------------------------------------------------------------------------------

    @keyword("The CSMS Asks For")
    def ask(self, words: str, text: str = "") -> None:
        """Call the station. Example: | The CSMS Asks For | a remote start |"""
        self.run(self._ask(words, text), _GUARD_S)

    @keyword("The Station Answers")
    def answers(self, *allowed: str) -> None:
        """Judge the last answer. Example: | The Station Answers | Accepted |"""
        self.expect(*allowed)

    def circumstances(self, text: str = "") -> Scene:
        """What calls refer to now."""
        running = self.there.backend.running
        return Scene(
            self.there.session.version,
            self.clock.now(),
            self.access.declared.token,
            running.number if running is not None else "",
            text,
        )

    async def _ask(self, words: str, text: str) -> None:
        action, payload = call(words, self.circumstances(text))
        await self.converse(words, Call(self.there.session.next_id(), action, payload))

    async def converse(self, words: str, asked: Call) -> None:
        """Send a call as it is, and record what answers it. What is told from now on counts as told after it."""
        self._mark = len(self.there.backend.received)
        try:
            answer = answer_in_words(await self.there.session.exchange(asked))
        except (NoAnswerError, SessionClosedError) as error:
            answer = NOTHING if isinstance(error, NoAnswerError) else "the connection was closed"
        self.heard(words, answer)

    # -- what the station tells ----------------------------------------------------------------------------------------

    @keyword("The Station Tells")
    def tells(self, what: str, within_s: str = "10") -> None:
        """It comes in this time after the last call or act.
        Example: | The Station Tells | StatusNotification Available |"""
        self.run(self._tells(what, float(within_s)), _GUARD_S)

    @keyword("The Station Does Not Tell")
    def tells_not(self, what: str, within_s: str = "60") -> None:
        """Nothing like it comes in this time. Example: | The Station Does Not Tell | TransactionEvent |"""
        self.run(self._tells_not(what, float(within_s)), _GUARD_S)

    @keyword("The Station Has Told In This Order")
    def told_in_order(self, *wanted: str) -> None:
        """Among what it told since the last call or act. Example: | The Station Has Told In This Order | a | b |"""
        told = self._told()
        order = [words for words in told if any(words.startswith(one) for one in wanted)]
        named: list[Json] = [_named(words, wanted) for words in order]
        self.fact("the order in which it told", named, "equals", expected=[*wanted])

    def _told(self) -> list[str]:
        return [told_in_words(item.action, item.payload) for item in self.there.backend.received[self._mark :]]

    async def _tells(self, what: str, within_s: float) -> None:
        until = self.clock.now() + within_s
        while not any(words.startswith(what) for words in self._told()) and self.clock.now() < until:
            await self.station.advance(min(1.0, until - self.clock.now()))
        told = self._told()
        seen = next((words for words in told if words.startswith(what)), "")
        self.fact(f"the station tells {what}", bool(seen), "equals", expected=True)

    async def _tells_not(self, what: str, within_s: float) -> None:
        await self.station.advance(within_s)
        told = [words for words in self._told() if words.startswith(what)]
        self.fact(f"the station does not tell {what}", len(told), "equals", expected=0)

    # -- people and the link -----------------------------------------------------------------------------------------

    @keyword("A Vehicle Is Plugged In")
    def plug(self) -> None:
        """And its driver has it charge. Example: | A Vehicle Is Plugged In |"""
        self.act("plug", connected=True)

    @keyword("The Plug Is Pulled")
    def unplug(self) -> None:
        """The vehicle leaves. Example: | The Plug Is Pulled |"""
        self.act("plug", connected=False)

    @keyword("The Card Is Held To The Reader")
    def card(self) -> None:
        """The card of the device file. Example: | The Card Is Held To The Reader |"""
        self.act("card", token=self.access.declared.token)

    @keyword("The CSMS Does Not Know The Card")
    def unknown_card(self) -> None:
        """It answers that the token is unknown. Example: | The CSMS Does Not Know The Card |"""
        self.there.backend.tokens[self.access.declared.token] = "Unknown" if self._is_new else "Invalid"

    @property
    def _is_new(self) -> bool:
        return not self.there.session.version.is_old

    @keyword("The CSMS Goes Away For")
    def away(self, seconds: str) -> None:
        """Nobody answers for so long. Example: | The CSMS Goes Away For | 100 |"""
        self.run(self._vanish(float(seconds)), _GUARD_S)

    @keyword("The CSMS Comes Back")
    def back(self) -> None:
        """And the station with it. Example: | The CSMS Comes Back |"""
        self.run(self._come_back(), _GUARD_S)

    @keyword("Time Passes")
    def passes(self, seconds: str) -> None:
        """Station time. Example: | Time Passes | 60 |"""
        self.run(self.station.advance(float(seconds)), float(seconds) + _GUARD_S)

    def act(self, name: str, **values: object) -> None:
        """Something that people do. What is told from now on counts as told after it."""
        if self._there is not None:
            self._mark = len(self.there.backend.received)
        self.run(self.station.box.do(self.seat, name, **values), _GUARD_S)
        self.run(self.station.advance(_BEFORE_S), _GUARD_S)

    async def _vanish(self, seconds: float) -> None:
        self._mark = len(self.there.backend.received)
        await self.csms.vanish()
        await self.station.advance(seconds)

    async def _come_back(self) -> None:
        after = self.csms.attempts
        self.csms.reappear()
        self._there = await self.csms.connected(after=after, within_s=self.access.declared.retry_s)
        self.heard("the return of its CSMS", "connected" if self._there is not None else NOTHING)
        self.expect("connected")
        await self.station.advance(_BEFORE_S)

    # -- values ------------------------------------------------------------------------------------------------------

    @keyword("The Composite Schedule Of")
    def composite(self, seconds: str, *expected: str) -> None:
        """Its periods. Example: | The Composite Schedule Of | 400 | 0 s: 6 A, 100 s: 8 A |"""
        self.run(self._composite(int(seconds)), _GUARD_S)
        self.expect(*expected)

    async def _composite(self, seconds: int) -> None:
        schedule = await self.csms.charger(self.there).composite(seconds)
        self.heard(f"a composite schedule of {seconds} s", schedule_in_words(schedule))

    @keyword("Every Message Of The Station Fits Its Schema")
    def fits(self) -> None:
        """Those that came so far. Example: | Every Message Of The Station Fits Its Schema |"""
        wrong: list[Json] = [str(item.problem) for item in self.there.session.heard if item.problem is not None]
        self.fact("messages that do not fit their schemas", wrong, "equals", expected=[])


def _named(words: str, wanted: tuple[str, ...]) -> str:
    return next(one for one in wanted if words.startswith(one))
