"""The chain to a SunSpec inverter: the energy management system writes, reads back, and the point sees the watts."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.sep2.der import DERControl, DERControlBase, PowerFactor
from drivers.sep2.programs import ProgramKind
from tests.unit.home.chain import Home, home


def fed_w(made: Home) -> float:
    return -made.world.service_point("inverter1").measured.active_w


def control(made: Home, base: DERControlBase, duration: int = 600) -> DERControl:
    shed = made.shed(0.5, duration=duration)
    head = {name: getattr(shed, name) for name in ("mrid", "created", "status", "interval")}
    return DERControl(**head, base=base)


async def test_a_limit_reaches_the_inverter_and_ends_with_its_event(tmp_path: Path) -> None:
    async with home(tmp_path, inverter=True) as made:
        program = made.program(ProgramKind.DER)
        await made.after(400.0)
        free_w = fed_w(made)
        assert free_w > 1000.0
        event = control(made, DERControlBase(max_lim_w=1000))
        program.put(event, made.clock.now())
        await made.after(120.0)
        assert made.told(event.mrid) == [1, 2]
        limited_w = fed_w(made)
        assert limited_w < 0.5 * free_w
        await made.after(900.0)
        assert made.told(event.mrid) == [1, 2, 3]
        assert fed_w(made) == pytest.approx(free_w, rel=0.05)


async def test_what_the_system_cannot_have_it_do_is_rejected(tmp_path: Path) -> None:
    async with home(tmp_path, inverter=True) as made:
        program = made.program(ProgramKind.DER)
        factor = PowerFactor(displacement=95, excitation=True, multiplier=-2)
        event = control(made, DERControlBase(max_lim_w=5000, pf_inject=factor))
        program.put(event, made.clock.now())
        await made.after(120.0)
        assert made.told(event.mrid) == [1, 252]


async def test_an_inverter_that_is_off_is_not_said_to_have_started(tmp_path: Path) -> None:
    async with home(tmp_path, inverter=True) as made:
        program = made.program(ProgramKind.DER)
        made.world.seats["inverter1"].power(False)
        event = control(made, DERControlBase(max_lim_w=1000))
        program.put(event, made.clock.now())
        await made.after(200.0)
        assert 2 not in made.told(event.mrid)
