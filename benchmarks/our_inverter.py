"""The emulated inverter in a process of its own, in real time: `python -m benchmarks.our_inverter ORDER`.

It answers as fast as it can (no processing time), on TCP. Writes its URL, and serves until it is ended. ORDER is JSON
and says nothing (``{}``).
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path

from drivers import event_loop
from fixtures.clock import PlantClock
from fixtures.inverter.seat import InverterSeat, make_seat
from fixtures.world import World

SEAT = "inverter"


async def serve(directory: Path) -> None:
    world = World(PlantClock(mode="free"), directory)
    world.plant.add_source("der", voltage_v=240.0, frequency_hz=60.0)
    world.plant.add_service_point(SEAT, source="der")
    settings = {"processing_s": 0.0, "battery_wh": 10_000.0}
    seat = world.add(SEAT, "sunspec_inverter", settings, factory=make_seat)
    assert isinstance(seat, InverterSeat)
    await world.start()
    print(json.dumps(seat.endpoints()["tcp"]), flush=True)
    await asyncio.Event().wait()


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        event_loop.run(serve(Path(directory)))


if __name__ == "__main__":
    main()
