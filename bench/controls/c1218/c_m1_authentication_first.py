"""C-M1 on C12.18: no data of the row without the password.

The row's tables are read with no session, after identification, after a logon alone, after a wrong password, after
logoff, and after terminate.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.c1218_clients import ANONYMOUS
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import access_of, exchange_of
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.c1218.client import C1218Client

SERVED = "the authorised client was served"
DATA = "data of the row came without the password"
_WRONG = b"no such password"


async def stimulus(trial: Trial) -> None:
    exchange, access = exchange_of(trial), access_of(trial)
    await _positive(trial)
    client = access.client()
    try:
        await client.link.open()
        await _try(trial, client, "no session")
    finally:
        await client.close()
    async with access.identified() as client:
        await _try(trial, client, "identified only")
        await client.logon(access.table(exchange.role).user_id)
        await _try(trial, client, "logon alone")
        await attempt(client.security(_WRONG))
        await _try(trial, client, "wrong password")
    await _positive(trial)
    async with access.session(exchange.role) as client:
        await client.logoff()
        await _try(trial, client, "after logoff")
    async with access.session(exchange.role) as client:
        await client.terminate()
        await _try(trial, client, "after terminate")
    await _positive(trial)


async def _positive(trial: Trial) -> None:
    exchange = exchange_of(trial)
    async with exchange.access.session(exchange.role) as client:
        for number in exchange.tables:
            tried = await attempt(client.read_part(number, 0, 1))
            trial.record.observe(SERVED, tried.accepted, what=f"table {number}", answer=tried.text)


async def _try(trial: Trial, client: C1218Client, what: str) -> None:
    exchange = exchange_of(trial)
    for number in exchange.tables:
        if exchange.access.rights.may_read(ANONYMOUS, number):
            continue
        for words, request in (("whole", client.read(number)), ("part", client.read_part(number, 0, 8))):
            tried = await attempt(request)
            trial.record.observe(DATA, tried.accepted, what=f"{what}, table {number}, {words}", answer=tried.text)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the authorised client is served", "always", SERVED),
        Check("no data of the row without the password", "never", DATA),
    ]


PROBE = Probe("C-M1", "c1218", stimulus, checks)
