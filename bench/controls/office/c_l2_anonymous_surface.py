"""C-L2 Anonymous surface equals a white-list.

Somebody without any credential gets every path that the system has for anybody, the usual undeclared ones, and asks
every question of the interface by message. Only what the access table grants to ``anonymous`` may answer.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from bench.access.office import TRUST, OfficeAccess
from bench.access.office_rights import ANONYMOUS
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.office._acts import ask, every_question
from bench.controls.office._holdings import STORED_PATH, event_reader, reader_of, stock
from bench.controls.office._http import gives, payload_bytes, received
from bench.controls.office._parties import claimed_parties
from bench.controls.office._row import access_of
from bench.controls.office._surface import UNDECLARED, filled, known_paths
from bench.controls.office._visitors import has_portal
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.meters import asked_meter
from bench.judgement.check import Check
from drivers.cim.client import Answer, OfficeClient
from drivers.cim.errors import OfficeTlsError

ANSWERED = "what answered without a credential, beyond the white-list"
HELD = "an authorised party gets what the system holds"


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await _positive_control(trial, access)
    client = access.client(TRUST)
    try:
        async for what, tried, given in _attempts(access, client):
            beyond = given and what not in access.rights.paths_of(ANONYMOUS)
            trial.record.observe(ANSWERED, [what] if beyond else [], what=what, answer=tried.text)
            if isinstance(tried.error, OfficeTlsError):
                record_absent(trial, "paths without a credential", "the system lets nobody in without a certificate")
                return
    finally:
        await client.close()


async def _positive_control(trial: Trial, access: OfficeAccess) -> None:
    """There is something to be had."""
    stocked = await stock(access)
    meter, reader = asked_meter(access.station), reader_of(access)
    if has_portal(access):
        async with access.customer() as portal:
            tried = await attempt(portal.stored_readings(meter))
            trial.record.observe(HELD, tried.accepted and bool(tried.value.get("readings")), what="customer")
    if reader is not None:
        async with access.session(reader) as office:
            tried = await attempt(office.client.get(filled(STORED_PATH, meter)))
            trial.record.observe(HELD, _given(tried), what=reader, answer=tried.text)
    hearer = event_reader(access)
    if reader is None and hearer is not None and stocked:
        async with access.session(hearer) as office:
            tried = await attempt(office.events((meter,)))
            trial.record.observe(HELD, tried.accepted and bool(tried.value), what=hearer, answer=tried.text)
    elif not has_portal(access):
        await _row_works(trial)


async def _row_works(trial: Trial) -> None:
    """A system that holds no readings: what the row itself brings about there is found by who may look."""
    exchange = trial.exchange
    await exchange.prepare()
    await exchange.perform()
    effect = await exchange.observe()
    trial.record.observe(HELD, bool(effect.happened), what=effect.shown_by, answer=effect.detail)


async def _attempts(access: OfficeAccess, client: OfficeClient) -> AsyncIterator[tuple[str, Attempt, bool]]:
    """What was tried, what came of it, and whether it gave anything."""
    meter = asked_meter(access.station)
    for path in dict.fromkeys((*known_paths(access), *UNDECLARED)):
        tried = await attempt(client.get(filled(path, meter)))
        yield path, tried, _given(tried)
    for party in claimed_parties(access)[:1]:
        office = access.office(party, client=client)
        for act in every_question():
            with client.message.capturing() as seen:
                tried = await attempt(ask(office, act, (meter,)))
            yield str(act), tried, any(payload_bytes(one.status, one.body) for one in received(seen))


def _given(tried: Attempt) -> bool:
    return isinstance(tried.value, Answer) and tried.value.status < 400 and gives(tried.value) > 0


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("an authorised party gets what the system holds", "always", HELD),
        Check("nothing outside the white-list answers without a credential", "empty", ANSWERED),
    ]


PROBE = Probe("C-L2", "office_https", stimulus, checks)
