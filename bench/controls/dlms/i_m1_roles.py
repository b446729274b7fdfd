"""I-M1 on DLMS: each client may command and set what the PICS grants it, and nothing else.

Every client that has an association of its own sends the row's command and writes all that can be set, with the values
that are there, so that what is granted changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bench.access.dlms_rights import DeclaredRights, declared_rights
from bench.controls.attempts import Attempt, attempt, record_effect
from bench.controls.base import Probe
from bench.controls.dlms._forged import send_forged
from bench.controls.dlms._lines import port_of
from bench.controls.dlms._parameters import Parameter, parameters_of, values_of
from bench.controls.dlms._row import disconnect_beside, exchange_of
from bench.controls.dlms._watch import Watch
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.dlms.apdu import ActionRequestNormal, Method, SetRequestNormal, decode_apdu
from drivers.dlms.data import Data

if TYPE_CHECKING:
    from bench.controls.trial import Trial

BEYOND = "an action beyond the client's role was taken"
WITHIN = "an action within the client's role was taken"
ACTUATED = "the load current changed at a command beyond the client's role"
GOOD = "the command of the client that may give it took effect"


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    access, watch = exchange.access, Watch(trial)
    rights = declared_rights(trial.station.lab.seat(trial.seat).device)
    if not rights.stated:
        trial.record.could_not_look(BEYOND, "the device file has no access table (PIXIT access_table)")
        return
    await exchange.prepare()
    async with access.session(exchange.role) as client:
        values = await values_of(client, access)
    for parameter in parameters_of(access):
        if parameter not in values:
            record_absent(trial, parameter.title, f"{exchange.role} reads no {parameter.attribute}")
    await watch.begin()
    for role, table in access.clients.items():
        if table.pre_established:
            record_absent(trial, f"client {role} as a role", "it is pre-established: its keys are another client's")
        elif port_of(access, role) is None:
            record_absent(trial, f"client {role}", "none of its ports is connected on this station")
        else:
            await _try_role(trial, role, rights, values)
    await watch.record(ACTUATED, "from the first attempt on")
    command = await attempt(exchange.perform())
    await record_effect(trial, exchange, GOOD, f"client {exchange.role}", command)
    await exchange.restore()


async def _try_role(trial: Trial, role: str, rights: DeclaredRights, values: Mapping[Parameter, Data]) -> None:
    exchange = exchange_of(trial)
    async with exchange.access.session(role, port=port_of(exchange.access, role)) as client:
        messages = {"the row's message": exchange.request(), "a disconnect": disconnect_beside(trial)}
        for what, request in messages.items():
            if request is not None and not _granted(rights, role, request):
                tried = await send_forged(client, client.protect(request))
                _record(trial, False, f"{role}: {what}", tried)
        for parameter, value in values.items():
            tried = await attempt(client.set(parameter.attribute, value))
            _record(trial, rights.may_write(role, parameter.attribute), f"{role}: {parameter.title}", tried)


def _granted(rights: DeclaredRights, role: str, request: bytes) -> bool:
    """Whether ``role`` may send ``request``. The row's own sender does so at the end, where its effect is looked at."""
    match decode_apdu(request):
        case ActionRequestNormal(method=Method() as method):
            return rights.may_invoke(role, method)
        case SetRequestNormal(attribute=attribute):
            return rights.may_write(role, attribute)
    return False


def _record(trial: Trial, granted: bool, what: str, tried: Attempt) -> None:
    trial.record.observe(WITHIN if granted else BEYOND, tried.accepted, what=what, answer=tried.text)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("what a role may not do is refused", "never", BEYOND),
        Check("what a role may do is done", "always", WITHIN),
        Check("nothing is actuated", "never", ACTUATED),
        Check("the command of the role that may give it is carried out", "always", GOOD),
    ]


PROBE = Probe("I-M1", "dlms", stimulus, checks)
