"""Keywords about what a charging station tells of its transactions and its meter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from robot.api.deco import keyword, library

from bench.judgement.observation import Json
from bench.keywords.ocpp_station import OcppStation
from drivers.ocpp.session import Answer, Unanswered
from drivers.ocpp.times import from_text


@library(scope="TEST", auto_keywords=False)
class OcppTransactions(OcppStation):
    """Transaction events and meter values, as they came."""

    @property
    def _events(self) -> list[Mapping[str, Any]]:
        """Transaction events since the last call or act."""
        told = self.there.backend.received[self._mark :]
        return [item.payload for item in told if item.action == "TransactionEvent"]

    @keyword("The Transaction Was Offline From Start To End")
    def offline(self) -> None:
        """Every event told since says so, from Started to Ended, without a gap in its numbers.
        Example: | The Transaction Was Offline From Start To End |"""
        events = self._events
        numbers = [int(event["seqNo"]) for event in events]
        kinds: list[Json] = [event["eventType"] for event in events]
        self.fact("every event says that it was offline", all(event.get("offline") for event in events), "always")
        self.fact("the first and the last event", kinds[:1] + kinds[-1:], "equals", expected=["Started", "Ended"])
        self.fact("numbers follow each other", numbers == [*range(len(numbers))], "always")

    @keyword("The Transaction Ended For")
    def ended_for(self, reason: str) -> None:
        """The reason that its last event gives. Example: | The Transaction Ended For | Remote |"""
        told = self._events[-1]["transactionInfo"].get("stoppedReason", "Local") if self._events else ""
        self.fact("the reason of the end", told, "equals", expected=reason)

    @keyword("The Events Of The Transaction Follow Each Other")
    def follow(self) -> None:
        """Those that waited for the link too: numbers without a gap, times that do not go back.
        Example: | The Events Of The Transaction Follow Each Other |"""
        running = self.there.backend.running
        events = running.events if running is not None else []
        waited = [event for event in events if event.get("offline")]
        numbers = [int(event["seqNo"]) for event in events]
        times = [from_text(event["timestamp"]) for event in events]
        self.fact("events that waited for the link", len(waited), "at_least", limit=2)
        self.fact("numbers follow each other", numbers == [*range(len(numbers))], "always")
        self.fact("times do not go back", times == sorted(times), "always")

    @keyword("The Values Are Of Whole Intervals Of")
    def whole_intervals(self, seconds: str) -> None:
        """By the times that they bear. Example: | The Values Are Of Whole Intervals Of | 60 |"""
        told = self.there.backend.calls("MeterValues")
        times = [from_text(value["timestamp"]) for item in told for value in item.payload["meterValue"]]
        self.fact("clock-aligned values", len(times), "at_least", limit=1)
        self.fact("each is of a whole interval", all(at % float(seconds) < 1.0 for at in times), "always")

    @keyword("The Start Bears A Value Of The Context")
    def start_bears(self, context: str) -> None:
        """Example: | The Start Bears A Value Of The Context | Transaction.Begin |"""
        started = next((event for event in self._events if event["eventType"] == "Started"), {})
        samples = [sample for value in started.get("meterValue", ()) for sample in value["sampledValue"]]
        contexts = sorted({str(sample.get("context", "Sample.Periodic")) for sample in samples})
        told: list[Json] = [*contexts]
        self.fact("contexts of the values at the start", told, "equals", expected=[context])

    @keyword("The CSMS Leaves The First Start Unanswered")
    def leave_unanswered(self) -> None:
        """The first message that a transaction has begun. Example: | The CSMS Leaves The First Start Unanswered |"""
        left: list[Answer] = []

        def alter(action: str, payload: Answer, right: Answer) -> Answer:
            if action == "TransactionEvent" and payload["eventType"] == "Started" and not left:
                left.append(payload)
                raise Unanswered
            return right

        self.csms.server.alter = alter

    @keyword("The Start Is Told Again")
    def told_again(self) -> None:
        """As it was. Example: | The Start Is Told Again |"""
        starts = [event for event in self._events if event["eventType"] == "Started"]
        same = all(event["seqNo"] == starts[0]["seqNo"] for event in starts)
        self.fact("times that the start was told", len(starts), "at_least", limit=2)
        self.fact("each time the same", same, "always")
