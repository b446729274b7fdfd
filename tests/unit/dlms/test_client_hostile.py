"""A meter that answers anything: the client raises its documented exceptions and nothing else, and never hangs."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.dlms import apdu as a
from drivers.dlms.apdu import Attribute, Method
from drivers.dlms.client import ClientIdentity, DlmsClient
from drivers.dlms.data import U8
from drivers.dlms.errors import DlmsError
from drivers.dlms.meter import DlmsMeter
from drivers.dlms.obis import Obis
from drivers.transport.base import TransportError
from tests.unit.dlms.little_meter import LittleMeter, MemoryLink
from tests.unit.dlms.strategies import apdus

ENERGY = Attribute(3, Obis("1.0.1.8.0.255"), 2)
PRESS = Method(70, Obis("0.0.96.3.10.255"), 1)


def answered(answer: a.Apdu | bytes, invoke: int) -> bytes:
    """``answer`` as bytes, with the invoke id of the request where it has one, so that it is looked into."""
    encoded = bytearray(answer if isinstance(answer, bytes) else answer.encode())
    if len(encoded) > 2 and encoded[0] in (0xC4, 0xC5, 0xC7):
        encoded[2] = invoke
    return bytes(encoded)


async def ask_everything(answers: list[a.Apdu | bytes]) -> None:
    link = MemoryLink(LittleMeter())
    client = DlmsClient(link, ClientIdentity())
    await client.associate()
    link.answer = lambda message: [answered(answer, message[2]) for answer in answers]
    meter = DlmsMeter(client)
    for call in (
        lambda: client.get(ENERGY),
        lambda: client.get_list([ENERGY, ENERGY]),
        lambda: client.set(ENERGY, U8(1)),
        lambda: client.set_list([ENERGY], [U8(1)]),
        lambda: client.action(PRESS),
        lambda: client.action_list([PRESS], [U8(1)]),
        lambda: client.next_notification(client.clock.now()),
        meter.identity,
        meter.clock,
        meter.switch,
        lambda: meter.register("energy_import"),
        lambda: meter.events("standard"),
        lambda: meter.billing(),
        client.associate,
    ):
        try:
            await call()
        except (DlmsError, TransportError):
            pass
        link.waiting.clear()
    await client.close()
    assert not link.connected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=40) | apdus(), max_size=3))
def test_any_answers_end_in_a_documented_exception_or_a_value(answers: list[a.Apdu | bytes]) -> None:
    asyncio.run(asyncio.wait_for(ask_everything(answers), 20))
