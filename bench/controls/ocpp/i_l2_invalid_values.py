"""I-L2 Invalid values are refused, and nothing of the message that holds them is applied.

Profiles of which one part cannot be: types, ranges, periods out of order, one bad period among good ones, schedules
without periods, times that are none. Each is refused by an error or a status, and what holds is unchanged.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, call, exchange_of, limited, record, state_of, works
from bench.controls.trial import Trial
from bench.judgement.check import Check

TAKEN = "an invalid profile was accepted"
CHANGED = "what holds was changed"
EFFECT = "an invalid profile took effect"


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    await exchange.prepare()
    before = await state_of(trial)
    for what, payload in _invalid(trial):
        tried = await call(exchange.there, "SetChargingProfile", payload)
        taken = tried.accepted and tried.value.get("status") == "Accepted"
        trial.record.observe(TAKEN, taken, what=what, answer=tried.text)
        now = await state_of(trial)
        trial.record.observe(CHANGED, now != before, what=what, limit=now["limit"])
        if now != before:
            break
    record(trial, EFFECT, await limited(trial), "all of them")
    await exchange.restore()
    await works(trial, "after")


def _invalid(trial: Trial) -> Iterator[tuple[str, dict[str, Any]]]:
    exchange = exchange_of(trial)
    old = exchange.version.is_old
    profile, where = ("csChargingProfiles", "connectorId") if old else ("chargingProfile", "evseId")

    def changed(change: Any) -> dict[str, Any]:
        payload = copy.deepcopy(exchange.call()[1])
        wire = payload[profile]
        change(payload, wire, wire["chargingSchedule"] if old else wire["chargingSchedule"][0])
        return payload

    def period(start: Any, limit: Any) -> dict[str, Any]:
        return {"startPeriod": start, "limit": limit}

    yield "an outlet that there is not", changed(lambda p, _w, _s: p.update({where: 99}))
    yield "an outlet below zero", changed(lambda p, _w, _s: p.update({where: -1}))
    yield "a stack level below zero", changed(lambda _p, w, _s: w.update(stackLevel=-1))
    yield "a stack level that is a text", changed(lambda _p, w, _s: w.update(stackLevel="high"))
    yield "a purpose that nobody knows", changed(lambda _p, w, _s: w.update(chargingProfilePurpose="Sesame"))
    yield "a kind that nobody knows", changed(lambda _p, w, _s: w.update(chargingProfileKind="Sometimes"))
    yield "a recurring profile without a rhythm", changed(lambda _p, w, _s: w.update(chargingProfileKind="Recurring"))
    yield "a unit that nobody knows", changed(lambda _p, _w, s: s.update(chargingRateUnit="V"))
    yield "no periods", changed(lambda _p, _w, s: s.update(chargingSchedulePeriod=[]))
    yield (
        "a first period after the start",
        changed(lambda _p, _w, s: s.update(chargingSchedulePeriod=[period(60, 10.0)])),
    )
    yield (
        "periods out of order",
        changed(
            lambda _p, _w, s: s.update(chargingSchedulePeriod=[period(0, 10.0), period(600, 8.0), period(300, 9.0)])
        ),
    )
    yield (
        "one bad period among good ones",
        changed(
            lambda _p, _w, s: s.update(chargingSchedulePeriod=[period(0, 10.0), period(300, "many"), period(600, 8.0)])
        ),
    )
    yield (
        "a period that starts at a text",
        changed(lambda _p, _w, s: s.update(chargingSchedulePeriod=[period(0, 10.0), period("soon", 8.0)])),
    )
    yield "a limit that is a text", changed(lambda _p, _w, s: s.update(chargingSchedulePeriod=[period(0, "10")]))
    yield "a limit that is nothing", changed(lambda _p, _w, s: s.update(chargingSchedulePeriod=[period(0, None)]))
    yield "a duration that is a text", changed(lambda _p, _w, s: s.update(duration="long"))
    yield "a start that is no time", changed(lambda _p, _w, s: s.update(startSchedule="tomorrow"))
    yield "an end that is no time", changed(lambda _p, w, _s: w.update(validTo="2026-13-45T99:99:99Z"))
    yield "a field that nobody knows", changed(lambda _p, w, _s: w.update(surprise=1))
    yield (
        "a transaction's profile of no transaction",
        changed(
            lambda _p, w, _s: w.update(chargingProfilePurpose="TxProfile", transactionId=999_999 if old else "nobody's")
        ),
    )


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("an invalid profile is refused", "never", TAKEN),
        Check("nothing of it is applied", "never", CHANGED),
        Check("none has an effect", "never", EFFECT),
        Check("good limits work before and after", "always", GOOD),
    ]


PROBE = Probe("I-L2", "ocpp", stimulus, checks)
