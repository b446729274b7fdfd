"""C-M3 Least privilege on read.

Every declared party asks the row's question and some others, and gets the row's data by path; the answers must be as
the access table says, no more and no less. At the portal a customer with a narrow token asks for what its scope does
not cover, and a customer asks for another customer's meter and for its neighbours in the series.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from itertools import islice
from typing import Any

from bench.access.office import OfficeAccess
from bench.access.office_rights import Act
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.office._acts import ask, every_question
from bench.controls.office._holdings import STORED_PATH, stock
from bench.controls.office._http import let_in, payload_bytes, received
from bench.controls.office._parties import claimed_parties
from bench.controls.office._row import access_of, by_customer, exchange_of
from bench.controls.office._surface import filled, known_paths
from bench.controls.office._visitors import CUSTOMER, another_customer, credential_of, has_portal, third_party
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.meters import meter_name
from bench.judgement.check import Check
from drivers.cim.canonical import Request
from drivers.cim.messages import decode
from drivers.cim.office import CimOffice
from drivers.cim.portal import PortalClient
from drivers.cim.vocabulary import Noun, ReadingKind, Verb

EXCESS = "a party got what the access table denies"
GRANTED = "a party got what the access table grants"
CROSS = "a customer got another's data"
OWN = "a customer gets its own data"
_READINGS = "/portal/meters/{meter}/readings"


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await stock(access)
    acts, paths = await _objects(trial)
    for party in claimed_parties(access):
        async with access.session(party) as office:
            for act in acts:
                await _ask(trial, access, party, office, act)
            for path in paths:
                tried = await attempt(office.client.get(filled(path, meter_name(trial.station))))
                granted = access.rights.may_get(party, path) and not _is_beyond(access, party, path)
                _record(trial, f"{party} gets {path}", tried, granted, let_in(tried))
    if has_portal(access):
        await _scopes(trial, access)
        await _two_customers(trial, access)


async def _objects(trial: Trial) -> tuple[Sequence[Act], Sequence[str]]:
    """The row's questions and path, and a sample of all others."""
    own = await _row_questions(trial)
    others: list[Act | str] = [act for act in every_question() if act not in own]
    others += [path for path in known_paths(access_of(trial)) if _is_for_systems(path) and path != STORED_PATH]
    sample = trial.random.sample(others, min(len(others), trial.bound("n_sampled_objects").count))
    acts = [one for one in sample if isinstance(one, Act)]
    paths = [one for one in sample if isinstance(one, str)]
    return [*own, *acts], [STORED_PATH, *paths]


def _is_for_systems(path: str) -> bool:
    return not path.startswith(("/portal/", "/thirdparty/"))


async def _row_questions(trial: Trial) -> list[Act]:
    """What asks for the row's data: the row's message itself or, where that is no question, the one after its noun."""
    exchange = exchange_of(trial)
    if by_customer(trial):
        return [Act(Verb.GET, Noun.METER_READINGS, ReadingKind.ENERGY)]
    async with exchange.access.session(exchange.sender) as office:
        message = decode(Request.from_bytes(await exchange.request(office)).body)
    noun = Noun(message.header.noun)
    if noun is not Noun.METER_READINGS:
        return [Act(Verb.GET, noun)]
    asked: dict[str, Any] = next(iter((message.request or {}).values()), {})
    return [Act(Verb.GET, noun, kind) for kind in asked.get("kinds", [ReadingKind.INTERVALS])]


async def _ask(trial: Trial, access: OfficeAccess, party: str, office: CimOffice, act: Act) -> None:
    with office.client.message.capturing() as seen:
        tried = await attempt(ask(office, act, (meter_name(trial.station),)))
    given = sum(payload_bytes(answer.status, answer.body) for answer in received(seen))
    beyond = access.rights.submeters_only(party) and act.noun is Noun.METER_READINGS
    granted = access.rights.may(party, act) and not beyond
    # Of a meter that is none of the party's business nothing may come, but the message as such is answered.
    got = given > 0 if beyond and access.rights.may(party, act) else tried.accepted
    _record(trial, f"{party} asks {act}", tried, granted, got)


def _is_beyond(access: OfficeAccess, party: str, path: str) -> bool:
    return "{meter}" in path and access.rights.submeters_only(party)


def _record(trial: Trial, what: str, tried: Attempt, granted: bool, got: bool) -> None:
    trial.record.observe(GRANTED if granted else EXCESS, got, what=what, answer=tried.text)


# -- the portal ----------------------------------------------------------------------------------------------------


async def _scopes(trial: Trial, access: OfficeAccess) -> None:
    """A token of one scope at the door of another; a customer at the third parties' door, and they at its own."""
    meter = meter_name(trial.station)
    user, secret = credential_of(access, CUSTOMER)
    portal = access.portal()
    try:
        await portal.sign_in(user, secret, ("moves",))
        await _try(trial, "a token for moves", portal, (filled(_READINGS, meter), "/portal/account"))
        await portal.sign_in(user, secret, ("readings",))
        await _try(trial, "a token for readings", portal, ("/portal/account", "/portal/moves/order-0001"))
        tried = await attempt(portal.client.get(filled(_READINGS, meter)))
        _record(trial, "a token for readings gets readings", tried, True, let_in(tried))
        await portal.sign_in(user, secret)
        await _try(trial, "a customer", portal, (filled("/thirdparty" + _READINGS.removeprefix("/portal"), meter),))
    finally:
        await portal.close()
    if "third_party" in access.pixit("counterparts", {}):
        async with third_party(access) as portal:
            await _try(trial, "a third party", portal, (filled(_READINGS, meter), "/portal/account"))


async def _try(trial: Trial, who: str, portal: PortalClient, paths: Sequence[str]) -> None:
    for path in paths:
        tried = await attempt(portal.client.get(path))
        _record(trial, f"{who} gets {path}", tried, False, let_in(tried))


async def _two_customers(trial: Trial, access: OfficeAccess) -> None:
    if "another_user" not in access.pixit("counterparts", {}).get(CUSTOMER, {}):
        record_absent(trial, "another customer's meter", "the device file declares one customer only")
        return
    async with another_customer(access) as other:
        foreign = str((await other.account())["meters"][0])
        tried = await attempt(other.read_now(foreign))
        trial.record.observe(OWN, tried.accepted, what="the other customer, its own meter", answer=tried.text)
    count = trial.bound("n_cross_customer").count
    async with access.customer() as portal:
        meters = [foreign, *islice(_neighbours(meter_name(trial.station), foreign), max(0, count // 2 - 1))]
        async for what, tried in _cross(portal, meters, count):
            trial.record.observe(CROSS, let_in(tried), what=what, answer=tried.text)
        tried = await attempt(portal.stored_readings(meter_name(trial.station)))
        trial.record.observe(OWN, tried.accepted, what="the customer, its own meter", answer=tried.text)


async def _cross(portal: PortalClient, meters: Sequence[str], count: int) -> AsyncIterator[tuple[str, Attempt]]:
    """``count`` reads of meters of others, by each way in turn."""
    for number in range(count):
        meter = meters[number // 2 % len(meters)]
        if number % 2:
            yield f"reading {meter} now", await attempt(portal.read_now(meter))
        else:
            yield f"stored readings of {meter}", await attempt(portal.stored_readings(meter))


def _neighbours(meter: str, other: str) -> Sequence[str]:
    """The numbers around both meters, nearest first."""
    if not (meter.isdigit() and other.isdigit()):
        return ()
    width = len(meter)
    return [
        f"{int(one) + step:0{width}d}" for step in (1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6) for one in (meter, other)
    ]


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("what the access table grants is given", "always", GRANTED),
        Check("what the access table denies is refused", "never", EXCESS),
    ]
    if "another_user" in access_of(trial).pixit("counterparts", {}).get(CUSTOMER, {}):
        found += [
            Check("a customer gets its own data", "always", OWN),
            Check("no customer gets another's data", "never", CROSS),
        ]
    return found


PROBE = Probe("C-M3", "office_https", stimulus, checks)
