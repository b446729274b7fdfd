"""I-M5 Privileged actions leave a trace: one entry of the security log each, with its time, what, who and the result.

A limit, its removal, the outlet taken out of service and back, the end of the transaction. The log is fetched as it is
(GetLog, security log): its entries are JSON objects in a list, or lines. An entry names the action, holds its time (ISO
8601), and names who acted (PIXIT ``ocpp.log_who``) and how it ended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.access.ocpp_files import FileServer
from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, call, exchange_of, works
from bench.controls.ocpp._security_log import entries
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.ocpp.times import from_text

ONE, WHEN = "entries of the action", "time of the entry against that of the action"
WHO, RESULT, LATE = (
    "the entry names who acted",
    "the entry tells the result",
    "from the action to the entry's being readable",
)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?")
_RESULTS = ("Accepted", "Scheduled", "Rejected")
_LOOK_S = 1.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    async with FileServer() as files:
        for what, action, payload in _actions(trial):
            known = await entries(trial, files)
            began = trial.clock.now()
            await call(exchange.there, action, payload)
            done = trial.clock.now()
            new = [one for one in await entries(trial, files) if one not in known]
            _record(trial, [one for one in new if action in one], began, done, what)
            await trial.station.advance(_LOOK_S)
    await works(trial, "after")


def _actions(trial: Trial) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    exchange = exchange_of(trial)
    old, profile = exchange.version.is_old, exchange.profile().number
    yield "a limit", *exchange.call()
    yield "its removal", "ClearChargingProfile", {"id" if old else "chargingProfileId": profile}
    for what, state in (("out of service", "Inoperative"), ("back in service", "Operative")):
        payload = {"connectorId": 1, "type": state} if old else {"operationalStatus": state, "evse": {"id": 1}}
        yield what, "ChangeAvailability", payload
    running = exchange.there.backend.running
    if running is not None:
        number = int(running.number) if old else running.number
        yield (
            "the end of the transaction",
            f"{'Remote' if old else 'Request'}Stop" + "Transaction",
            {"transactionId": number},
        )


def _record(trial: Trial, found: Sequence[str], began: float, done: float, what: str) -> None:
    trial.record.observe(ONE, len(found), what=what)
    who = exchange_of(trial).access.declared.log_who
    for entry in found:
        stamp = _TIME.search(entry)
        at = from_text(stamp.group(0)) if stamp else 0.0
        trial.record.observe(WHEN, max(0.0, began - at, at - done), unit="s", what=what)
        trial.record.observe(WHO, who in entry, what=what, entry=entry)
        trial.record.observe(RESULT, any(word in entry for word in _RESULTS), what=what, entry=entry)
    trial.record.observe_duration(LATE, trial.clock.now() - done, what=what)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the action leaves exactly one entry", "equals", ONE, {"expected": 1}),
        Check("its time is right", "at_most", WHEN, trial.limit("dt_clk", subject="meter_han")),
        Check("it names who acted", "always", WHO),
        Check("it tells the result", "always", RESULT),
        Check("it is readable within t_log", "at_most", LATE, trial.limit("t_log")),
        Check("good limits work after", "always", GOOD),
    ]


PROBE = Probe("I-M5", "ocpp", stimulus, checks)
