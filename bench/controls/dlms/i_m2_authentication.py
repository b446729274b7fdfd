"""I-M2 on DLMS: a message whose authentication does not fit has no effect, and moves no counter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt, record_effect
from bench.controls.base import Probe
from bench.controls.bits import flipped, spread
from bench.controls.dlms._forged import send_forged
from bench.controls.dlms._notices import listening, notice_of
from bench.controls.variants import record_absent
from bench.exchanges.dlms_exchange import DlmsExchange
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute
from drivers.dlms.client.identity import USUAL_CONFORMANCE
from drivers.dlms.enums import AUTHENTICATED_ENCRYPTED, Conformance, Control
from drivers.dlms.security import TAG_SIZE, CounterKey, Protection

if TYPE_CHECKING:
    from bench.controls.trial import Trial
    from drivers.dlms.client import DlmsClient

ALTERED = "a message altered on the way was taken"
UNAUTHENTICATED = "a message without the authentication that the association demands was taken"
EFFECT = "the command took effect though nothing authentic was sent"
STILL_SERVED = "an authentic message was taken at once"
GOOD = "the authentic command took effect"
NOTICE = "the meter's own notification verifies under the key of the client that it is for"

HIGHEST_COUNTER = 0xFFFF_FFFF
_COUNTER_BYTES, _TITLE_BYTES = 4, 8
_CLOCK = 8
_AT_A_TIME = 6


async def stimulus(trial: Trial) -> None:
    exchange = trial.exchange
    assert isinstance(exchange, DlmsExchange)
    if not exchange.access.client(exchange.role).ciphered:
        trial.record.observe(
            UNAUTHENTICATED, True, what=f"every message of the client {exchange.role}: it ciphers none"
        )
        return
    notice = notice_of(trial)
    if notice is not None and await listening(trial, notice, NOTICE):
        found = await notice.perform(trial.bound("t_evt").number)
        words = "none came" if found is None else found.why
        trial.record.observe(NOTICE, found is not None and found.valid, what="the row's notification", why=words)
        await notice.restore()
    await exchange.prepare()
    offered = USUAL_CONFORMANCE | Conformance.GENERAL_PROTECTION
    async with exchange.access.session(exchange.role, conformance=offered) as client:
        await _alter(trial, exchange, client)
        await _leave_out(trial, exchange, client)
        await _poison(trial, exchange, client)
        await record_effect(trial, exchange, EFFECT, "after all forged messages")
        authentic = await attempt(exchange.perform(client))
    await record_effect(trial, exchange, GOOD, "the same command, authentic", authentic)
    await exchange.restore()


async def _alter(trial: Trial, exchange: DlmsExchange, client: DlmsClient) -> None:
    """Turn over one bit of each part of a good message. After a few, an authentic message shows that the association
    lives and that the counter has not moved."""
    count = int(trial.bound("n_tampered").number)
    for part, (first, last) in _parts(client.protect(exchange.request(), counter=0), exchange.request()).items():
        bits = list(spread(trial.random, first, last, count))
        for some in _few(bits, _AT_A_TIME):
            good = client.protect(exchange.request(), counter=client.counters.next())
            for bit in some:
                await _forge(trial, client, ALTERED, f"{part}, bit {bit - first}", flipped(good, [bit]))
            await _look_alive(trial, client, f"after messages altered in {part}")
    bits = list(spread(trial.random, 0, 8 * _TITLE_BYTES, count))
    for some in _few(bits, _AT_A_TIME // 2):
        counter = client.counters.next()
        for bit in some:
            for what, message in _other_title(client, exchange.request(), counter, bit):
                await _forge(trial, client, ALTERED, f"{what}, bit {bit}", message)
        await _look_alive(trial, client, "after messages with another system title")
    if not client.negotiated.conformance & Conformance.GENERAL_PROTECTION:
        record_absent(trial, "a system title altered inside general-glo-ciphering", "general protection is not offered")


def _few(bits: Sequence[int], count: int) -> Iterator[Sequence[int]]:
    """A few at a time, so that a slow meter does not take the association for idle."""
    yield from (bits[at : at + count] for at in range(0, len(bits), count))


def _parts(message: bytes, plain: bytes) -> dict[str, tuple[int, int]]:
    """The bits of each part of a ciphered message, as (first, behind the last)."""
    tag = 8 * (len(message) - TAG_SIZE)
    text = tag - 8 * len(plain)
    counter = text - 8 * _COUNTER_BYTES
    return {
        "tag": (tag, 8 * len(message)),
        "ciphertext": (text, tag),
        "security control byte": (counter - 8, counter),
        "counter": (counter, text),
    }


def _other_title(client: DlmsClient, plain: bytes, counter: int, bit: int) -> Iterator[tuple[str, bytes]]:
    """The message as from a sender whose system title differs in one bit: as it enters the initialisation vector, and,
    where that is offered, as it is written in general-glo-ciphering."""
    material = client.material
    assert material is not None
    other = replace(material, own_title=flipped(material.own_title, [bit]))
    yield "system title in the vector", client.protect(plain, counter=counter, material=other)
    if client.negotiated.conformance & Conformance.GENERAL_PROTECTION:
        good = client.protect(plain, counter=counter, kind=Protection.GENERAL_GLOBAL)
        first = 8 * good.index(material.own_title)
        yield "system title as sent", flipped(good, [first + bit])


async def _leave_out(trial: Trial, exchange: DlmsExchange, client: DlmsClient) -> None:
    """Send the command with less authentication than the association demands: none, or that of the whole group."""
    plain, material = exchange.request(), client.material
    assert material is not None
    encrypted_only = client.protect(plain, control=material.control(Control.ENCRYPTED), counter=client.counters.next())
    await _forge(trial, client, UNAUTHENTICATED, "authentication bit stripped, encrypted only", encrypted_only)
    bare = client.protect(plain, control=material.control(Control.NONE), counter=client.counters.next())
    await _forge(trial, client, UNAUTHENTICATED, "both bits stripped", bare)
    await _forge(trial, client, UNAUTHENTICATED, "plain message in the ciphered association", plain)
    if material.global_broadcast_key is None:
        record_absent(trial, "the broadcast key on a unicast service", "the device file names no broadcast key")
    else:
        control = material.control(AUTHENTICATED_ENCRYPTED | Control.BROADCAST_KEY)
        counter = client.counters.next(CounterKey.BROADCAST)
        grouped = client.protect(plain, control=control, counter=counter)
        await _forge(trial, client, UNAUTHENTICATED, "under the broadcast key on a unicast service", grouped)
    await _look_alive(trial, client, "after the messages without authentication")


async def _poison(trial: Trial, exchange: DlmsExchange, client: DlmsClient) -> None:
    """Try to move the meter's counter far ahead by messages whose tag is wrong."""
    plain = exchange.request()
    jump = int(trial.bound("counter_jump").number)
    sent = client.counters.sending.get(CounterKey.UNICAST, 0)
    for counter in (sent + jump, HIGHEST_COUNTER):
        good = client.protect(plain, counter=counter)
        poisoned = good[:-TAG_SIZE] + bytes(byte ^ 0xFF for byte in good[-TAG_SIZE:])
        await _forge(trial, client, ALTERED, f"counter 0x{counter:08X} with a wrong tag", poisoned)
        await _look_alive(trial, client, f"after counter 0x{counter:08X} with a wrong tag")


async def _forge(trial: Trial, client: DlmsClient, series: str, what: str, message: bytes) -> None:
    tried = await send_forged(client, message)
    trial.record.observe(
        series, tried.accepted, what=what, answer=tried.text, layer="ciphered", captures=[_kept(trial, message)]
    )


def _kept(trial: Trial, message: bytes) -> str:
    return trial.record.capture(message, ".apdu")


async def _look_alive(trial: Trial, client: DlmsClient, what: str) -> None:
    """Read the clock with the next counter: the one after that of the last authentic message."""
    exchange = trial.exchange
    assert isinstance(exchange, DlmsExchange)
    tried = await attempt(client.get(Attribute(_CLOCK, exchange.access.names.clock, 2)))
    trial.record.observe(STILL_SERVED, tried.accepted, what=what, answer=tried.text)


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("no altered message is taken", "never", ALTERED),
        Check("no message without its authentication is taken", "never", UNAUTHENTICATED),
        Check("a message without authentication moves no counter", "always", STILL_SERVED),
        Check("forged commands have no effect", "never", EFFECT),
        Check("the authentic command is carried out", "always", GOOD),
    ]
    if notice_of(trial) is not None:
        found.append(Check("the meter's own notification is authentic", "always", NOTICE))
    return found


PROBE = Probe("I-M2", "dlms", stimulus, checks)
