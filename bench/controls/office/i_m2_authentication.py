"""I-M2 on office systems: a message whose signature does not fit has no effect, and spends nothing of a good one.

Messages with the row's order, for a time to come, are signed and kept back; altered and wrongly signed forms of them
are sent under their own ids and nonces; then the last message itself, which must be taken at once. Its order is
cancelled, so that what happens at its time comes from a forged one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from random import Random
from typing import TYPE_CHECKING, Any

import msgspec

from bench.controls.attempts import attempt, record_effect
from bench.controls.base import Probe
from bench.controls.bits import flipped, spread
from bench.controls.office._messages import SIGNATURE, deliver, message_of, with_body, with_signature
from bench.controls.office._orders import order_of
from bench.controls.office._parties import bad_credentials, claimed_parties
from bench.exchanges.meters import METER, SUBMETER, meter_name, office_name
from bench.judgement.check import Check
from drivers.cim.canonical import Request
from drivers.cim.credentials import Credential
from drivers.cim.messages import MalformedMessageError, Message, decode, encode
from drivers.cim.messenger import MessageOptions, Reply, read_reply
from drivers.cim.office import CimOffice
from drivers.cim.payloads import OrderStatus
from drivers.cim.signature import Protected, decode_base64url, encode_base64url, read_protected, sign
from drivers.cim.times import iso, parse_iso
from drivers.cim.vocabulary import Noun

if TYPE_CHECKING:
    from bench.controls.trial import Trial

ALTERED = "a message altered on the way was taken"
UNAUTHENTICATED = "a message without a signature of its sender was taken"
EFFECT = "an order took effect that came in no authentic message"
GOOD_TAKEN = "the authentic message was taken at once"
GOOD = "an authentic order took effect"
REPLY = "the system's reply is signed, and the signature holds"

_LATER_S = 90.0
_ANOTHER_S = 30.0
_SHARES = 1000


async def stimulus(trial: Trial) -> None:
    exchange = order_of(trial)
    await exchange.prepare()
    exchange.start = trial.clock.now() + _LATER_S
    async with exchange.access.session(exchange.sender) as office:
        async for what, message in _altered(trial, lambda: exchange.request(office)):
            await _forge(trial, office, ALTERED, what, message)
        good = await exchange.request(office)
        for what, message in _wrongly_signed(trial, office, good):
            await _forge(trial, office, UNAUTHENTICATED, what, message)
        tried = await attempt(_taken(office, good))
        trial.record.observe(GOOD_TAKEN, tried.accepted, what="after forged forms of it", answer=tried.text)
        if tried.accepted:
            reply, number = tried.value
            trial.record.observe(REPLY, reply.signature_holds is True, what="reply to the order")
            await office.cancel((number,))
    await trial.station.advance(max(0.0, exchange.start - trial.clock.now()))
    await record_effect(trial, exchange, EFFECT, "at the time for which they were made")
    exchange.start = None
    await record_effect(trial, exchange, GOOD, "an authentic order", await attempt(exchange.perform()))
    await exchange.restore()


async def _taken(office: CimOffice, message: bytes) -> tuple[Reply, str]:
    """The reply to an order in a message, and the number that it got. Raises the system's refusal."""
    reply = read_reply(await deliver(office.client, message), message_of(message).header)
    return reply, reply.payload(Noun.END_DEVICE_CONTROLS, tuple[OrderStatus, ...])[0].order


async def _forge(trial: Trial, office: CimOffice, series: str, what: str, message: bytes) -> None:
    tried = await attempt(deliver(office.client, message))
    capture = trial.record.capture(message, ".http")
    trial.record.observe(series, tried.accepted, what=what, answer=tried.text, layer="message", captures=[capture])


# -- altered messages ------------------------------------------------------------------------------------------------


async def _altered(trial: Trial, signed: Callable[[], Awaitable[bytes]]) -> AsyncIterator[tuple[str, bytes]]:
    """Messages with one bit of body or signature turned over, with another content, with another signed header.

    ``signed`` gives a message that has just been signed, so that none is refused for its age.
    """
    count = trial.bound("n_tampered").count
    for number in range(count):
        yield f"body, one bit, try {number + 1}", _with_readable_flip(trial.random, await signed())
    good = await signed()
    for what, message in _other_contents(trial, message_of(good)):
        yield what, with_body(good, encode(message))
    for share in spread(trial.random, 0, _SHARES, count):
        good = await signed()
        head, raw = _signature_of(good)
        bit = share * 8 * len(raw) // _SHARES
        yield f"signature, bit {bit}", with_signature(good, f"{head}..{encode_base64url(flipped(raw, [bit]))}")
    good = await signed()
    head, raw = _signature_of(good)
    yield "signature cut to its first half", with_signature(good, f"{head}..{encode_base64url(raw[: len(raw) // 2])}")
    for what, protected in _other_headers(read_protected(Request.from_bytes(good).headers[SIGNATURE])):
        other = encode_base64url(msgspec.json.encode(protected))
        yield what, with_signature(good, f"{other}..{encode_base64url(raw)}")


def _signature_of(request: bytes) -> tuple[str, bytes]:
    """The signed header as it stands there, and the bytes of the signature."""
    head, _, tail = Request.from_bytes(request).headers[SIGNATURE].split(".")
    return head, decode_base64url(tail)


def _with_readable_flip(random: Random, good: bytes) -> bytes:
    """One bit of the body turned over so that it is a message about the same thing still, and no matter of parsers."""
    body = Request.from_bytes(good).body
    noun = decode(body).header.noun
    while True:
        changed = flipped(body, [random.randrange(8 * len(body))])
        try:
            if decode(changed).header.noun == noun:
                return with_body(good, changed)
        except MalformedMessageError:
            continue


def _other_contents(trial: Trial, message: Message) -> Iterator[tuple[str, Message]]:
    """The same message, but for one thing that matters."""
    header = message.header
    (name, (order,)) = next(iter((message.payload or {}).items()))

    def with_order(**changes: Any) -> Message:
        return msgspec.structs.replace(message, payload={name: [{**order, **changes}]})

    def with_header(**changes: Any) -> Message:
        return msgspec.structs.replace(message, header=msgspec.structs.replace(header, **changes))

    turned = "disconnect" if order["control"] == "connect" else "connect"
    yield "another meter", with_order(meter=_another_meter(trial))
    yield "the opposite order", with_order(control=turned)
    yield "another time", with_order(start=iso(parse_iso(order["start"]) + _ANOTHER_S))
    yield "another reason", with_order(reason="altered")
    yield "another message id", with_header(message_id=f"{header.message_id[:-1]}x")
    yield "another correlation id", with_header(correlation_id="another")
    yield "another originator", with_header(originator=f"{header.source}/somebody")
    yield "another time stamp", with_header(timestamp=iso(parse_iso(header.timestamp) + 1.0))
    yield "another nonce", with_header(nonce=header.nonce[::-1])


def _another_meter(trial: Trial) -> str:
    """A meter that is not the one under test: one on the station or, without one, one that nobody has."""
    own = meter_name(trial.station)
    meters = [office_name(seat) for seat in trial.station.lab.seats.values() if seat.actor in (METER, SUBMETER)]
    return next((name for name in meters if name != own), own[::-1])


def _other_headers(protected: Protected) -> Iterator[tuple[str, Any]]:
    """The signed header with one other claim, under the signature that it had."""
    claims: dict[str, Any] = msgspec.to_builtins(protected)
    yield "signed at another time", {**claims, "iat": protected.iat + 1.0}
    yield "another nonce signed", {**claims, "nonce": protected.nonce[::-1]}
    yield "another receiver signed", {**claims, "aud": "another"}
    yield "another path signed", {**claims, "htu": "/"}
    yield "no critical claims", {**claims, "crit": []}
    yield "algorithm none", {**claims, "alg": "none"}
    yield "algorithm HS256", {**claims, "alg": "HS256"}


# -- messages that the sender did not sign ---------------------------------------------------------------------------


def _wrongly_signed(trial: Trial, office: CimOffice, good: bytes) -> Iterator[tuple[str, bytes]]:
    """The message without signature, signed by others, and signed for something else."""
    exchange = order_of(trial)
    signature = Request.from_bytes(good).headers[SIGNATURE]
    protected = read_protected(signature)
    body = Request.from_bytes(good).body
    yield "no signature", with_signature(good, None)
    yield "empty signature", with_signature(good, "")
    unsigned = msgspec.json.encode({**msgspec.to_builtins(protected), "alg": "none"})
    yield "algorithm none and nothing after it", with_signature(good, f"{encode_base64url(unsigned)}..")
    for what, credential in _others(trial):
        yield f"signed by {what}", _signed_by(office, good, credential)
        under = sign(credential.key, protected, body)
        yield f"signed by {what} under the sender's certificate", with_signature(good, under)
    own = exchange.access.credential(exchange.sender)
    for what, changed in _for_something_else(protected):
        yield what, with_signature(good, sign(own.key, changed, body))


def _others(trial: Trial) -> Iterator[tuple[str, Credential]]:
    """Who else could sign: another party, and the sender's bad credentials."""
    exchange = order_of(trial)
    access, sender = exchange.access, exchange.sender
    another = next((party for party in claimed_parties(access) if party != sender), None)
    if another is not None:
        yield another, access.credential(another)
    for what, credential in bad_credentials(access, sender).items():
        if credential.key_pem:
            yield what, credential


def _signed_by(office: CimOffice, good: bytes, credential: Credential) -> bytes:
    message = message_of(good)
    options = MessageOptions(signer=credential)
    return office.messenger.to_request(message, Request.from_bytes(good).body, options).to_bytes()


def _for_something_else(protected: Protected) -> Iterator[tuple[str, Protected]]:
    yield "made for another receiver", msgspec.structs.replace(protected, aud="another")
    yield "made for another method", msgspec.structs.replace(protected, htm="PUT")
    yield "made for another path", msgspec.structs.replace(protected, htu="/orders")
    yield "made with another nonce", msgspec.structs.replace(protected, nonce=protected.nonce[::-1])


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("no altered message is taken", "never", ALTERED),
        Check("no message that its sender did not sign is taken", "never", UNAUTHENTICATED),
        Check("the authentic message is taken at once", "always", GOOD_TAKEN),
        Check("forged orders have no effect", "never", EFFECT),
        Check("an authentic order is carried out", "always", GOOD),
        Check("the reply is signed", "always", REPLY),
    ]


PROBE = Probe("I-M2", "office_https", stimulus, checks)
