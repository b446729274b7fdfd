"""Attacks on an association: each says what came of it, and is run on a sound meter and on defective ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from drivers.dlms.apdu import ActionRequestNormal, ExceptionResponse, GetRequestNormal, decode_apdu
from drivers.dlms.client import DlmsClient
from drivers.dlms.enums import ServiceFault
from drivers.dlms.errors import DecodeError, RefusedError
from drivers.dlms.hdlc import Frame, Kind, ServerAddress, client_address, seal
from drivers.dlms.security import Protection, protect
from drivers.dlms.wrapper import WrapperPdu
from drivers.transport.base import TransportError

from .station import ENERGY_VALUE, IDENTITIES, MANAGEMENT, MANAGER, MATERIAL, METER_TITLE, OPEN, PRE, Station

SWITCH_OFF = ActionRequestNormal(0xC1, OPEN).encode()
READ = GetRequestNormal(0xC1, ENERGY_VALUE).encode()
KEYS = replace(MATERIAL, peer_title=METER_TITLE)


async def send(client: DlmsClient, message: bytes, patience_s: float = 2.0) -> bytes | None:
    """The answer to raw bytes, None for silence or a closed connection."""
    try:
        return await client.send_raw(message, client.clock.now() + patience_s)
    except TransportError:
        return None


def fault_of(answer: bytes | None) -> ServiceFault | None:
    """The service error of an exception-response."""
    if answer is None:
        return None
    try:
        apdu = decode_apdu(answer)
    except DecodeError:
        return None
    return apdu.service_error if isinstance(apdu, ExceptionResponse) else None


async def with_manager(station: Station, attack: Callable[[DlmsClient], Awaitable[bytes | None]]) -> bytes | None:
    """Run ``attack`` in an open association of the management client."""
    async with station.tcp(MANAGER) as client:
        return await attack(client)


async def altered(station: Station, alter: Callable[[bytes], bytes]) -> bytes | None:
    """A valid ciphered order to switch off, altered on its way."""
    return await with_manager(station, lambda client: send(client, alter(client.protect(SWITCH_OFF))))


async def replayed(station: Station) -> bytes | None:
    """The same ciphered order twice in a session."""
    async with station.tcp(MANAGER) as client:
        order = client.protect(SWITCH_OFF)
        await send(client, order)
        station.switch.calls.clear()
        return await send(client, order)


async def replayed_in_a_new_session(station: Station) -> bytes | None:
    """The order of one session in the next one."""
    async with station.tcp(MANAGER) as client:
        order = client.protect(SWITCH_OFF)
        await send(client, order)
        await client.get(ENERGY_VALUE)
    station.switch.calls.clear()
    async with station.tcp(MANAGER) as client:
        return await send(client, order)


async def whole_session_replayed(station: Station) -> list[bytes]:
    """The AARQ of an earlier session, sent again: what the meter answers."""
    async with station.tcp(MANAGER) as client:
        with client.taps["frame"].capturing() as seen:
            await client.release()
            await client.association.associate()
    aarq = next(message.data for message in seen if message.data[8] == 0x60)
    client = station.tcp(MANAGER)
    await client.link.open()
    answer = await send(client, aarq[8:])
    await client.abort()
    return [answer or b""]


async def plain_order(station: Station) -> bytes | None:
    """An order without any protection in an association that has ciphering."""
    return await with_manager(station, lambda client: send(client, SWITCH_OFF))


async def order_on_pre_established(station: Station, apdu: bytes | None = None, control: int = 0x30) -> bytes | None:
    """A ciphered order on the SAP that needs no AARQ."""
    client = station.tcp(PRE)
    counter = station.counters_of(MANAGER).next()
    if apdu is None:
        apdu = protect(KEYS, SWITCH_OFF, control=control, counter=counter)
    await client.link.open()
    answer = await send(client, apdu)
    await client.abort()
    return answer


async def poisoned(station: Station) -> bytes | None:
    """A forged frame with the highest counter, then a good read with the next one."""
    async with station.tcp(MANAGER) as client:
        forged = bytearray(client.protect(READ, counter=0xFFFFFFFE))
        forged[-1] ^= 1
        await send(client, bytes(forged))
        return await send(client, client.protect(READ))


async def pending_read(station: Station) -> bytes | None:
    """A read between AARE and the answer to the challenge."""
    client = station.tcp(MANAGER)
    await client.link.open()
    association = client.association
    await association.send_aarq(association.make_aarq())
    association.accept(await association.receive_aare())
    answer = await send(client, client.protect(READ))
    await client.abort()
    return answer


async def opens(station: Station, sap: int, **changes: object) -> bool:
    """Whether the client with that SAP, changed so, gets an association."""
    client = station.tcp(sap, replace(IDENTITIES[sap], **changes))  # type: ignore[arg-type]
    try:
        await client.associate()
    except (RefusedError, TransportError):
        await client.abort()
        return False
    await client.close()
    return True


def broadcast_frame(apdu: bytes, sap: int = PRE) -> bytes:
    """Line bytes of a UI frame to every station."""
    everybody = ServerAddress(0x7F, 0x7F).encode()
    return seal(Frame(everybody, client_address(sap), Kind.UI, b"\xe6\xe6\x00" + apdu).content())


def wrapped(apdu: bytes, sap: int = MANAGER) -> bytes:
    return WrapperPdu(sap, 1, apdu).encode()


DEDICATED = replace(MANAGEMENT, kind=Protection.DEDICATED)
