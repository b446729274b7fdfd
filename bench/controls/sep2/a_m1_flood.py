"""A-M1 Legitimate traffic survives a flood.

While another program of the server, or another server, answers nothing but junk, and junk pours in at the device's own
server where it has one, signals of the row's program are answered in time: at least the share ``p_load``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, exchange_of, works
from bench.controls.sep2._junk import CLASSES, RAW, junk_beside
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cim.errors import OfficeError
from drivers.cim.raw import raw_request
from drivers.sep2.tls import CLIENT_TLS

SERVED, TIME = "a signal was answered during the flood", "from the poll that brought the signal to its answer"
BACK = "a signal was answered after the flood"
_SIGNALS = 12
_RAW_EACH = 3
_LISTEN_S = 0.01
"""Real time for which who floods looks at an answer."""


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    names = list(CLASSES)
    async with junk_beside(trial) as throw:
        for number in range(_SIGNALS):
            throw(names[number % len(names)])
            event = exchange.offer(exchange.new_event(start_s=86_400.0))
            await pour(trial)
            await exchange.arrived(event)
            _record(trial, event.mrid, f"signal {number + 1}, {names[number % len(names)]}", SERVED)
            exchange.program.events.clear()
    event = exchange.offer(exchange.new_event(start_s=86_400.0))
    await exchange.arrived(event)
    _record(trial, event.mrid, "after", BACK)
    exchange.program.events.clear()
    await works(trial, "after")


async def pour(trial: Trial) -> None:
    """Hostile requests at the device's own server, all at once."""
    access = exchange_of(trial).access
    if not access.own_server:
        return

    async def one(data: bytes) -> None:
        try:
            await raw_request(access.own_server, data, access.credential("cems-2"), CLIENT_TLS, _LISTEN_S)
        except OfficeError:
            return

    await asyncio.gather(*(one(make(trial)) for make in RAW.values() for _number in range(_RAW_EACH)))


def _record(trial: Trial, mrid: bytes, what: str, series: str) -> None:
    counterpart = exchange_of(trial).counterpart
    answers = counterpart.resources.answers(mrid)
    trial.record.observe(series, bool(answers), what=what)
    mark = mrid.hex().upper().encode()
    brought = next((seen.at for seen in counterpart.seen if mark in seen.response.body), None)
    if answers and brought is not None:
        trial.record.observe_duration(TIME, max(0.0, answers[0].at - brought), what=what)


def checks(trial: Trial) -> Sequence[Check]:
    share = trial.bound("p_load").number
    rate = {"count": -int(-share * _SIGNALS // 1), "of": _SIGNALS}
    within = {"limit": max(2.0 * trial.bound("t_resp").number, trial.bound("t_rec").number)}
    return [
        Check("signals are answered during the flood", "at_least_true", SERVED, rate),
        Check("they are answered in time", "at_most", TIME, within),
        Check("and after it at once", "always", BACK),
        Check("good signals work before and after", "always", GOOD),
    ]


PROBE = Probe("A-M1", "sep2", stimulus, checks)
