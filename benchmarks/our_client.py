"""Our client in a process of its own: `python -m benchmarks.our_client`, with an order on standard input.

``{"do": "reads", "url", "title", "keys", "counter", "count"}`` reads a register over TCP, ciphered, one request after
the other; ``{"do": "echo", ...}`` has as many bytes echoed; ``{"do": "profile", ...}`` reads a load profile over HDLC.
``"plain_loop": true`` runs it on asyncio's own loop. Writes ``seconds`` of the reading alone, and ``processor`` time or
``bytes`` on the line.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from drivers import event_loop
from drivers.clock import FreeClock
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import ClientIdentity, DlmsClient
from drivers.dlms.data import Array, Integer
from drivers.dlms.enums import ApplicationContext, Mechanism
from drivers.dlms.hdlc import ServerAddress
from drivers.dlms.link import DlmsLink, HdlcLink, HdlcSettings, WrapperLink
from drivers.dlms.obis import Obis
from drivers.dlms.security import CounterKey, InvocationCounters, SecurityMaterial
from drivers.transport.urls import make_transport

MANAGEMENT_SAP = 1
CLIENT_TITLE = b"HES\x00\x00\x00\x00\x01"
ENERGY = Attribute(3, Obis("1.0.1.8.0.255"), 2)
_MESSAGE = 45
"""Bytes of a ciphered request, wrapper header included."""
PROFILE = Attribute(7, Obis("1.0.99.1.0.255"), 2)


def client_of(order: dict[str, Any], link: DlmsLink) -> DlmsClient:
    keys = {name: bytes.fromhex(key) for name, key in order["keys"].items()}
    material = SecurityMaterial(
        own_title=CLIENT_TITLE,
        peer_title=bytes.fromhex(order["title"]),
        global_unicast_key=keys["unicast"],
        authentication_key=keys["authentication"],
    )
    identity = ClientIdentity(
        mechanism=Mechanism.HLS_GMAC, security=material, context=ApplicationContext.LOGICAL_NAME_CIPHERED
    )
    return DlmsClient(link, identity, InvocationCounters({CounterKey.UNICAST: order["counter"]}))


async def reads(order: dict[str, Any]) -> dict[str, float]:
    link = WrapperLink(make_transport(order["url"], FreeClock(), counted=False), MANAGEMENT_SAP, 1)
    async with client_of(order, link) as client:
        started, used = time.perf_counter(), time.process_time()
        for _number in range(order["count"]):
            value = await client.get(ENERGY)
        seconds, processor = time.perf_counter() - started, time.process_time() - used
    assert isinstance(value, Integer)
    return {"seconds": seconds, "processor": processor}


async def echo(order: dict[str, Any]) -> dict[str, float]:
    """As many bytes to and fro as a read has, and nothing done with them."""
    arrived = asyncio.Event()

    class Listener(asyncio.Protocol):
        def data_received(self, data: bytes) -> None:
            arrived.set()

    _tcp, host, port = order["url"].split(":")
    transport, _ = await asyncio.get_running_loop().create_connection(Listener, host, int(port))
    started, used = time.perf_counter(), time.process_time()
    for _number in range(order["count"]):
        arrived.clear()
        transport.write(bytes(_MESSAGE))
        await arrived.wait()
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    transport.close()
    return {"seconds": seconds, "processor": processor}


async def profile(order: dict[str, Any]) -> dict[str, float]:
    transport = make_transport(order["url"], FreeClock(), counted=False)
    link = HdlcLink(transport, MANAGEMENT_SAP, ServerAddress(1, 17, 4), HdlcSettings())
    async with client_of(order, link) as client:
        with client.taps["line"].capturing() as seen:
            started = time.perf_counter()
            value = await client.get(PROFILE)
            seconds = time.perf_counter() - started
    assert isinstance(value, Array)
    assert len(value)
    return {"seconds": seconds, "bytes": sum(len(one.data) for one in seen), "rows": len(value)}


def main() -> None:
    order = json.load(sys.stdin)
    run = asyncio.run if order.get("plain_loop") else event_loop.run
    print(json.dumps(run({"reads": reads, "profile": profile, "echo": echo}[order["do"]](order))))


if __name__ == "__main__":
    main()
