"""The emulated station declares of its instruments what the emulated instruments state of themselves."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from drivers.scpi.uncertainty import UncertaintyModel
from fixtures.instruments import specifications
from fixtures.instruments.seats import InstrumentSeat
from fixtures.world import World

LAB = tomllib.loads((Path(__file__).parents[3] / "lab_configs" / "emulated.toml").read_text())
STATED: Mapping[str, Mapping[str, UncertaintyModel]] = {
    "ac_source": specifications.SOURCE_READBACK,
    "load_side_source": specifications.SOURCE_READBACK,
    "electronic_load": specifications.LOAD_READBACK,
    "grid_simulator": specifications.GRID_READBACK,
    "multimeter": specifications.MULTIMETER,
    "oscilloscope": specifications.OSCILLOSCOPE,
    "power_analyser": specifications.POWER_ANALYSER,
    "pv_simulator": specifications.PV_READBACK,
    "rlc_load": specifications.RLC_READBACK,
}


@pytest.mark.parametrize(("name", "table"), LAB["instruments"].items())
def test_declared_is_stated(name: str, table: dict[str, Any], world: World) -> None:
    declared = {quantity: UncertaintyModel.from_declaration(model) for quantity, model in table["uncertainty"].items()}
    stated = STATED[table["kind"]]
    assert declared == {quantity: stated[quantity] for quantity in declared}


@pytest.mark.parametrize(("name", "table"), LAB["instruments"].items())
def test_declared_is_who_answers(name: str, table: dict[str, Any], world: World) -> None:
    seat = LAB["seats"][table["seat"]]
    settings = dict(seat.get("settings", {}))
    source = settings.get("source")
    if source not in (None, "grid"):
        world.plant.add_source(source, phases=3)
    if "service_point" in seat:
        world.plant.add_source("of_the_point", phases=3)
        world.plant.add_service_point(seat["service_point"], source="of_the_point")
        settings["service_point"] = seat["service_point"]
    made = world.add(table["seat"], seat["kind"], settings)
    assert isinstance(made, InstrumentSeat)
    identity = table["identity"]
    assert made.device.identity.startswith(f"{identity['manufacturer']},{identity['model']},{identity['serial']},")
    assert table.get("dialect", "") in ("", settings.get("dialect", ""))
