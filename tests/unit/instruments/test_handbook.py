"""The examples of the handbook are lab configs that work; those of emulated instruments state what these state."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bench.lab.station_model import InstrumentTable
from drivers.clock import FreeClock
from drivers.scpi.declaration import make_instrument
from drivers.scpi.uncertainty import UncertaintyModel
from fixtures.instruments import specifications
from fixtures.instruments.seats import InstrumentSeat
from fixtures.seats import seat_factory
from fixtures.world import World

PAGE = Path(__file__).parents[3] / "docs" / "handbook" / "instruments.md"
STATED: Mapping[str, Mapping[str, UncertaintyModel]] = {
    "ac_source": specifications.SOURCE_READBACK,
    "load_side_source": specifications.SOURCE_READBACK,
    "electronic_load": specifications.LOAD_READBACK,
    "power_analyser": specifications.POWER_ANALYSER,
    "multimeter": specifications.MULTIMETER,
}


def examples() -> Iterator[tuple[str, dict[str, Any]]]:
    for block in re.findall(r"```toml\n(.*?)```", PAGE.read_text(), re.DOTALL):
        yield from tomllib.loads(block).get("instruments", {}).items()


REAL = [(name, table) for name, table in examples() if "resource" in table]
EMULATED = [(name, table) for name, table in examples() if "seat" in table]


def test_page_has_examples_of_both() -> None:
    assert len(REAL) >= 3
    assert {table["kind"] for _, table in EMULATED} == set(STATED)


@pytest.mark.parametrize(("name", "table"), REAL + EMULATED)
def test_example_is_an_instrument(name: str, table: dict[str, Any]) -> None:
    declaration = InstrumentTable.model_validate(table).declaration(
        table.get("resource", "TCPIP::127.0.0.1::1::SOCKET")
    )
    assert make_instrument(name, declaration, FreeClock()).name == name


@pytest.mark.parametrize(("name", "table"), EMULATED)
def test_emulated_example_states_what_the_emulator_does(name: str, table: dict[str, Any], world: World) -> None:
    declared = {quantity: UncertaintyModel.from_declaration(model) for quantity, model in table["uncertainty"].items()}
    assert declared == dict(STATED[table["kind"]])
    seat = seat_factory(table["kind"])(table["seat"], {}, world)
    assert isinstance(seat, InstrumentSeat)
    identity = table["identity"]
    assert seat.device.identity.startswith(f"{identity['manufacturer']},{identity['model']},{identity['serial']},")
