"""I-H9 on DLMS: who took the group key from one meter cannot command the others with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.controls.attempts import Attempt, Outcome, attempt, record_effect
from bench.controls.base import Probe
from bench.controls.dlms._forged import send_forged
from bench.controls.dlms._row import exchange_of
from bench.controls.trial import Trial
from bench.exchanges.dlms_exchange import DlmsExchange
from bench.judgement.check import Check
from drivers.dlms.apdu import ActionRequestNormal, Attribute, Method, SetRequestNormal, encode_apdu, invoke_byte
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Array, Enum, OctetString, Structure
from drivers.dlms.datetimes import DateTime
from drivers.dlms.enums import AUTHENTICATED_ENCRYPTED, Control
from drivers.dlms.hdlc_address import ALL_STATION_BYTE, ServerAddress
from drivers.dlms.hdlc_link import HdlcLink
from drivers.dlms.obis import Obis
from drivers.dlms.security import CounterKey, InvocationCounters, Protection

ACCEPTED = "an action under the group key was answered as accepted"
EFFECT = "the row's command under the group key took effect"
CLOCK_MOVED = "the clock moved under the group key"
KEY_CHANGED = "the meter's own key was replaced under the group key"
LEGITIMATE = "the authorised command still works"
PUSH = "push"
UNICAST, TO_ALL = "on a unicast association", "to all stations"
PRE_ESTABLISHED = "on the pre-established association"

_SECURITY_SETUP, _KEY_TRANSFER, _CLOCK = 64, 2, 8
_SETUP_NAME = Obis("0.0.43.0.0.255")
_ANSWER_S = 3.0
_FAR_S = 86_400.0


async def stimulus(trial: Trial) -> None:
    """The row's command, a key change and a clock setting under the broadcast key: unicast, to all, pre-established."""
    exchange = exchange_of(trial)
    access = exchange.access
    if not access.client(MANAGEMENT).broadcast_key:
        trial.record.could_not_look(ACCEPTED, "the device file names no broadcast key")
        return
    await exchange.prepare()
    for place in (UNICAST, TO_ALL, PRE_ESTABLISHED):
        for what, request in _requests(trial, exchange).items():
            await _send(trial, access, place, what, request)
        await record_effect(trial, exchange, EFFECT, place)
        await exchange.prepare()
    await _look_at_clock_and_key(trial, access)
    await exchange.perform()
    await record_effect(trial, exchange, LEGITIMATE, "afterwards")
    await exchange.restore()


def _requests(trial: Trial, exchange: DlmsExchange) -> dict[str, bytes]:
    """The actions that nobody but the meter's own head-end may ask for."""
    far = OctetString(DateTime.at(trial.clock.now() - _FAR_S, deviation=0).to_bytes())
    clock = SetRequestNormal(invoke_byte(1), Attribute(_CLOCK, exchange.access.names.clock, 2), None, far)
    keys = Array([Structure([Enum(0), OctetString(bytes(24))])])
    transfer = ActionRequestNormal(invoke_byte(1), Method(_SECURITY_SETUP, _SETUP_NAME, _KEY_TRANSFER), keys)
    return {
        "the row's command": exchange.request(),
        "key change": encode_apdu(transfer),
        "clock setting": encode_apdu(clock),
    }


async def _send(trial: Trial, access: DlmsAccess, place: str, what: str, request: bytes) -> None:
    """Send one request under the group key, twice: the second time it is a replay as well."""
    client = _client_at(access, place)
    if client is None:
        return
    try:
        if place == TO_ALL:
            await client.link.transport.open()
            client.association.assume()
        elif not (await attempt(client.associate())).accepted:
            return
        frame = _under_group_key(client, request, Protection.GLOBAL if place == UNICAST else Protection.GENERAL_GLOBAL)
        for number in ("", ", replayed"):
            tried = await _deliver(trial, client, frame, place)
            trial.record.observe(
                ACCEPTED,
                tried.accepted,
                what=f"{what} {place}{number}",
                answer=tried.text,
                layer="ciphered",
                captures=[trial.record.capture(frame, ".apdu")],
            )
    finally:
        await client.abort()


async def _deliver(trial: Trial, client: DlmsClient, frame: bytes, place: str) -> Attempt:
    """Send the frame; to all stations it goes as a datagram, which nobody answers."""
    if place != TO_ALL:
        return await send_forged(client, frame)
    assert isinstance(client.link, HdlcLink)
    await client.link.send_datagram(frame)
    await trial.station.advance(_ANSWER_S)
    return Attempt(Outcome.SILENCE, "a datagram to all stations has no answer")


def _client_at(access: DlmsAccess, place: str) -> DlmsClient | None:
    if place == PRE_ESTABLISHED:
        if PUSH not in access.clients:
            return None
        return access.new_client(PUSH, response_timeout_s=_ANSWER_S)
    if place == UNICAST:
        return access.new_client(MANAGEMENT, response_timeout_s=_ANSWER_S)
    port = next((one for one in access.ports if access.profile_of(one) == "hdlc"), None)
    if port is None:
        return None
    transport = access.station.transport(access.seat, port)
    role = PUSH if PUSH in access.clients else MANAGEMENT
    link = HdlcLink(transport, access.client(role).sap, ServerAddress(ALL_STATION_BYTE, ALL_STATION_BYTE))
    identity = access.identity(role, response_timeout_s=_ANSWER_S, pre_established=True)
    return DlmsClient(link, identity, access.counters_of(MANAGEMENT))


def _under_group_key(client: DlmsClient, request: bytes, kind: Protection) -> bytes:
    """``request`` under the broadcast key, with a counter that no meter has seen.

    Outside an association of its own the frame has to carry its sender's system title, so it is a general one.
    """
    material = client.material
    assert material is not None
    group = replace(material)
    control = group.control(int(AUTHENTICATED_ENCRYPTED) | int(Control.BROADCAST_KEY))
    fresh = InvocationCounters({CounterKey.BROADCAST: client.counters.sending.get(CounterKey.UNICAST, 0)})
    return client.protect(request, control=control, counter=fresh.next(CounterKey.BROADCAST), kind=kind, material=group)


async def _look_at_clock_and_key(trial: Trial, access: DlmsAccess) -> None:
    opened = await attempt(_read_clock(access))
    trial.record.observe(KEY_CHANGED, not opened.accepted, answer=opened.text)
    if opened.accepted and opened.value is not None:
        moved = abs(opened.value - trial.clock.now()) > trial.bound("dt_clk", subject="meter_han").number
        trial.record.observe(CLOCK_MOVED, moved)


async def _read_clock(access: DlmsAccess) -> float | None:
    async with access.session(MANAGEMENT, ask=True) as client:
        return (await access.meter(client).clock()).at


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the authorised command works", "always", LEGITIMATE),
        Check("nothing is accepted under the group key", "never", ACCEPTED),
        Check("the row's command under the group key has no effect", "never", EFFECT),
        Check("the clock stays", "never", CLOCK_MOVED),
        Check("the meter's keys stay", "never", KEY_CHANGED),
    ]


PROBE = Probe("I-H9", "dlms", stimulus, checks)
