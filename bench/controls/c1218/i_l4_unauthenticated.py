"""I-L4 on C12.18: who has no password changes nothing.

Without a session, identified only, after a logon alone and after a wrong password: the row's procedure, the clock, a
restart, and writes of every table that anybody may write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.access.c1218 import C1218Access
from bench.controls.attempts import attempt, record_effect
from bench.controls.base import Probe
from bench.controls.c1218._port import access_of, config_state, exchange_of
from bench.controls.trial import Trial
from bench.exchanges.c1218_exchange import C1218Act
from bench.judgement.check import Check
from drivers.c1218.client import C1218Client
from drivers.c1218.names import ProcedureCall
from drivers.c1219.formats import Formats
from drivers.c1219.general import GEN_CONFIG, Configuration
from drivers.c1219.procedures import INITIATE, Initiation, Procedure

TAKEN = "a change without a password was taken"
ACTED = "it took effect"
KEPT = "every setting was unchanged"
GOOD = "the authorised client's command took effect"
_WRONG = b"no such password"


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), exchange_of(trial)
    await exchange.prepare()
    before = await config_state(access)
    formats = await _formats(access)
    client = access.client()
    try:
        await client.link.open()
        await _attack(trial, client, formats, before, "no session")
    finally:
        await client.close()
    async with access.identified() as client:
        await _attack(trial, client, formats, before, "identified only")
        await attempt(client.logon(access.table(exchange.role).user_id))
        await _attack(trial, client, formats, before, "logon alone")
        await attempt(client.security(_WRONG))
        await _attack(trial, client, formats, before, "wrong password")
    await trial.station.advance(trial.bound("t_no_actuation").number)
    if isinstance(exchange, C1218Act):
        await record_effect(trial, exchange, ACTED, "all of it")
    after = await config_state(access)
    for number, content in before.items():
        trial.record.observe(KEPT, after.get(number) == content, what=f"table {number}")
    if isinstance(exchange, C1218Act):
        await exchange.prepare()
        tried = await attempt(exchange.perform())
        await record_effect(trial, exchange, GOOD, "afterwards", tried)
        await exchange.restore()


async def _formats(access: C1218Access) -> Formats:
    async with access.session() as client:
        return Configuration.decode(await client.read(GEN_CONFIG)).formats


async def _attack(trial: Trial, client: C1218Client, formats: Formats, before: Mapping[int, bytes], where: str) -> None:
    for what, call in _calls(trial).items():
        asked = Initiation(call.number, 1, call.parameters, call.manufacturer)
        tried = await attempt(client.write(INITIATE, asked.encode(formats)))
        trial.record.observe(TAKEN, tried.accepted, what=f"{where}: {what}", answer=tried.text)
    exchange = trial.exchange
    if isinstance(exchange, C1218Act):
        written = exchange.written(formats)
        tried = await attempt(client.write(written.table, written.content))
        trial.record.observe(TAKEN, tried.accepted, what=f"{where}: the row's own message", answer=tried.text)
    for number in _writable(access_of(trial)):
        content = before.get(number, b"\0")
        tried = await attempt(client.write(number, bytes((content[0] ^ 0x20,)) + content[1:]))
        trial.record.observe(TAKEN, tried.accepted, what=f"{where}: write of table {number}", answer=tried.text)
        tried = await attempt(client.write_part(number, 0, b"\x41"))
        trial.record.observe(TAKEN, tried.accepted, what=f"{where}: part of table {number}", answer=tried.text)


def _calls(trial: Trial) -> Mapping[str, ProcedureCall]:
    names = access_of(trial).names
    return {
        "disconnect": names.disconnect,
        "connect": names.connect,
        "set the clock": ProcedureCall(int(Procedure.SET_TIME), bytes(6)),
        "warm start": ProcedureCall(int(Procedure.WARM_START)),
        "clear data": ProcedureCall(int(Procedure.CLEAR_DATA)),
    }


def _writable(access: C1218Access) -> Sequence[int]:
    return tuple(sorted({number for _role, number in access.rights.write if number != INITIATE}))


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("no change without a password is taken", "never", TAKEN),
        Check("every setting stays", "always", KEPT),
    ]
    if isinstance(trial.exchange, C1218Act):
        found += [
            Check("none of it takes effect", "never", ACTED),
            Check("the authorised client's command works", "always", GOOD),
        ]
    return found


PROBE = Probe("I-L4", "c1218", stimulus, checks)
