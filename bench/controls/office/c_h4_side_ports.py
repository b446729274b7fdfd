"""C-H4 Side ports leak nothing.

A canary is planted in the master data, a customer signs in, readings are taken; then everything beside the declared
ways to these data is looked at: health and metrics, the settings, the log, answers to wrong requests, headers, the
plaintext ports. Neither the canary nor readings, tokens, passwords or keys may turn up there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from bench.access.office import TRUST, OfficeAccess
from bench.access.office_rights import Act
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.office._canaries import forms_of_canaries, values_in
from bench.controls.office._holdings import STORED_PATH, event_reader, reader_of, stock, tell_event
from bench.controls.office._http import exchanged
from bench.controls.office._log import log_reader
from bench.controls.office._offers import get_health
from bench.controls.office._parties import OPERATOR, STRANGER, claimed_parties
from bench.controls.office._provocations import MESSAGES, provocations
from bench.controls.office._row import access_of
from bench.controls.office._secrets import leaked, secret_forms
from bench.controls.office._surface import UNDECLARED, filled
from bench.controls.office._visitors import has_portal
from bench.controls.traces import found_in
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.meters import meter_name
from bench.judgement.check import Check
from drivers.cim.errors import OfficeError
from drivers.cim.payloads import MasterDataLinkage
from drivers.cim.raw import RawConnection, raw_request
from drivers.cim.vocabulary import Noun, Verb
from drivers.transport.tap import Direction

PLANTED = "the declared way gives the canaries"
HITS = "canaries at side ports"
_LINK = Act(Verb.CHANGE, Noun.MASTER_DATA_LINKAGE)
_SETTINGS = "/config"
_SIDE_PATHS = ("/health", "/metrics", _SETTINGS)
_CARELESS_PATHS = UNDECLARED[:14]
_PROVOCATIONS = 12


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    canaries = await _plant(trial, access)
    secrets = secret_forms(access)
    async for port, data in _side_ports(access):
        hits = [f"canary {n}" for n, value in enumerate(canaries, 1) if found_in(data, forms_of_canaries(value))]
        if not port.startswith(_SETTINGS):  # Secrets in the settings are for C-L1 to judge.
            hits += leaked(data, secrets)
        trial.record.observe(HITS, [f"{hit} at {port}" for hit in hits], what=port, bytes=len(data))


async def _plant(trial: Trial, access: OfficeAccess) -> Sequence[str]:
    """What must not turn up elsewhere: a marked name, the readings that the system gave, the customer's token."""
    zebra = f"ZEBRA-{trial.random.getrandbits(64):016x}"
    meter = meter_name(trial.station)
    linker = next((party for party in claimed_parties(access) if access.rights.may(party, _LINK)), None)
    if linker is not None:
        async with access.session(linker) as office:
            await office.link((MasterDataLinkage(meter=meter, usage_point=f"UP-{zebra}", account=zebra),))
    else:
        record_absent(trial, "a canary in the master data", "no declared party may change master data here")
    await stock(access)
    values: set[str] = set()
    reader = reader_of(access)
    hearer = event_reader(access)
    if reader is None and hearer is not None and await tell_event(access, zebra):
        async with access.session(hearer) as office:
            told = any(event.detail == zebra for event in await office.events((meter,)))
        trial.record.observe(PLANTED, told, what=hearer)
    if reader is not None:
        async with access.session(reader) as office:
            answer = await office.client.get(filled(STORED_PATH, meter))
        values |= values_in(answer.body)
        trial.record.observe(PLANTED, answer.status < 400 and bool(answer.body), what=reader)
    if has_portal(access):
        async with access.customer() as portal:
            with portal.client.message.capturing() as seen:
                await portal.stored_readings(meter)
            values |= {portal.client.token, *values_in(seen[-1].data.partition(b"\r\n\r\n")[2])}
            trial.record.observe(PLANTED, True, what="customer")
    return sorted({zebra, *values})


async def _side_ports(access: OfficeAccess) -> AsyncIterator[tuple[str, bytes]]:
    for who in (TRUST, *(party for party in (STRANGER, OPERATOR) if party in claimed_parties(access))):
        client = access.client(who)
        try:
            for path in (*_SIDE_PATHS, *(_CARELESS_PATHS if who == STRANGER else ())):
                with client.message.capturing() as seen:
                    tried = await attempt(client.get(path))
                if tried.error is not None:
                    break
                words = "nobody" if who == TRUST else who
                yield f"{path}, to {words}", b"".join(one.data for one in seen if one.direction is Direction.IN)
        finally:
            await client.close()
    yield "answers to wrong requests", await _wrong_requests(access)
    reader = log_reader(access)
    if reader is not None:
        async with access.session(reader) as office:
            with office.client.message.capturing() as seen:
                await office.audit()
        yield "the log", seen[-1].data
    for number, url in enumerate(access.plaintext_urls, 1):
        yield f"plaintext port {number}", await _in_plaintext(url)


async def _wrong_requests(access: OfficeAccess) -> bytes:
    """All that a party gets to see for requests that are wrong, headers included."""
    party = claimed_parties(access)[0]
    data = b""
    async with RawConnection(access.url, access.credential(party)) as connection:
        for index, one in enumerate(provocations(access.url.partition("://")[2], {}, MESSAGES)):
            reply = await exchanged(connection, one.data)
            data += reply.data
            if reply.closed or index >= _PROVOCATIONS:
                break
    return data


async def _in_plaintext(url: str) -> bytes:
    try:
        return (await raw_request(url, get_health(url).replace(b"/health", b"/metrics"))).data
    except OfficeError:
        return b""


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the declared way gives the canaries", "always", PLANTED),
        Check("no canary and no secret turns up at a side port", "empty", HITS),
    ]


PROBE = Probe("C-H4", "office_https", stimulus, checks)
