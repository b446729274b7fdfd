"""A-M2 Session and connection limits, at a station that connects by itself.

Whoever stands in the CSMS's place takes its connections and says nothing: to TCP, to the request to become a WebSocket,
to the boot. The station gives up, tries again, and serves within its declared time once it is answered, without a word
from anybody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bench.access.ocpp_csms import Csms
from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, back, call, exchange_of, harmless, impostor, works
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.ocpp.session import Unanswered

BACK = "the station is there once the right CSMS is back"
BACK_TIME = "from the right CSMS's return to the station's"
NOTICED = "the station tries whoever is there"
_LOOK_S = 5.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    declared = exchange.access.declared
    async with impostor(trial) as false:
        false.server.alter = _silent
        await trial.station.advance(declared.connect_s + declared.retry_s)
        await _comes_by_itself(trial, false, "a CSMS that answers no call")
    if trial.clock.mode == "free":
        await _unfinished(trial)
        await _held(trial)
    else:
        record_absent(trial, "handshakes that are never finished", "they take real time, which this station has not")
    await works(trial, "after")


async def _unfinished(trial: Trial) -> None:
    declared = exchange_of(trial).access.declared
    async with impostor(trial) as false:
        false.server.refuses_with = -1
        await trial.station.advance(declared.connect_s + declared.retry_s)
        await _comes_by_itself(trial, false, "a CSMS that does not answer the upgrade")


async def _held(trial: Trial) -> None:
    """Connections of the station that are taken and never answered, not even in TLS."""
    exchange = exchange_of(trial)
    await exchange.close()
    held: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _reader, writer: held.append(writer), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        await trial.station.box.do(trial.seat, "server", server="csms", url=f"wss://127.0.0.1:{port}/ocpp")
        declared = exchange.access.declared
        await trial.station.advance(declared.connect_s + declared.retry_s)
    finally:
        for writer in held:
            writer.close()
        server.close()
    await _returns(trial, "a port that says nothing", len(held))


async def _comes_by_itself(trial: Trial, false: Csms, what: str) -> None:
    """The CSMS answers again at the same address; nobody tells the station."""
    declared = exchange_of(trial).access.declared
    tries, began = len(false.server.attempts), trial.clock.now()
    trial.record.observe(NOTICED, tries > 0, what=what, tries=tries)
    false.server.refuses_with, false.server.alter = 0, None
    within_s, answered = declared.connect_s + declared.retry_s, False
    while not answered and trial.clock.now() < began + within_s:
        session = false.server.stations.get(declared.identity)
        # It tells its connectors only after its boot is taken.
        if session is not None and session.session.alive and session.backend.calls("StatusNotification"):
            answered = (await call(session, *harmless(trial), timeout_s=10.0)).accepted
        if not answered:
            await trial.station.advance(_LOOK_S)
    trial.record.observe(BACK, answered, what=what)


async def _returns(trial: Trial, what: str, tries: int) -> None:
    """The right CSMS is there again, at its own address."""
    exchange = exchange_of(trial)
    trial.record.observe(NOTICED, tries > 0, what=what, tries=tries)
    began = trial.clock.now()
    await exchange.connect()
    took_s = await back(trial, 0, exchange.access.declared.retry_s)
    trial.record.observe(BACK, took_s is not None, what=what)
    trial.record.observe_duration(BACK_TIME, trial.clock.now() - began, what=what)


def _silent(_action: str, _payload: object, _right: object) -> dict[str, object]:
    raise Unanswered


def checks(trial: Trial) -> Sequence[Check]:
    declared = exchange_of(trial).access.declared
    within = {"limit": max(trial.bound("t_rec").number, declared.connect_s)}
    return [
        Check("the station tries whoever is there", "always", NOTICED),
        Check("it is there once the right one is back", "always", BACK),
        *([Check("within its declared time", "at_most", BACK_TIME, within)] if trial.clock.mode == "free" else []),
        Check("good limits work before and after", "always", GOOD),
    ]


PROBE = Probe("A-M2", "ocpp", stimulus, checks)
