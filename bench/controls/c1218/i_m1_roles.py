"""I-M1 on C12.18: each client changes what the device file grants it, and nothing else.

Every role tries every procedure and every table that anybody may write. What is not granted must be refused (isc, or
result 5 of the procedure) and have no effect; that the row's command works as its own client is the positive control.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.c1218 import C1218Access
from bench.controls.attempts import Attempt, attempt, record_effect
from bench.controls.base import Probe
from bench.controls.c1218._port import access_of, config_state, exchange_of
from bench.controls.trial import Trial
from bench.exchanges.c1218_exchange import C1218Act
from bench.judgement.check import Check
from drivers.c1218.client import C1218Client
from drivers.c1218.errors import RefusedError
from drivers.c1218.names import ProcedureCall
from drivers.c1219.procedures import INITIATE, Procedure, ProcedureRefusedError

DENIED = "what the matrix does not grant was carried out"
CODE = "answer to what the matrix does not grant"
ACTED = "it took effect"
KEPT = "every setting was unchanged"
GOOD = "the row's command took effect as its own client"
_TRIED = (Procedure.WARM_START, Procedure.CLEAR_STATUS, Procedure.SET_TIME, Procedure.DIRECT_LOAD_CONTROL,
          Procedure.MODIFY_CREDIT)  # fmt: skip


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), exchange_of(trial)
    await exchange.prepare()
    before = await config_state(access)
    for role in access.clients:
        async with access.session(role) as client:
            for procedure in _TRIED:
                if not access.rights.may_start(role, int(procedure)):
                    await _start(trial, access, client, role, procedure)
            for number in sorted({number for _role, number in access.rights.write if number != INITIATE}):
                if not access.rights.may_write(role, number):
                    content = before.get(number, bytes(20))
                    changed = bytes((content[0] ^ 0x01,)) + content[1:]
                    _record(trial, f"{role} writes table {number}", await attempt(client.write(number, changed)))
    if isinstance(exchange, C1218Act):
        await record_effect(trial, exchange, ACTED, "all that was not granted")
    after = await config_state(access)
    for number, content in before.items():
        trial.record.observe(KEPT, after.get(number) == content, what=f"table {number}")
    if isinstance(exchange, C1218Act):
        await exchange.prepare()
        tried = await attempt(exchange.perform())
        await record_effect(trial, exchange, GOOD, exchange.role, tried)
        await exchange.restore()


async def _start(trial: Trial, access: C1218Access, client: C1218Client, role: str, procedure: Procedure) -> None:
    calls = [ProcedureCall(int(procedure))]
    if procedure is Procedure.DIRECT_LOAD_CONTROL:
        calls = [access.names.disconnect, access.names.connect]
    for call in calls:
        tried = await attempt(access.meter(client).start(call))
        _record(trial, f"{role} starts procedure {call.number} {call.parameters.hex()}".rstrip(), tried)


def _record(trial: Trial, what: str, tried: Attempt) -> None:
    trial.record.observe(DENIED, tried.accepted, what=what, answer=tried.text)
    code = tried.text
    if isinstance(tried.error, RefusedError):
        code = tried.error.code.name.lower()
    elif isinstance(tried.error, ProcedureRefusedError):
        code = f"result {tried.error.result.value}"
    trial.record.observe(CODE, code, what=what)


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("nothing is carried out that is not granted", "never", DENIED),
        Check("it is refused for want of the right", "within", CODE, {"allowed": ["isc", "iar", "result 5"]}),
        Check("every setting stays", "always", KEPT),
    ]
    if isinstance(trial.exchange, C1218Act):
        found += [
            Check("none of it takes effect", "never", ACTED),
            Check("the row's own client is obeyed", "always", GOOD),
        ]
    return found


PROBE = Probe("I-M1", "c1218", stimulus, checks)
