"""Keywords that break the rules of OCPP-J's messages towards a charging station."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from robot.api.deco import keyword, library

from bench.access.ocpp_csms import Csms
from bench.keywords.conversation import NOTHING
from bench.keywords.ocpp_calls import call
from bench.keywords.ocpp_station import _GUARD_S, OcppStation
from bench.keywords.ocpp_words import answer_in_words
from drivers.ocpp.errors import NoAnswerError, SessionClosedError
from drivers.ocpp.rpc import Call, CallError, CallResult, encode
from drivers.ocpp.session import Answer, Heard, Unanswered

_RAW: Mapping[str, str] = {
    "no JSON": "[2,",
    "an array of two": '[2,"x-1"]',
    "a call without payload": '[2,"x-2","Reset"]',
    "a message of a million characters": '[2,"x-3","DataTransfer",{"vendorId":"' + "x" * 1_000_000 + '"}]',
}
_CALLS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "an action that nobody knows": ("MakeCoffee", {}),
    "a reset of a kind that there is not": ("Reset", {"type": "Gently"}),
    "a report with a text for its number": ("GetBaseReport", {"requestId": "five", "reportBase": "FullInventory"}),
}
_ANSWER_S = 10.0


@library(scope="TEST", auto_keywords=False)
class OcppFramework(OcppStation):
    """Messages as no CSMS should send them."""

    @keyword("The CSMS Calls")
    def call_wrongly(self, words: str) -> None:
        """A call with a fault of its own. Example: | The CSMS Calls | an action that nobody knows |"""
        action, payload = _CALLS[words]
        self.run(self.converse(words, Call(self.there.session.next_id(), action, payload)), _GUARD_S)

    @keyword("The CSMS Sends")
    def send(self, words: str) -> None:
        """A text, and the error that answers it. Example: | The CSMS Sends | no JSON |"""
        self.run(self._send(_RAW[words], words), _GUARD_S)

    async def _send(self, text: str, words: str) -> None:
        session = self.there.session
        before = len(session.heard)
        try:
            await session.say(text)
        except SessionClosedError:
            self.heard(words, "the connection was closed")
            return
        found = await session.hears(_is_error, after=before, within_s=_ANSWER_S)
        closed = not session.alive
        answer = found.message.code if found is not None and isinstance(found.message, CallError) else NOTHING
        self.heard(words, "the connection was closed" if closed and found is None else answer)

    @keyword("The Station Answers Again")
    def answers_again(self) -> None:
        """On its connection, or on the one that it makes next. Example: | The Station Answers Again |"""
        self.run(self._answers_again(), _GUARD_S)

    async def _answers_again(self) -> None:
        if not self.there.session.alive:
            found = await self.csms.connected(within_s=self.access.declared.retry_s)
            self._there = found or self.there
        await self.station.advance(5.0)
        await self._ask("its state", "")
        self.expect("Accepted")

    # -- what answers the station's own calls ------------------------------------------------------------------------

    @keyword("The CSMS Answers The Boot With Another Id")
    def another_id(self) -> None:
        """A right result, and an id that nobody used. Example: | The CSMS Answers The Boot With Another Id |"""

        def prepare(csms: Csms) -> None:
            async def alter(action: str, _payload: Answer, right: Answer) -> Answer:
                if action != "BootNotification":
                    return right
                there = next(iter(csms.server.stations.values()))
                await there.session.say(encode(CallResult("nobody-asked", right)))
                raise Unanswered

            csms.server.alter = alter

        self._prepare = prepare

    @keyword("The CSMS Answers The Boot Without The Time")
    def without_time(self) -> None:
        """Which its schema demands. Example: | The CSMS Answers The Boot Without The Time |"""

        def alter(action: str, _payload: Answer, right: Answer) -> Answer:
            kept = dict(right)
            if action == "BootNotification":
                del kept["currentTime"]
            return kept

        def prepare(csms: Csms) -> None:
            csms.server.alter = alter

        self._prepare = prepare

    # -- twice -------------------------------------------------------------------------------------------------------

    @keyword("The CSMS Calls Twice With One Id")
    def twice(self, words: str) -> None:
        """The second answer is the one that is judged. Example: | The CSMS Calls Twice With One Id | a base report |"""
        self.run(self._twice(words), _GUARD_S)

    async def _twice(self, words: str) -> None:
        session = self.there.session
        self._mark = len(self.there.backend.received)
        action, payload = call(words, self.circumstances())
        asked = Call(session.next_id(), action, payload)
        answer = NOTHING
        for _ in range(2):
            try:
                answer = answer_in_words(await session.exchange(asked, timeout_s=_ANSWER_S))
            except (NoAnswerError, SessionClosedError):
                answer = NOTHING
        self.heard(f"{words}, for the second time", answer)

    @keyword("The Station Has Sent So Many Reports")
    def reports(self, count: str) -> None:
        """Whole ones, counted by their first parts. Example: | The Station Has Sent So Many Reports | 1 |"""
        self.run(self.station.advance(_ANSWER_S), _GUARD_S)
        first = [wire for wire in self.there.backend.reports if wire.get("seqNo") == 0]
        self.fact("reports that were sent", len(first), "equals", expected=int(count))

    # -- no version --------------------------------------------------------------------------------------------------

    @keyword("The Station Is Sent To A CSMS That Chooses No Version")
    def no_version(self) -> None:
        """The upgrade names none. Example: | The Station Is Sent To A CSMS That Chooses No Version |"""
        self.run(self._no_version(), _GUARD_S)

    async def _no_version(self) -> None:
        self._csms = Csms(self.access, version=self._version)
        self._csms.server.versions = ()
        self._csms.server.keeps_unversioned = True
        await self._csms.open()
        await self.station.advance(self.access.declared.connect_s)

    @keyword("The Station Says Nothing There")
    def says_nothing(self) -> None:
        """After an upgrade that it made. Example: | The Station Says Nothing There |"""
        outcomes = [attempt.outcome for attempt in self.csms.server.attempts]
        self.fact("the station upgraded", any("no version" in outcome for outcome in outcomes), "always")
        self.fact("messages without a version", self.csms.server.unversioned_messages, "equals", expected=0)


def _is_error(item: Heard) -> bool:
    return isinstance(item.message, CallError)
