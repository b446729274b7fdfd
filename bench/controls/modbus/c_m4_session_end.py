"""C-M4 on Modbus: the next peer inherits nothing, and a dead peer is noticed.

Modbus keeps its connections by design, so none has to end by itself; but after one ended or broke off, or while it is
open, a client without a right to the row's data does not get them. A peer that says nothing is let go within the
declared time (PIXIT ``inactivity_timeout_s``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.modbus import NO_ROLE
from bench.controls.attempts import Outcome, attempt
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of, exchange_of, gives_data
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.transport.tcp import TcpTransport

if TYPE_CHECKING:
    from drivers.modbus.client import ModbusClient

SERVED = "the row's sender got the data"
INHERITED = "a peer without the right got what the one before had"
LET_GO = "a silent peer was let go within the declared time"
_TRIES = 10
_MARGIN_S = 5.0


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    who = NO_ROLE if access.secure and access.has(NO_ROLE) else ""
    if who and (await attempt(_as(trial, who))).value:
        trial.record.could_not_look(INHERITED, "who has no right to the data got them with nobody before him")
        who = ""
    for number in range(_TRIES):
        async with access.session() as client:
            trial.record.observe(SERVED, await _data(trial, client), what=f"session {number + 1}")
            if number % 2 and who:
                await _second(trial, who, f"beside session {number + 1}")
            transport = client.link.transport
            if isinstance(transport, TcpTransport) and number % 3:
                await transport.break_off()
        if who:
            await _second(trial, who, f"after session {number + 1}")
    if not access.secure:
        record_absent(trial, "inherited rights", "plain Modbus has none that anybody could inherit")
    elif not access.has(NO_ROLE):
        trial.record.could_not_look(INHERITED, "the device file names no certificate without a right")
    await _dead_peer(trial)


async def _data(trial: Trial, client: ModbusClient) -> bool:
    return gives_data(await client.send_pdu(exchange_of(trial).reads()[0]))


async def _second(trial: Trial, who: str, what: str) -> None:
    tried = await attempt(_as(trial, who))
    trial.record.observe(INHERITED, tried.accepted and tried.value, what=what, answer=tried.text)


async def _as(trial: Trial, who: str) -> bool:
    async with access_of(trial).session(who) as client:
        return await _data(trial, client)


async def _dead_peer(trial: Trial) -> None:
    access = access_of(trial)
    declared = access.pixit("inactivity_timeout_s")
    if declared is None:
        record_absent(trial, "dead peers", "the supplier declares no inactivity_timeout_s")
        return
    async with access.session() as client:
        await _data(trial, client)
        await trial.station.advance(float(declared) + _MARGIN_S)
        tried = await attempt(_data(trial, client))
        trial.record.observe(LET_GO, tried.outcome is Outcome.CLOSED, what=f"after {declared} s", answer=tried.text)


def checks(trial: Trial) -> Sequence[Check]:
    found = [Check("the row's sender gets the data", "always", SERVED)]
    if access_of(trial).secure:
        found.append(Check("the next peer inherits nothing", "never", INHERITED))
    if access_of(trial).pixit("inactivity_timeout_s") is not None:
        found.append(Check("a silent peer is let go", "always", LET_GO))
    return found


PROBES = on_both("C-M4", stimulus, checks)
