"""Forged forms of a signed message: altered under its signature, or signed by somebody else or for something else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from random import Random
from typing import TYPE_CHECKING, Any

import msgspec

from bench.controls.bits import flipped, spread
from bench.controls.office._messages import SIGNATURE, message_of, with_body, with_signature
from bench.controls.office._parties import bad_credentials, claimed_parties
from bench.controls.office._row import exchange_of
from drivers.cim.canonical import Request
from drivers.cim.credentials import Credential
from drivers.cim.messages import MalformedMessageError, Message, decode, encode
from drivers.cim.messenger import MessageOptions
from drivers.cim.office import CimOffice
from drivers.cim.signature import Protected, decode_base64url, encode_base64url, read_protected, sign
from drivers.cim.times import iso, parse_iso

if TYPE_CHECKING:
    from bench.controls.trial import Trial

_SHARES = 1000


# -- altered messages ------------------------------------------------------------------------------------------------


async def altered(
    trial: Trial, signed: Callable[[], Awaitable[bytes]], other_contents: Callable[[bytes], Iterable[tuple[str, bytes]]]
) -> AsyncIterator[tuple[str, bytes]]:
    """Messages with one bit of body or signature turned over, with another content, with another signed header.

    ``signed`` gives a message that has just been signed, so that none is refused for its age; ``other_contents`` the
    texts of a message in which one thing that matters is another.
    """
    count = trial.bound("n_tampered").count
    for number in range(count):
        yield f"body, one bit, try {number + 1}", _with_readable_flip(trial.random, await signed())
    good = await signed()
    text = Request.from_bytes(good).body
    for what, body in (*other_contents(text), *_other_header_fields(message_of(good))):
        yield what, with_body(good, body)
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


def _other_header_fields(message: Message) -> Iterator[tuple[str, bytes]]:
    """The text of the same message with one other field of its header."""
    header = message.header

    def changed(**changes: Any) -> bytes:
        return encode(msgspec.structs.replace(message, header=msgspec.structs.replace(header, **changes)))

    yield "another message id", changed(message_id=f"{header.message_id[:-1]}x")
    yield "another correlation id", changed(correlation_id="another")
    yield "another originator", changed(originator=f"{header.source}/somebody")
    yield "another time stamp", changed(timestamp=iso(parse_iso(header.timestamp) + 1.0))
    yield "another nonce", changed(nonce=header.nonce[::-1])


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


def wrongly_signed(trial: Trial, office: CimOffice, good: bytes) -> Iterator[tuple[str, bytes]]:
    """The message without signature, signed by others, and signed for something else."""
    exchange = exchange_of(trial)
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
    exchange = exchange_of(trial)
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
