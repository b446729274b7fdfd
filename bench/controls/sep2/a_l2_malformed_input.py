"""A-L2 Survives malformed input.

As a client the device gets hostile answers of each class to whatever it asks, for as many polls as ``n_mal`` allows in
the station time that a burst may take (a device that polls cannot be sent more than it asks for); at its own server,
where it has one, hostile requests at ``r_mal``. After each class a good signal is answered from the next poll on,
within t_rec.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, exchange_of, works
from bench.controls.sep2._junk import CLASSES, RAW, Junk
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cim.errors import OfficeError
from drivers.cim.raw import raw_request
from drivers.sep2.tls import CLIENT_TLS

SENT = "hostile answers were asked for"
RECOVERY = "from the first good answer after the hostile ones to the device's answer"
BACK = "the device polls again after the hostile answers"
_POLLS = 4
"""Polls that get hostile answers, of each class: discovery and lists alike."""
_RAW_EACH = 5


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    counterpart = exchange.counterpart
    for name in CLASSES:
        counterpart.alter = junk = Junk(trial, name)
        await trial.station.advance(_POLLS * exchange.access.poll_s)
        counterpart.alter = None
        trial.record.observe(SENT, junk.sent > 0, what=name, times=junk.sent)
        await _recovers(trial, name)
    await _at_its_own_server(trial)
    await works(trial, "after")


async def _recovers(trial: Trial, name: str) -> None:
    """The device polls again by itself, and answers a signal at once."""
    exchange = exchange_of(trial)
    counterpart = exchange.counterpart
    event = exchange.offer(exchange.new_event(start_s=86_400.0))
    came = await counterpart.polled(2, within_s=float(exchange.access.pixit("retry_s", 120.0)) * 2.0)
    trial.record.observe(BACK, came, what=name)
    answers = counterpart.resources.answers(event.mrid)
    mark = event.mrid.hex().upper().encode()
    brought = next((seen.at for seen in counterpart.seen if mark in seen.response.body), None)
    if answers and brought is not None:
        trial.record.observe_duration(RECOVERY, max(0.0, answers[0].at - brought), what=name)
    else:
        trial.record.observe(BACK, False, what=f"{name}: a signal is not answered")
    exchange.program.events.clear()


async def _at_its_own_server(trial: Trial) -> None:
    access = exchange_of(trial).access
    if not access.own_server:
        return
    for name, make in RAW.items():
        await asyncio.gather(*(_send(trial, make(trial)) for _number in range(_RAW_EACH)))
        await _recovers(trial, f"{name} at its own server")


async def _send(trial: Trial, data: bytes) -> None:
    access = exchange_of(trial).access
    try:
        await raw_request(access.own_server, data, access.credential("cems-2"), CLIENT_TLS, 0.05)
    except OfficeError:
        return


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("hostile answers were asked for", "always", SENT),
        Check("the device comes back by itself", "always", BACK),
        Check("it answers within t_rec", "at_most", RECOVERY, trial.limit("t_rec")),
        Check("good signals work before and after", "always", GOOD),
    ]


PROBE = Probe("A-L2", "sep2", stimulus, checks)
