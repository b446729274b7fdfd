"""A home whose gateway follows a VTN that the test holds, in a world of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from drivers.openadr.programs import ProgramVtn
from drivers.openadr.tls import server_context
from drivers.sep2.resources import ResourceServer
from drivers.sep2.server import Sep2Server
from fixtures.clock import PlantClock
from fixtures.home.factory import make_cems, make_openadr_cems
from fixtures.home.oadr_esi import make_seat
from fixtures.world import World
from tests.unit.home.chain import LOAD_W, START, Home


class OadrHome(Home):
    """The world, its seats, and the utility, whose programs its VTN distributes."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.utility = ResourceServer(world.clock.now, poll_rate_s=30)
        self.vtn = ProgramVtn(self.utility, "vtn-lms", self.pki.credential("lms"), poll_s=30)
        self.port = Sep2Server(self.vtn.handle)


@asynccontextmanager
async def oadr_home(
    directory: Path, faults: frozenset[str] = frozenset(), *, to_the_load: bool = False
) -> AsyncIterator[OadrHome]:
    """The home, which follows the VTN from the start; ``to_the_load``: its energy management is a VEN too."""
    world = World(PlantClock(START, guard_s=5.0), directory, seed=1)
    esi: dict[str, Any] = {
        "servers": {"headend": "seat:none"},
        "vtns": {"lms": "seat:none"},
        "devices": ["cems"],
        "generator_w": 5000.0,
        "groups": ["north"],
        "resources": ["home"],
    }
    cems: dict[str, Any] = {
        "servers": {"esi": "seat:none" if to_the_load else "seat:esi"},
        "load_w": LOAD_W,
        "generator_w": 5000.0,
        "available_w": 4000.0,
    }
    world.add("esi", "openadr_esi", {**esi, "vtn": to_the_load}, factory=make_seat, faults=faults)
    if to_the_load:
        world.add("cems", "openadr_cems", {**cems, "vtns": {"esi": "seat:esi"}}, factory=make_openadr_cems)
    else:
        world.add("cems", "cems", cems, factory=make_cems)
    await world.start()
    made = OadrHome(world)
    made.utility.register(made.pki.lfdi("esi"), made.pki.pin("esi"))
    made.port.open(server_context(made.pki.credential("lms")))
    made.esi.set_server("lms-vtn", made.port.url)
    try:
        yield made
    finally:
        await world.stop()
        made.port.release()
