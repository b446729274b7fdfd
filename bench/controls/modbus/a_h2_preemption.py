"""A-H2 on Modbus: an emergency command goes before bulk work: one client reads large blocks, another one commands.

On a serial line, which is one master's, the command comes right after a block.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.command_times import ANSWER_TIME, CONFIRMED, EFFECT_TIME, MOVED, PATIENCE_S
from bench.controls.modbus._changes import change_of
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of
from bench.controls.modbus._timed import timed
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.modbus.codes import Space
from drivers.modbus.requests import read_request

GOES_ON = "the bulk reading went on or failed cleanly"
_BLOCK, _EVERY_S, _BEFORE_S = 125, 0.5, 3.0


async def stimulus(trial: Trial) -> None:
    exchange, access = change_of(trial), access_of(trial)
    await exchange.prepare()
    if access.is_line:
        async with access.session(timeout_s=PATIENCE_S) as client:
            tried = await attempt(client.send_pdu(_bulk(trial)))
            trial.record.observe(GOES_ON, tried.answered, answer=tried.text)
            await timed(trial, exchange, client, "right after a block")
    else:
        reading = asyncio.create_task(_read_on(trial))
        try:
            await trial.station.advance(_BEFORE_S)
            async with access.session(timeout_s=PATIENCE_S) as client:
                await timed(trial, exchange, client, "while blocks are read")
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
    await exchange.restore()


def _bulk(trial: Trial) -> bytes:
    """The largest block: of the log where there is one, else from the first point of the map."""
    table = access_of(trial).declared.log
    if table is not None:
        return read_request(table.space, table.address, _BLOCK)
    point = next(iter(access_of(trial).points.values()), None)
    return read_request(point.space if point else Space.HOLDING, point.address if point else 0, _BLOCK)


async def _read_on(trial: Trial) -> None:
    async with access_of(trial).session(timeout_s=PATIENCE_S) as client:
        while True:
            tried = await attempt(client.send_pdu(_bulk(trial)))
            trial.record.observe(GOES_ON, tried.answered, answer=tried.text)
            await trial.station.advance(_EVERY_S)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the command is confirmed", "always", CONFIRMED),
        Check("within t_ack", "at_most", ANSWER_TIME, trial.limit("t_ack")),
        Check("it takes effect", "always", MOVED),
        Check("within t_act", "at_most", EFFECT_TIME, trial.limit("t_act")),
        Check("the bulk reading goes on or fails cleanly", "always", GOES_ON),
    ]


PROBES = on_both("A-H2", stimulus, checks)
