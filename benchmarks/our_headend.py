"""A headend and its fleet in one process: `python -m benchmarks.our_headend`, with ``{"meters", "settled"}`` as input.

The headend reads every meter on demand, asked over HTTPS for as many at once as it takes. Station time is stepped:
nobody waits for the meters' own pace, so the time is what the reading costs. With ``settled`` the collector of garbage
is settled as in a host (`drivers.collector`), and ``seconds`` and ``processor`` time of the reading for each meter are
written. Without it, what each has taken of memory, ``dozing`` (before anybody called it) and ``read``: a settled
collector lets up to 20,000 dead objects lie, which count for much in a small fleet and for nothing in a large one.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks.our_fleet import resident_bytes
from drivers import collector, event_loop
from drivers.cim import CimOffice, Credential, Messenger, OfficeClient
from fixtures.clock import PlantClock
from fixtures.fleet.seat import FleetSeat, make_seat
from fixtures.office.factory import make_headend
from fixtures.world import World

START = 1_767_571_200.0
_AT_ONCE = 100
_FIRST_FEW = 5
_PARTY = "mdms"


async def running(stack: AsyncExitStack, meters: int) -> tuple[World, list[str]]:
    """A fleet and its headend; the meters' numbers."""
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    world = World(PlantClock(START), Path(folder))
    world.plant.configure({"sources": {"substation": {"phases": 3}}})
    settings = {"meters": meters, "source": "substation"}
    fleet = world.add("fleet", "dlms_fleet", settings, factory=make_seat)
    world.add("headend", "headend", {"fleets": ["fleet"]}, factory=make_headend)
    await world.start()
    stack.push_async_callback(world.stop)
    assert isinstance(fleet, FleetSeat)
    return world, list(fleet.members)


async def read_all(world: World, meters: list[str]) -> None:
    """Raises RuntimeError unless every meter gives its registers."""
    book = json.loads(world.secrets.path.read_text())
    credential = Credential.from_pem(bytes.fromhex(book[f"office/{_PARTY}"]).decode("ascii"))
    client = OfficeClient(world.endpoints()["headend"]["https"], credential, world.clock)
    try:
        office = CimOffice(Messenger(client, _PARTY, "headend"))
        for first in range(0, len(meters), _AT_ONCE):
            asked = meters[first : first + _AT_ONCE]
            answer = await office.read(asked)
            got = [reading.meter for reading in answer.meters if reading.readings]
            if got != asked:
                raise RuntimeError(f"{len(got)} of {len(asked)} meters gave a reading")
    finally:
        await client.close()


async def measure(meters: int, settled: bool) -> dict[str, float]:
    async with AsyncExitStack() as stack:  # what the first ones need is there from then on
        await read_all(*await running(stack, _FIRST_FEW))
    async with AsyncExitStack() as stack:
        before = _settled_bytes()
        world, numbers = await running(stack, meters)
        dozing = _settled_bytes()
        if settled:
            collector.settle()
        started, used = time.perf_counter(), time.process_time()
        await read_all(world, numbers)
        seconds, processor = time.perf_counter() - started, time.process_time() - used
        read = _settled_bytes()
    if settled:
        return {"seconds": seconds / meters, "processor": processor / meters}
    return {"dozing": (dozing - before) / meters, "read": (read - before) / meters}


def _settled_bytes() -> int:
    gc.collect()
    return resident_bytes()


def main() -> None:
    asked = json.load(sys.stdin)
    print(json.dumps(event_loop.run(measure(asked["meters"], asked["settled"]))))


if __name__ == "__main__":
    main()
