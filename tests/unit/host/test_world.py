"""The world: seats by kind, faults, fresh starts, secrets, fault box."""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from typing import Any

import pytest

from fixtures import fault_box
from fixtures.plant import Shunt
from fixtures.world import UnknownSeatError, UnknownSeatKindError, World


class Lamp:
    """A seat that remembers what happened to it."""

    def __init__(self, name: str, settings: Mapping[str, Any], world: World) -> None:
        self.name = name
        self.settings = settings
        self.world = world
        self.log: list[str] = []

    def endpoints(self) -> dict[str, str]:
        return {"switch": f"tcp:127.0.0.1:{self.settings['port']}"}

    async def start(self) -> None:
        self.log.append("start")

    async def stop(self) -> None:
        self.log.append("stop")

    def fresh(self, faults: frozenset[str]) -> None:
        self.log.append(f"fresh {sorted(faults)} at {self.world.clock.now() - self.world.clock.start}")

    def power(self, on: bool) -> None:
        self.log.append(f"power {on}")


def add_lamp(world: World, name: str = "lamp", **settings: Any) -> Lamp:
    seat = world.add(name, "lamp", {"port": 1, **settings}, faults=["F-1"], factory=Lamp)
    assert isinstance(seat, Lamp)
    return seat


async def test_seats_start_with_their_faults_and_lose_them_when_fresh(world: World) -> None:
    lamp = add_lamp(world)
    await world.start()
    await world.clock.advance_to(world.clock.now() + 60.0)
    await world.fresh()
    await world.fresh({"lamp": ["F-2"]})
    await world.stop()
    assert lamp.log == ["start", "fresh ['F-1'] at 0.0", "fresh [] at 0.0", "fresh ['F-2'] at 0.0", "stop"]
    assert world.endpoints() == {"lamp": {"switch": "tcp:127.0.0.1:1"}}


async def test_a_seat_that_fails_to_stop_does_not_keep_the_others_running(world: World) -> None:
    class Stubborn(Lamp):
        async def stop(self) -> None:
            raise OSError("will not")

    first = add_lamp(world, "first")
    world.add("second", "lamp", {"port": 2}, factory=Stubborn)
    await world.start()
    with pytest.raises(ExceptionGroup, match="did not stop cleanly"):
        await world.stop()
    assert first.log[-1] == "stop"


def test_an_unknown_kind_is_named(world: World) -> None:
    with pytest.raises(UnknownSeatKindError, match="no seat of kind 'lamb'"):
        world.add("lamp", "lamb")


def test_an_unknown_seat_is_named_with_those_there_are(world: World) -> None:
    add_lamp(world)
    with pytest.raises(UnknownSeatError, match="no seat 'lmap'; there are lamp"):
        world.seat("lmap")


def test_a_name_is_taken_once(world: World) -> None:
    add_lamp(world)
    with pytest.raises(ValueError, match="exists already"):
        add_lamp(world)


def test_a_seat_hangs_on_its_own_point_or_on_the_one_it_names(world: World) -> None:
    add_lamp(world)
    add_lamp(world, "other", service_point="lamp")
    assert world.service_point("lamp") is world.service_point("other")
    assert world.service_point("third").name == "third"


def test_random_numbers_are_a_seats_own_and_repeatable(world: World) -> None:
    first = world.random("a").random()
    assert first == world.random("a").random()
    assert first != world.random("b").random()


def test_secrets_follow_from_the_seed_and_are_published_privately(world: World) -> None:
    key = world.secrets.derive("lamp/key", 16)
    world.secrets.publish("lamp/password", b"12345678")
    assert key == world.secrets.derive("lamp/key", 16)
    assert len(key) == 16
    assert json.loads(world.secrets.path.read_text()) == {"lamp/key": key.hex(), "lamp/password": b"12345678".hex()}
    assert stat.S_IMODE(world.secrets.path.stat().st_mode) == 0o600


def test_other_seeds_give_other_secrets(world: World) -> None:
    other = World(world.clock, world.directory, seed=1)
    assert other.secrets.derive("lamp/key") != world.secrets.derive("lamp/key")


def test_the_fault_box_works_on_the_plant(world: World) -> None:
    point = world.service_point("meter1")
    for act, values in (
        ("mains", {"on": False}),
        ("cover", {"open": True}),
        ("terminal_cover", {"open": True}),
        ("magnet", {"on": True, "field_mt": 300.0}),
        ("tilt", {"on": True}),
        ("stuck_relay", {"stuck": True}),
        ("optical_session", {"on": True}),
        ("shunt", {"kind": "around_meter", "share": 0.5}),
        ("load", {"power_w": 100.0, "reactive_var": 10.0}),
        ("load_side_source", {"voltage_v": 230.0}),
        ("button", {}),
    ):
        fault_box.do(act, point, values)
    state = point.state
    assert not state.mains_connected
    assert state.cover_open
    assert state.terminal_cover_open
    assert state.tilted
    assert state.relay_stuck
    assert state.optical_session
    assert (state.magnet_mt, state.shunt, state.shunt_share) == (300.0, Shunt.AROUND_METER, 0.5)
    assert (state.load[0].power_w, state.load_side_source.voltage_v) == (100.0, 230.0)


@pytest.mark.parametrize(
    ("act", "values", "message"),
    [
        ("kick", {}, "no act 'kick'"),
        ("mains", {}, "takes on; got nothing"),
        ("mains", {"on": True, "of": 1}, "takes on; got of, on"),
        ("shunt", {"kind": "sideways"}, "fault box shunt: 'sideways'"),
        ("load", {"power_w": "much"}, "fault box load"),
    ],
)
def test_the_fault_box_refuses_what_it_does_not_know(
    world: World, act: str, values: dict[str, Any], message: str
) -> None:
    with pytest.raises(fault_box.FaultBoxError, match=message):
        fault_box.do(act, world.service_point("meter1"), values)
