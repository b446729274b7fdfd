"""C-H2 Nonce never repeats.

Ciphered messages of the meter are collected over power cycles and restarts of the client: answers, proofs of HLS and a
notification. No invocation counter may come twice under one key and system title, and none may fall.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.access.push import NoAddressError, PushListener, bench_address, push_now, pushing_to
from bench.controls.base import Probe
from bench.controls.dlms._ciphering import protection_of
from bench.controls.dlms._nonces import Nonces, title_in
from bench.controls.dlms._power import power_cycle
from bench.controls.dlms._row import exchange_of
from bench.controls.dlms._surface import read_one
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute
from drivers.dlms.errors import RefusedError

if TYPE_CHECKING:
    from bench.controls.trial import Trial

IVS = "initialisation vectors of the meter"
COLLECTED = "ciphered messages collected"
COUNTER = "invocation counter of the meter under the row's key"
CAME_BACK = "the meter answered again after a power cut"
_OFF_S = 3.0
_PUSH_S = 30.0
_PATIENCE_S = 10.0
_DATA, _PUSH_SETUP = 1, 40
_WHATEVER_COUNTER: Mapping[str, Any] = {"check_counters": False}
"""A client that refuses a message with a used counter would not see what is looked for here."""


async def stimulus(trial: Trial) -> None:
    access = exchange_of(trial).access
    cycles = trial.bound("n_nonce_power_cycles").count
    restarts = trial.bound("n_client_restarts").count
    stretches = (cycles + 1) * (restarts + 1)
    each = -(-trial.bound("n_ciphered_messages").count // stretches)
    total = 0
    for cycle in range(cycles + 1):
        if cycle:
            back = await power_cycle(trial, access, _OFF_S, response_timeout_s=_PATIENCE_S, **_WHATEVER_COUNTER)
            trial.record.observe(CAME_BACK, back, what=f"power cut {cycle}")
            if not back:
                break
        for restart in range(restarts + 1):
            nonces = await _stretch(trial, each)
            total += nonces.count
            _record(trial, nonces, f"after {cycle} power cuts, client start {restart + 1}")
        pushed = await _pushed(trial, access)
        total += pushed.count
        _record(trial, pushed, f"pushed after {cycle} power cuts")
    trial.record.observe(COLLECTED, total, unit="messages")


async def _stretch(trial: Trial, count: int) -> Nonces:
    """``count`` ciphered answers to a client that has just started."""
    exchange = exchange_of(trial)
    access, role = exchange.access, exchange.role
    nonces = Nonces()
    await access.ask_counter(role)
    client = access.new_client(role, **_WHATEVER_COUNTER)
    name = Attribute(_DATA, access.names.device_name, 2)
    with client.taps["ciphered"].capturing() as messages, client.taps["plain"].capturing() as plain:
        try:
            await client.associate()
            opening = len(plain)
            while sum(seen.direction.value == "in" for seen in messages) < count:
                await client.get(name)
        finally:
            await client.close()
    title = title_in(messages)
    nonces.take_messages(messages, role, title)
    nonces.take_proof(plain[:opening], role, title, client.identity.mechanism)
    return nonces


async def _pushed(trial: Trial, access: DlmsAccess) -> Nonces:
    """A notification and the answers to those who asked for it."""
    nonces = Nonces()
    if exchange_of(trial).role != MANAGEMENT:
        record_absent(trial, "notification", "the push setup is another client's")
        return nonces
    try:
        address = bench_address(access)
    except NoAddressError as error:
        record_absent(trial, "notification", str(error))
        return nonces
    session = access.session(MANAGEMENT, ask=True, **_WHATEVER_COUNTER)
    async with PushListener(trial.station, address) as listener, session as client:
        if not (await read_one(client, Attribute(_PUSH_SETUP, access.names.push_setup, 2))).given:
            record_absent(trial, "notification", "the meter has no push setup")
            return nonces
        with client.taps["ciphered"].capturing() as messages:
            try:
                async with pushing_to(access, client, listener.destination):
                    await push_now(access, client)
                    pushed = await listener.next(_PUSH_S)
            except RefusedError as error:
                record_absent(trial, "notification", f"the meter cannot be had to push to the bench: {error}")
                return nonces
        title = client.material.peer_title if client.material is not None else b""
        nonces.take_messages(messages, MANAGEMENT, title)
        if pushed is not None:
            nonces.take(protection_of(pushed.apdu), MANAGEMENT, title)
    return nonces


def _record(trial: Trial, nonces: Nonces, what: str) -> None:
    """One list of vectors a stretch, and the counters at its ends: all between them are in the list."""
    vectors = [f"{key} {counter}" for key, counters in nonces.counters.items() for counter in counters]
    trial.record.observe(IVS, list(vectors), what=what)
    for counters in nonces.counters.values():
        for value in dict.fromkeys((min(counters), max(counters))):
            trial.record.observe(COUNTER, value, what=what)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the meter comes back after each power cut", "always", CAME_BACK),
        Check("enough ciphered messages were collected", "at_least", COLLECTED, trial.limit("n_ciphered_messages")),
        Check("no initialisation vector comes twice", "unique", IVS),
        Check("the counter never falls, also after a power cut", "rising", COUNTER),
    ]


PROBE = Probe("C-H2", "dlms", stimulus, checks)
