"""C-L4 Errors reveal nothing beyond the protocol's codes.

Two refusals that an outsider must not tell apart (unknown user and wrong secret, somebody else's meter and one that
does not exist) are compared in status and length. Requests that make the system refuse or stumble are sent to every
door, and the answers are searched for what its developers alone should see. Timing is advisory: it is recorded.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from bench.access.office import TRUST, OfficeAccess
from bench.access.office_rights import Act
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.office._acts import ask
from bench.controls.office._holdings import STORED_PATH
from bench.controls.office._http import exchanged, gives, received
from bench.controls.office._parties import STRANGER, claimed_parties
from bench.controls.office._provocations import FORMS, MESSAGES, provocations, tell_tales
from bench.controls.office._ranks import mann_whitney_p
from bench.controls.office._row import access_of
from bench.controls.office._surface import filled
from bench.controls.office._visitors import CUSTOMER, THIRD_PARTY, another_customer, credential_of, has_portal
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.meters import asked_meter
from bench.judgement.check import Check
from drivers.cim.client import Answer, OfficeClient
from drivers.cim.office import CimOffice
from drivers.cim.raw import RawConnection
from drivers.cim.vocabulary import Noun, ReadingKind, Verb

APART = "two refusals can be told apart"
PROVOKED = "requests that were refused"
TOLD = "what an answer tells of the system's inside"
TIMING = "p value of the times of two refusals (advisory)"
_ASKS = Act(Verb.GET, Noun.METER_READINGS, ReadingKind.ENERGY)
Asking = Callable[[], Awaitable[Answer]]


@dataclass(frozen=True)
class Pair:
    """Two questions whose refusals must look the same. ``lockout``: asking them often locks somebody out."""

    what: str
    one: Asking
    other: Asking
    lockout: bool = False


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    timed = False
    async for pair in _pairs(access):
        await _compare(trial, pair)
        if not timed and not pair.lockout:
            await _time(trial, pair)
            timed = True
    for party in claimed_parties(access)[:1]:
        await _provoke(trial, access, party, party, {})
    if has_portal(access):
        async with access.customer() as portal:
            token = {"authorization": f"Bearer {portal.client.token}"}
            await _provoke(trial, access, CUSTOMER, TRUST, token)


# -- refusals that must look the same ------------------------------------------------------------------------------


async def _pairs(access: OfficeAccess) -> AsyncIterator[Pair]:
    meter = asked_meter(access.station)
    unknown = _unlike(meter)
    if STRANGER in claimed_parties(access):
        async with access.session(STRANGER) as office:
            yield _two_paths("a meter and an unknown one, to a stranger", office.client, STORED_PATH, meter, unknown)
    for party in claimed_parties(access):
        if access.rights.submeters_only(party):
            async with access.session(party) as office:
                yield Pair(
                    f"a meter that is not for {party} and an unknown one",
                    lambda office=office: _answer_to(office, meter),  # type: ignore[misc]
                    lambda office=office: _answer_to(office, unknown),  # type: ignore[misc]
                )
    if has_portal(access):
        async for pair in _portal_pairs(access, unknown):
            yield pair


async def _portal_pairs(access: OfficeAccess, unknown: str) -> AsyncIterator[Pair]:
    portal = access.portal()
    try:
        for kind, grant, name, word in (
            (CUSTOMER, "password", "username", "password"),
            (THIRD_PARTY, "client_credentials", "client_id", "client_secret"),
        ):
            if kind not in access.pixit("counterparts", {}):
                continue
            user = credential_of(access, kind)[0]
            fields = {"grant_type": grant, word: "certainly-not-this-one"}
            yield Pair(
                f"an unknown {kind} and a wrong secret",
                lambda fields=fields, name=name: portal.ask_token({**fields, name: "nobody-at-all"}),  # type: ignore[misc]
                lambda fields=fields, name=name, user=user: portal.ask_token({**fields, name: user}),  # type: ignore[misc]
                lockout=True,
            )
    finally:
        await portal.close()
    if "another_user" not in access.pixit("counterparts", {}).get(CUSTOMER, {}):
        return
    async with another_customer(access) as other:
        foreign = (await other.account())["meters"][0]
    async with access.customer() as portal:
        path = "/portal/meters/{meter}/readings"
        unlike = _unlike(str(foreign)) if str(foreign) != unknown else unknown
        yield _two_paths("another customer's meter and an unknown one", portal.client, path, str(foreign), unlike)


def _two_paths(what: str, client: OfficeClient, path: str, one: str, other: str) -> Pair:
    return Pair(
        what,
        lambda: client.get(filled(path, quote(one, safe=""))),
        lambda: client.get(filled(path, quote(other, safe=""))),
    )


async def _answer_to(office: CimOffice, meter: str) -> Answer:
    """The answer to a question for readings, whatever it is."""
    with office.client.message.capturing() as seen:
        sent_at = office.client.clock.now()
        await attempt(ask(office, _ASKS, (meter,)))
    last = received(seen)[-1]
    return Answer(last.status, last.headers, last.body, sent_at, office.client.clock.now())


def _unlike(meter: str) -> str:
    """A meter number of the same form that nobody has: every digit moved on by five."""
    return "".join(str((int(sign) + 5) % 10) if sign.isdigit() else sign for sign in meter)


async def _compare(trial: Trial, pair: Pair) -> None:
    one, other = await pair.one(), await pair.other()
    if gives(one) or gives(other):
        record_absent(trial, pair.what, "one of the two is answered with data, which is for C-M3 to judge")
        return
    alike = (one.status, len(one.body)) == (other.status, len(other.body))
    trial.record.observe(
        APART,
        not alike,
        what=pair.what,
        one=f"{one.status}, {len(one.body)} bytes",
        other=f"{other.status}, {len(other.body)} bytes",
    )


async def _time(trial: Trial, pair: Pair) -> None:
    tries = trial.bound("n_oracle_tries").count
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(tries):
        for index, asking in enumerate((pair.one, pair.other)):
            begun = time.perf_counter()
            await asking()
            times[index].append(time.perf_counter() - begun)
    limit = trial.bound("p_oracle").number
    trial.record.observe(TIMING, mann_whitney_p(*times), what=pair.what, tries=tries, should_exceed=limit)


# -- answers that say too much -------------------------------------------------------------------------------------


async def _provoke(trial: Trial, access: OfficeAccess, who: str, credential: str, headers: Mapping[str, str]) -> None:
    own, url, refused = access.credential(credential), access.url, 0
    documents = FORMS if who == CUSTOMER else MESSAGES
    connection: RawConnection | None = None
    try:
        for provocation in provocations(urlsplit(url).netloc, headers, documents):
            if connection is None:
                connection = RawConnection(url, own)
                await connection.open()
            reply = await exchanged(connection, provocation.data)
            what = f"{provocation.what}, as {who}"
            told = [f"{tale} ({provocation.what})" for tale in tell_tales(reply.data)]
            trial.record.observe(TOLD, list(told), what=what, status=reply.status)
            refused += _is_refusal(reply.status, reply.closed)
            if reply.closed or reply.status is None or b"connection: close" in reply.data.lower():
                await connection.close()
                connection = None
    finally:
        if connection is not None:
            await connection.close()
    trial.record.observe(PROVOKED, refused, what=f"as {who}", unit="requests")


def _is_refusal(status: int | None, closed: bool) -> bool:
    return status >= 400 if status is not None else closed


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("what is not for somebody looks like what does not exist", "never", APART),
        Check("the requests provoke refusals", "at_least", PROVOKED, {"limit": 1}),
        Check("no refusal tells more than its code", "empty", TOLD),
    ]


PROBE = Probe("C-L4", "office_https", stimulus, checks)
