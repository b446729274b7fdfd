"""Resynchronisation: the invocation counter that a meter expects, read by the public client."""

from __future__ import annotations

from drivers.dlms.apdu import Attribute
from drivers.dlms.client.client import DlmsClient
from drivers.dlms.client.identity import PUBLIC_CLIENT, ClientIdentity
from drivers.dlms.data import Integer
from drivers.dlms.errors import DecodeError
from drivers.dlms.link import DlmsLink
from drivers.dlms.obis import Obis
from drivers.dlms.security import CounterKey, InvocationCounters

INVOCATION_COUNTER = Obis("0.0.43.1.0.255")


async def read_invocation_counter(
    link: DlmsLink, instance: Obis = INVOCATION_COUNTER, identity: ClientIdentity = PUBLIC_CLIENT
) -> int:
    """The highest counter that the meter has accepted, read over ``link`` (SAP 16), which is closed again.

    Raises as `DlmsClient` does, and DecodeError for an object that holds no number.
    """
    async with DlmsClient(link, identity) as client:
        value = await client.get(Attribute(1, instance, 2))
    if not isinstance(value, Integer):
        raise DecodeError("the invocation counter is not a number")
    return int(value)


def resynchronize(counters: InvocationCounters, accepted: int, key: CounterKey = CounterKey.UNICAST) -> None:
    """Let the next message carry a counter above ``accepted``; a counter that is already above stays."""
    counters.sending[key] = max(counters.sending.get(key, 0), accepted + 1)
