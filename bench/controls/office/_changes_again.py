"""I-M6 and I-H2 on rows that write or notify: a message counts once, and only while it is fresh."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt, record_effect
from bench.controls.office._changes import (
    NO_NONCE,
    Session,
    change_of,
    hand_in,
    made_anew,
    record_good,
    record_no_effect,
)
from bench.controls.office._messages import captured, message_of
from bench.controls.office._power import SHORT_CUT_S, power_cycle
from bench.controls.office._row import by_customer, sender_session
from bench.controls.office._visitors import CUSTOMER, credential_of
from bench.controls.variants import record_absent
from bench.exchanges.office_write import OfficeWrite
from bench.judgement.check import Check
from drivers.cim.canonical import Request
from drivers.cim.messenger import MessageOptions
from drivers.cim.office import CimOffice
from drivers.cim.portal import PortalClient
from drivers.cim.times import iso

if TYPE_CHECKING:
    from bench.controls.trial import Trial

ONCE = "how often a message counted that came several times"
OTHER = "another content was taken under an id that was used"
STALE = "a message that is not fresh was taken"
STALE_EFFECT = "a message that is not fresh took effect"
GOOD = "a fresh message took effect"

_MARGIN_S = 10.0


# -- I-M6 --------------------------------------------------------------------------------------------------------------


async def repeated(trial: Trial) -> None:
    """The row's message under one id, newly signed each time, as a sender repeats it whose answer was lost."""
    change = change_of(trial)
    record_absent(trial, "messages in another order, or half of one", "the row's message does all at once")
    await change.prepare()
    async with sender_session(trial) as session:
        _, message, _ = await captured(session.client, lambda: change.send(session))
        await record_effect(trial, change, GOOD, "the message itself")
        await _once_more(session, message)
        trial.record.observe(ONCE, await change.times(), what="again over the same connection")
    async with sender_session(trial) as session:
        await _once_more(session, message)
        trial.record.observe(ONCE, await change.times(), what="again over a new connection")
    if await power_cycle(trial, change.access):
        async with sender_session(trial) as session:
            await _once_more(session, message)
            trial.record.observe(ONCE, await change.times(), what="again after a power cut")
            if isinstance(session, CimOffice):
                await _other_content(trial, session, message)
    else:
        trial.record.could_not_look(ONCE, f"no answer any more after {SHORT_CUT_S:g} s without power")
    await change.restore()


async def _once_more(session: Session, message: bytes) -> None:
    """The same message; whether it is answered as before or refused is the system's affair."""
    if isinstance(session, CimOffice):
        message = made_anew(session, message, timestamp=iso(session.client.clock.now()))
    else:
        message = _with_token_of(session, message)
    await attempt(hand_in(session, message))


def _with_token_of(session: PortalClient, message: bytes) -> bytes:
    request = Request.from_bytes(message)
    headers = {**request.headers, "authorization": f"Bearer {session.client.token}"}
    return Request(request.method, request.path, headers, request.body).to_bytes()


async def _other_content(trial: Trial, office: CimOffice, message: bytes) -> None:
    """Something else that the row's sender could say, under the id of what it said."""
    change = change_of(trial)
    used = message_of(message).header.message_id
    if isinstance(change, OfficeWrite):
        told, change.wanted = change.wanted, change.another(change.wanted)
        other = made_anew(office, await change.request(office), message_id=used)
        change.wanted = told
        tried = await attempt(hand_in(office, other))
        took = await change.times() != 1
    else:
        await change.prepare()
        other = made_anew(office, await change.request(office), message_id=used)
        tried = await attempt(hand_in(office, other))
        took = await change.times() > 0
    trial.record.observe(OTHER, took, what="same id, another content", answer=tried.text)


def checks_of_repeated(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the message has its effect", "always", GOOD),
        Check("it counts once", "equals", ONCE, {"expected": 1}),
    ]
    if not by_customer(trial):
        found.append(Check("an id is not good for another content", "never", OTHER))
    return found


# -- I-H2 --------------------------------------------------------------------------------------------------------------


async def stale(trial: Trial) -> None:
    """Messages that are too old or from the future; at a portal, such as come under a token that has ended."""
    change = change_of(trial)
    record_absent(trial, "orders for later, cancelled or superseded", "the row's message takes effect at once")
    await change.prepare()
    if by_customer(trial):
        await _with_expired_token(trial)
    else:
        async with sender_session(trial) as office:
            assert isinstance(office, CimOffice)
            for what, message in await _old_messages(trial, office):
                tried = await attempt(hand_in(office, message))
                trial.record.observe(STALE, tried.accepted, what=what, answer=tried.text)
            expired = change.send_expired(office)
            if expired is not None:
                tried = await attempt(expired)
                trial.record.observe(STALE, tried.accepted, what="what it asks for is over", answer=tried.text)
    await record_no_effect(trial, STALE_EFFECT, "after all messages that are not fresh")
    if change.revocable:
        await _revoked(trial)
    await record_good(trial, GOOD)


async def _revoked(trial: Trial) -> None:
    """What was taken back does not come back with a restart."""
    change = change_of(trial)
    await record_good(trial, GOOD)
    await change.prepare()
    await power_cycle(trial, change.access)
    await record_no_effect(trial, STALE_EFFECT, "after a restart, of what was taken back before it")


async def _old_messages(trial: Trial, office: CimOffice) -> Sequence[tuple[str, bytes]]:
    age = trial.bound("t_fresh").number + _MARGIN_S
    now, found = trial.clock.now(), []
    for what, header_s, signature_s in (
        ("message older than t_fresh", -age, -age),
        ("time stamp older than t_fresh, signed now", -age, 0.0),
        ("time stamp of now, signed longer ago than t_fresh", 0.0, -age),
        ("message from the future", age, age),
    ):
        options = MessageOptions(signed_at=now + signature_s)
        message = await change_of(trial).request(office)
        found.append((what, made_anew(office, message, options, timestamp=iso(now + header_s))))
    return found


async def _with_expired_token(trial: Trial) -> None:
    change = change_of(trial)
    record_absent(trial, "a message of yesterday", NO_NONCE)
    portal = change.access.portal()
    try:
        life_s = await portal.sign_in(*credential_of(change.access, CUSTOMER))
        await trial.station.advance(life_s + _MARGIN_S)
        tried = await attempt(change.send(portal))
        trial.record.observe(STALE, tried.accepted, what="under a token that has expired", answer=tried.text)
    finally:
        await portal.close()


def checks_of_stale() -> Sequence[Check]:
    return [
        Check("messages that are not fresh are refused", "never", STALE),
        Check("they change nothing", "never", STALE_EFFECT),
        Check("a fresh message has its effect", "always", GOOD),
    ]
