"""Many emulated meters in one process: `python -m benchmarks.our_fleet`, with ``{"meters"}`` on standard input.

Writes how much memory each took on top of the process with its first one, and how many answered a ciphered read.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.our_client import ENERGY, MANAGEMENT_SAP, client_of
from drivers import event_loop
from drivers.clock import FreeClock
from drivers.dlms.data import Integer
from drivers.dlms.link import WrapperLink
from drivers.transport.urls import make_transport
from fixtures.clock import PlantClock
from fixtures.meter.profile_reference import TCP
from fixtures.meter.seat import MeterSeat, make_seat
from fixtures.world import World


def resident_bytes() -> int:
    """Memory that this process alone has written and that is in RAM."""
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Private_Dirty:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the kernel does not say how much memory the process has")


async def measure(directory: Path, meters: int) -> dict[str, float]:
    world = World(PlantClock(mode="free"), directory)
    await _populate(world, range(1))
    before = resident_bytes()
    await _populate(world, range(1, meters + 1))
    after = resident_bytes()
    book = json.loads(world.secrets.path.read_text())
    answered = sum([await _answers(world, f"meter{number}", book) for number in range(1, meters + 1)])
    await world.stop()
    return {"each": (after - before) / meters, "answered": answered}


async def _populate(world: World, numbers: range) -> None:
    with world.secrets.batch():
        for number in numbers:
            seat = world.add(f"meter{number}", "dlms_meter", {"ports": [TCP]}, factory=make_seat)
            await seat.start()
            seat.fresh(frozenset())
            world.started.append(f"meter{number}")
    gc.collect()


async def _answers(world: World, name: str, book: dict[str, str]) -> bool:
    """One association and one ciphered read."""
    seat = world.seats[name]
    assert isinstance(seat, MeterSeat)
    keys = {"unicast": book[f"{name}/management/guek"], "authentication": book[f"{name}/management/gak"]}
    order = {"keys": keys, "title": seat.unit.system_title.hex(), "counter": 1}
    link = WrapperLink(make_transport(seat.endpoints()[TCP], FreeClock(), counted=False), MANAGEMENT_SAP, 1)
    async with client_of(order, link) as client:
        return isinstance(await client.get(ENERGY), Integer)


def main() -> None:
    order = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as directory:
        print(json.dumps(event_loop.run(measure(Path(directory), order["meters"]))))


if __name__ == "__main__":
    main()
