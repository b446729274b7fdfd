"""I-H6 Non-repudiable command chain, the station's end of it: who ordered what, and when, can be told afterwards.

A remote start bears its number and its token into the transaction (2.x); a limit is told with its number; both stand in
the security log with the name of who gave them (PIXIT ``ocpp.log_who``), and times do not run back. With remote starts
to be authorised, one for a token that nobody has is not carried out.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from re import compile as pattern

from bench.access.ocpp_files import FileServer
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, exchange_of, works
from bench.controls.ocpp._security_log import entries
from bench.controls.ocpp._settings import REMOTE_STARTS, read, write
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.ocpp.times import from_text

SAME = "the command's number or token is in what follows from it"
NAMED = "the log names who gave the command"
ORDER = "the entries stand in the order of their times"
WITHOUT_ORIGIN = "a start for a token that nobody has was carried out"
_NOBODY = "NOBODY-HAS-THIS"
_STAMP = pattern(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?")
_PASSED_S = 15.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    async with FileServer(exchange.access.listen[0]) as files:
        known = await entries(trial, files)
        await _started(trial)
        tried = await attempt(exchange.perform())
        trial.record.observe(SAME, await _limit_is_told(trial), what="a limit", answer=tried.text)
        new = [one for one in await entries(trial, files) if one not in known]
        who = exchange.access.declared.log_who
        for action in ("StartTransaction", exchange.call()[0]):
            mine = [one for one in new if action in one]
            trial.record.observe(NAMED, any(who in one for one in mine), what=action, entries=len(mine))
        stamps = [_STAMP.search(one) for one in await entries(trial, files)]
        times = [from_text(stamp.group(0)) for stamp in stamps if stamp is not None]
        trial.record.observe(ORDER, all(one <= other for one, other in pairwise(times)), what=f"{len(times)} entries")
    await exchange.restore()
    await _without_origin(trial)
    await works(trial, "after")


async def _started(trial: Trial) -> None:
    """The transaction ends, and another one is begun remotely."""
    exchange = exchange_of(trial)
    await attempt(exchange.role.stop())
    await trial.station.advance(_PASSED_S)
    before = set(exchange.there.backend.transactions)
    tried = await attempt(exchange.role.start())
    await trial.station.advance(_PASSED_S)
    begun = [one for number, one in exchange.there.backend.transactions.items() if number not in before]
    token = exchange.access.declared.token
    bears = bool(begun) and begun[0].token == token
    if not exchange.version.is_old:
        bears = bears and any("remoteStartId" in event["transactionInfo"] for event in begun[0].events)
    trial.record.observe(SAME, bears, what="a remote start", answer=tried.text)


async def _limit_is_told(trial: Trial) -> bool:
    """Whether the station tells of the row's limit by its number; 1.6 tells of limits by what holds alone."""
    exchange = exchange_of(trial)
    if exchange.version.is_old:
        return await exchange.role.limit() == exchange.limit_a
    asked = {"requestId": 66, "chargingProfile": {"chargingProfileId": [exchange.profile().number]}}
    before = len(exchange.there.backend.reports)
    await exchange.there.call("GetChargingProfiles", asked)
    await trial.station.advance(_PASSED_S)
    reports = exchange.there.backend.reports[before:]
    return any(one["id"] == exchange.profile().number for report in reports for one in report["chargingProfile"])


async def _without_origin(trial: Trial) -> None:
    exchange = exchange_of(trial)
    former = await read(trial, REMOTE_STARTS)
    taken, tried = await write(trial, REMOTE_STARTS, "true")
    if not taken:
        record_absent(trial, "remote starts that are authorised", f"the station has no such setting: {tried.text}")
        return
    await attempt(exchange.role.stop())
    await trial.station.advance(_PASSED_S)
    exchange.there.backend.tokens[_NOBODY] = "Invalid"
    before = len(exchange.there.backend.transactions)
    tried = await attempt(exchange.role.start(_NOBODY))
    await trial.station.advance(_PASSED_S)
    begun = len(exchange.there.backend.transactions) - before
    seen = await (await exchange.wiring.analyser()).current()
    trial.record.observe(WITHOUT_ORIGIN, begun > 0, what=_NOBODY, answer=tried.text, seen=str(seen))
    await write(trial, REMOTE_STARTS, former or "false")


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the command can be told from what follows", "always", SAME),
        Check("the log names who gave it", "always", NAMED),
        Check("the log is in the order of time", "always", ORDER),
        Check("no start is carried out for a token that nobody has", "never", WITHOUT_ORIGIN),
        Check("good limits work after", "always", GOOD),
    ]


PROBE = Probe("I-H6", "ocpp", stimulus, checks)
