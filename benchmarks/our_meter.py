"""The emulated meter in a process of its own, in real time: `python -m benchmarks.our_meter ORDER`.

It answers as fast as it can (no processing time), on TCP and on a pty held to 9,600 baud. Writes where, and where its
secrets are, and serves until it is ended.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from drivers.transport.line_time import LineFormat
from fixtures.clock import PlantClock
from fixtures.meter.profile_reference import HDLC, TCP
from fixtures.meter.seat import PHYSICAL_ADDRESS, MeterSeat, make_seat
from fixtures.meter.server.ports import HdlcPort, HdlcPortSettings, TcpPort, TcpPortSettings
from fixtures.world import World

SEAT = "meter"
BAUD = 9600


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
    where = {TCP: lan.url, HDLC: line.url, "secrets": str(world.secrets.path), "title": seat.unit.system_title.hex()}
    print(json.dumps(where), flush=True)
    await asyncio.Event().wait()


def main() -> None:
    json.loads(sys.argv[1])
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(serve(Path(directory)))


if __name__ == "__main__":
    main()
