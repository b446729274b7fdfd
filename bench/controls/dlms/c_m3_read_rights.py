"""C-M3 Least privilege on read.

Every client that the device claims reads every attribute of the row's objects, and a sample of all the others that the
meter has. What it gets and what it is denied must be what the access table of the PICS says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bench.access.dlms import DlmsAccess
from bench.access.dlms_rights import DeclaredRights, declared_rights
from bench.controls.base import Probe
from bench.controls.dlms._credentials import metering_attribute
from bench.controls.dlms._lines import port_of
from bench.controls.dlms._row import exchange_of
from bench.controls.dlms._surface import Answered, Listed, object_list, read_each
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.dlms.apdu import ActionRequestNormal, Attribute, GetRequestNormal, SetRequestNormal, decode_apdu
from drivers.dlms.enums import DataAccessResult
from drivers.dlms.obis import Obis

if TYPE_CHECKING:
    from bench.controls.trial import Trial
    from bench.exchanges.dlms_exchange import DlmsExchange

BEYOND = "read although the access table denies it"
WITHHELD = "denied although the access table grants it"
SERVED = "the client read something that it may read"
_DENIALS = (
    DataAccessResult.READ_WRITE_DENIED,
    DataAccessResult.SCOPE_OF_ACCESS_VIOLATED,
    DataAccessResult.OBJECT_UNDEFINED,
    DataAccessResult.OBJECT_UNAVAILABLE,
)


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    access = exchange.access
    rights = declared_rights(trial.station.lab.seat(trial.seat).device)
    if not rights.stated:
        trial.record.could_not_look(BEYOND, "the device file has no access table (PIXIT access_table)")
        trial.record.could_not_look(WITHHELD, "the device file has no access table (PIXIT access_table)")
        return
    async with access.session(exchange.role) as client:
        known = await object_list(client)
    attributes = [*_of_the_row(exchange, known), *_sample(trial, known)]
    for role in access.clients:
        await _try_role(trial, access, role, rights, attributes)


def _of_the_row(exchange: DlmsExchange, known: Iterable[Listed]) -> list[Attribute]:
    """Every attribute of the object that the row's message is about, and of the reading that the row returns."""
    names = {metering_attribute(exchange.access).instance}
    match decode_apdu(exchange.request()):
        case GetRequestNormal(attribute=attribute) | SetRequestNormal(attribute=attribute):
            names.add(attribute.instance)
        case ActionRequestNormal(method=method):
            names.add(method.instance)
    return [item.attribute(index) for item in known if item.name in names for index in item.attributes]


def _sample(trial: Trial, known: Sequence[Listed]) -> list[Attribute]:
    count = trial.bound("n_sampled_objects").count
    items = trial.random.sample(known, min(count, len(known)))
    return [item.attribute(trial.random.choice(item.attributes)) for item in items if item.attributes]


async def _try_role(
    trial: Trial, access: DlmsAccess, role: str, rights: DeclaredRights, attributes: Sequence[Attribute]
) -> None:
    port = port_of(access, role)
    if port is None or access.client(role).pre_established:
        why = "it logs on nowhere: see C-L2" if port is not None else "none of its ports is connected on this station"
        record_absent(trial, f"client {role}", why)
        return
    own = Attribute(1, Obis(bytes(access.names.device_name)), 2)
    async with access.session(role, port=port) as client:
        first, *answers = await read_each(client, [own, *attributes])
    trial.record.observe(SERVED, first.given or not rights.may_read(role, own), what=role, answer=first.refusal)
    beyond = [f"{role} read {a.attribute}" for a in answers if a.given and not rights.may_read(role, a.attribute)]
    withheld = [
        f"{role} was denied {a.attribute}" for a in answers if _denied(a) and rights.may_read(role, a.attribute)
    ]
    trial.record.observe(BEYOND, list(beyond), what=role, tried=len(answers))
    trial.record.observe(WITHHELD, list(withheld), what=role, tried=len(answers))


def _denied(answer: Answered) -> bool:
    return answer.code in _DENIALS


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("every client is served", "always", SERVED),
        Check("no client reads what the access table denies it", "empty", BEYOND),
        Check("no client is denied what the access table grants it", "empty", WITHHELD),
    ]


PROBE = Probe("C-M3", "dlms", stimulus, checks)
