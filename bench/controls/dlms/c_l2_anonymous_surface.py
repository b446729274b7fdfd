"""C-L2 Anonymous surface equals a white-list.

The public client, every pre-established association and every other client SAP try to read without a credential: what
the public client's object list shows, and all that an authorised client knows of the meter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.access.dlms import PUBLIC, DlmsAccess
from bench.access.dlms_rights import declared_rights
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.dlms._anonymous import ASSOCIATION, is_white_listed
from bench.controls.dlms._answers import holds_data, in_words
from bench.controls.dlms._credentials import metering_attribute
from bench.controls.dlms._lines import beside, port_of, without_keys
from bench.controls.dlms._row import exchange_of
from bench.controls.dlms._surface import CURRENT_ASSOCIATION, Listed, object_list, read_each
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute, GetRequestNormal, encode_apdu, invoke_byte
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Integer, Structure
from drivers.dlms.link import DlmsLink
from drivers.dlms.obis import Obis

READABLE = "readable beyond the white-list"
NAMED = "the device told an anonymous client who it is"
SERVED = "data came without an association"
_PARTNERS = 3
_VALUE = 2
_LAST_SAP = 127
_ANSWER_S = 3.0


async def stimulus(trial: Trial) -> None:
    access = exchange_of(trial).access
    known = await _known_objects(trial)
    await _public(trial, access, known)
    for role, table in access.clients.items():
        if table.pre_established:
            await _pre_established(trial, access, role, known)
    await _sweep(trial, access)


async def _known_objects(trial: Trial) -> tuple[Listed, ...]:
    """All objects that the row's client sees: an attacker knows the type of meter."""
    exchange = exchange_of(trial)
    async with exchange.access.session(exchange.role) as client:
        return await object_list(client)


async def _public(trial: Trial, access: DlmsAccess, known: Iterable[Listed]) -> None:
    if PUBLIC not in access.clients:
        record_absent(trial, "public client", "the device file declares none")
        return
    async with access.session(PUBLIC) as client:
        view = await object_list(client)
        trial.record.observe(NAMED, bool(await _device_name(client, access)), what="public client, at first")
        own = await _own_associations(client, view, access.client(PUBLIC).sap)
        in_view = [item.attribute(index) for item in view for index in item.attributes]
        hidden = [item.attribute(_VALUE) for item in known if item.name not in {seen.name for seen in view}]
        answers = await read_each(client, [*in_view, *hidden])
        extra = [str(a.attribute) for a in answers if a.given and not is_white_listed(a.attribute, own)]
        trial.record.observe(READABLE, list(extra), what="public client", tried=len(answers))


async def _device_name(client: DlmsClient, access: DlmsAccess) -> object:
    return await client.get(Attribute(1, access.names.device_name, _VALUE))


async def _own_associations(client: DlmsClient, view: Iterable[Listed], sap: int) -> frozenset[Obis]:
    """Names of the client's own association beside the usual one: those whose partner it is."""
    others = [item for item in view if item.class_id == ASSOCIATION and item.name != CURRENT_ASSOCIATION]
    own = set()
    for item, answer in zip(others, await read_each(client, [o.attribute(_PARTNERS) for o in others]), strict=True):
        match answer.value:
            case Structure((Integer() as partner, _)) if partner == sap:
                own.add(item.name)
    return frozenset(own)


async def _pre_established(trial: Trial, access: DlmsAccess, role: str, known: Iterable[Listed]) -> None:
    """What the PICS lets the pre-established client read is on its list; without a key it may read nothing else."""
    port = port_of(access, role)
    if port is None:
        record_absent(trial, f"pre-established client {role}", "none of its ports is connected on this station")
        return
    rights = declared_rights(trial.station.lab.seat(trial.seat).device)
    client = without_keys(access.new_client(role, port=port), access.link(access.client(role).sap, port))
    try:
        await client.associate()
        answers = await read_each(client, [item.attribute(_VALUE) for item in known])
    finally:
        await client.close()
    extra = [str(a.attribute) for a in answers if a.given and not rights.may_read(role, a.attribute)]
    trial.record.observe(READABLE, list(extra), what=f"pre-established client {role}", tried=len(answers))


async def _sweep(trial: Trial, access: DlmsAccess) -> None:
    """Data APDUs without an AARQ from client SAPs that have no association of their own."""
    declared = {table.sap for table in access.clients.values() if table.pre_established}
    others = [sap for sap in range(1, _LAST_SAP + 1) if sap not in declared]
    count = min(trial.bound("n_swept_saps").count, len(others))
    logging_on = sorted(table.sap for table in access.clients.values() if not table.pre_established)
    strange = [sap for sap in others if sap not in logging_on]
    chosen = logging_on + trial.random.sample(strange, max(0, count - len(logging_on)))
    request = encode_apdu(GetRequestNormal(invoke_byte(1), metering_attribute(access)))
    anchor = access.link(access.client(PUBLIC).sap if PUBLIC in access.clients else chosen[0])
    try:
        for sap in sorted(chosen):
            if not anchor.connected:
                await anchor.open()
            tried = await attempt(_ask(beside(anchor, sap), request))
            served = tried.accepted and holds_data(tried.value)
            words = in_words(tried.value) if tried.accepted else tried.text
            trial.record.observe(SERVED, served, what=f"client SAP {sap}", answer=words)
    finally:
        await anchor.close()
    if PUBLIC in access.clients:
        async with access.session(PUBLIC) as client:
            trial.record.observe(NAMED, bool(await _device_name(client, access)), what="public client, afterwards")


async def _ask(link: DlmsLink, request: bytes) -> bytes:
    await link.open()
    try:
        await link.send(request)
        return await link.receive(link.clock.now() + _ANSWER_S)
    finally:
        await link.close()


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the public client is told who the device is", "always", NAMED),
        Check("nothing beyond the white-list is readable without a credential", "empty", READABLE),
        Check("no client SAP is served without an association", "never", SERVED),
    ]


PROBE = Probe("C-L2", "dlms", stimulus, checks)
