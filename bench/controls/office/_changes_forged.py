"""I-M2 on rows that write or notify: an altered or wrongly signed message changes nothing, and spends nothing of a good
one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bench.access.office import OfficeAccess
from bench.controls.attempts import attempt, record_effect
from bench.controls.bits import spread
from bench.controls.office._changes import (
    Session,
    change_of,
    hand_in,
    record_no_effect,
)
from bench.controls.office._forgery import altered, wrongly_signed
from bench.controls.office._log import NO_READER, log_reader, newest_number, whole_log
from bench.controls.office._messages import with_body
from bench.controls.office._row import by_customer, sender_session
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.cim.canonical import Request
from drivers.cim.messenger import Reply
from drivers.cim.office import CimOffice
from drivers.cim.portal import PortalClient

if TYPE_CHECKING:
    from bench.controls.trial import Trial

ALTERED = "a message altered on the way was taken"
UNAUTHENTICATED = "a message without a signature of its sender was taken"
PASSED_ON = "a forged message went on to the next system"
CHANGED = "something changed at no authentic message"
GOOD_TAKEN = "the authentic message was taken at once"
GOOD = "the authentic message took effect"
REPLY = "the system's reply is signed, and the signature holds"

_TOKEN = "authorization"


async def forged(trial: Trial) -> None:
    """Forged forms of the row's message, then the message itself."""
    change = change_of(trial)
    await change.prepare()
    next_system = _next_system(trial)
    before = await newest_number(*next_system) if next_system is not None else 0
    async with sender_session(trial) as session:
        forms = _with_other_tokens(trial, session) if by_customer(trial) else _forged_forms(trial, session)
        async for series, what, message in forms:
            tried = await attempt(hand_in(session, message))
            capture = trial.record.capture(message, ".http")
            trial.record.observe(series, tried.accepted, what=what, answer=tried.text, captures=[capture])
        await record_no_effect(trial, CHANGED, "after all forged messages")
        if next_system is not None:
            await _look_at(trial, *next_system, before)
        tried = await attempt(hand_in(session, await change.request(session)))
        trial.record.observe(GOOD_TAKEN, tried.accepted, what="after forged forms of it", answer=tried.text)
        if isinstance(tried.value, Reply):
            trial.record.observe(REPLY, tried.value.signature_holds is True, what="reply to the message")
    await record_effect(trial, change, GOOD, "the authentic message", tried)
    await change.restore()


def _next_system(trial: Trial) -> tuple[OfficeAccess, str] | None:
    """The system to which the row's message is passed on, with who may read its log; None where there is none.

    A system that leaves authentication to the next one is found there, and not by the refusal that comes back.
    """
    actor = change_of(trial).relays_to
    seat = trial.station.lab.seat_for_actor(actor) if actor else None
    if seat is None:
        return None
    access = OfficeAccess(trial.station, seat.name)
    reader = log_reader(access) if access.rights.stated else None
    if reader is None:
        record_absent(trial, f"log of {seat.name}", NO_READER)
        return None
    return access, reader


async def _look_at(trial: Trial, access: OfficeAccess, reader: str, before: int) -> None:
    own = str(change_of(trial).access.pixit("party", ""))
    entries = [entry for entry in (await whole_log(access, reader, before)).entries if entry.who == own]
    what = f"{access.seat}: {len(entries)} entries about {own}"
    trial.record.observe(PASSED_ON, bool(entries), what=what, source="audit log of the next system")


async def _forged_forms(trial: Trial, session: Session) -> AsyncIterator[tuple[str, str, bytes]]:
    change = change_of(trial)
    assert isinstance(session, CimOffice)
    async for what, message in altered(trial, lambda: change.request(session), other_contents):
        yield ALTERED, what, message
    good = await change.request(session)
    for what, message in wrongly_signed(trial, session, good):
        yield UNAUTHENTICATED, what, message


def other_contents(body: bytes) -> Iterator[tuple[str, bytes]]:
    """A message's text with one value of its content changed, under the signature that it had."""
    document = json.loads(body)
    for holder, key in _values(document.get("Payload") or document.get("Request") or {}):
        before = holder[key]
        holder[key] = _other(before)
        yield f"another {key}", json.dumps(document).encode()
        holder[key] = before


def _values(part: Any) -> Iterator[tuple[Any, Any]]:
    """Where the values below ``part`` stand: the object or list, and the key."""
    keys: Any = part if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
    for key in list(keys):
        if isinstance(part[key], dict | list):
            yield from _values(part[key])
        elif part[key] not in ("", None):
            yield part, key


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int | float) else f"{value}x"


async def _with_other_tokens(trial: Trial, session: Session) -> AsyncIterator[tuple[str, str, bytes]]:
    """At a portal it is the token that authenticates; content is protected by TLS alone."""
    assert isinstance(session, PortalClient)
    record_absent(trial, "altered content", "a portal's messages are protected by TLS alone, which C-M2 tests")
    good = await change_of(trial).request(session)
    request = Request.from_bytes(good)
    token = request.headers.get(_TOKEN, "")
    yield UNAUTHENTICATED, "no token", _with_token(request, None)
    yield UNAUTHENTICATED, "an empty token", _with_token(request, "Bearer ")
    yield UNAUTHENTICATED, "the token cut to its half", _with_token(request, token[: (7 + len(token)) // 2])
    for at in spread(trial.random, 7, len(token), trial.bound("n_tampered").count):
        other = "A" if token[at] != "A" else "B"
        yield ALTERED, f"token, character {at - 6}", _with_token(request, token[:at] + other + token[at + 1 :])
    yield ALTERED, "content cut off", with_body(good, request.body[:-1])


def _with_token(request: Request, token: str | None) -> bytes:
    headers = {name: value for name, value in request.headers.items() if name != _TOKEN}
    if token is not None:
        headers[_TOKEN] = token
    return Request(request.method, request.path, headers, request.body).to_bytes()


def checks_of_forged(trial: Trial) -> Sequence[Check]:
    found = [
        Check("no altered message is taken", "never", ALTERED),
        Check("no message that its sender did not sign is taken", "never", UNAUTHENTICATED),
        Check("the authentic message is taken at once", "always", GOOD_TAKEN),
        Check("forged messages change nothing", "never", CHANGED),
        Check("an authentic message has its effect", "always", GOOD),
    ]
    if change_of(trial).relays_to:
        found.append(Check("no forged message goes on to the next system", "never", PASSED_ON))
    if not by_customer(trial):
        found.append(Check("the reply is signed", "always", REPLY))
    return found
