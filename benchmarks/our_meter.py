"""The emulated meter in a process of its own, in real time: `python -m benchmarks.our_meter ORDER`.

It answers as fast as it can (no processing time), on TCP and on a pty held to 9,600 baud, and echoes on another port.
Writes where, and where its secrets are, and serves until it is ended. ORDER is JSON: ``{}``, or, for asyncio's own
loop, ``{"plain_loop": true}``.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import cast

from drivers import event_loop
from drivers.transport.line_time import LineFormat
from fixtures.clock import PlantClock
from fixtures.meter.profile_reference import HDLC, TCP
from fixtures.meter.seat import PHYSICAL_ADDRESS, MeterSeat, make_seat
from fixtures.meter.server.ports import HdlcPort, HdlcPortSettings, TcpPort, TcpPortSettings
from fixtures.world import World

SEAT = "meter"
BAUD = 9600


class Echo(asyncio.Protocol):
    """Says what it is told: the least that an answer over TCP costs in asyncio."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._transport.write(data)


async def serve(directory: Path) -> None:
    clock = PlantClock(mode="free")
    world = World(clock, directory)
    seat = world.add(SEAT, "dlms_meter", {"ports": []}, factory=make_seat)
    assert isinstance(seat, MeterSeat)
    await world.start()
    assert seat.server is not None
    lan = TcpPort(clock, SEAT, TCP, TcpPortSettings(processing_s=0.0))
    line = HdlcPort(clock, SEAT, HDLC, HdlcPortSettings(PHYSICAL_ADDRESS, LineFormat(BAUD), processing_s=0.0))
    lan.attach(seat.server)
    line.attach(seat.server)
    await lan.start()
    line.start()
    echo = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0)
    where = {
        TCP: lan.url,
        "echo": f"tcp:127.0.0.1:{echo.sockets[0].getsockname()[1]}",
        HDLC: line.url,
        "secrets": str(world.secrets.path),
        "title": seat.unit.system_title.hex(),
    }
    print(json.dumps(where), flush=True)
    await asyncio.Event().wait()


def main() -> None:
    run = asyncio.run if json.loads(sys.argv[1]).get("plain_loop") else event_loop.run
    with tempfile.TemporaryDirectory() as directory:
        run(serve(Path(directory)))


if __name__ == "__main__":
    main()
