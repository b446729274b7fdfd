"""What device files of Modbus devices declare, and that the emulated controllers' files say of them what is so."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.access.dlms_clients import ClientsError
from bench.access.modbus_declared import clients_of, modbus_of, rights_of
from bench.catalogue.demand import controls_for
from bench.catalogue.load import load_catalogue
from bench.lab.config import load_device, load_lab
from bench.lab.device import Device, Identity
from drivers.modbus.codes import Space
from fixtures.field import street_light_map as places
from fixtures.field.seat import _RIGHTS

LABS = Path(__file__).parents[3] / "lab_configs"
DEVICES = LABS / "devices"


def device(**pixit: object) -> Device:
    return Device(kind="field_device", identity=Identity(manufacturer="A", model="B"), pixit=pixit)


@pytest.mark.parametrize("name", ["street-light", "street-light-plain", "example-street-light"])
def test_the_files_register_map_is_the_emulated_controllers(name: str) -> None:
    known = modbus_of(load_device(DEVICES / f"{name}.toml")).map
    for point in (places.LAMPS, places.VOLTAGE, places.POWER, places.TIME, places.COMMANDED, places.MODE, places.HOLD):
        assert known[point.name] == point
    assert known["current_6"] == places.current_of(6)
    lamp, kind, since = places.fault_points(2)
    seen = [known[name].address for name in ("fault_lamp_3", "fault_kind_3", "fault_since_3")]
    assert seen == [lamp.address, kind.address, since.address]


def test_the_files_rights_are_those_of_the_emulated_controller() -> None:
    declared = load_device(DEVICES / "street-light.toml")
    rights, clients = rights_of(declared), clients_of(declared)
    for role, table in clients.items():
        grants = _RIGHTS[table.role]
        for space, addresses in ((Space.INPUT, (0, 4095, 4096)), (Space.HOLDING, range(12))):
            for at in addresses:
                granted = [grant for grant in grants if grant.covers(space, at)]
                assert rights.may_read(role, space, at) == bool(granted) or at > 9
                assert rights.may_write(role, space, at) == any(grant.write for grant in granted)


def test_points_that_repeat_are_numbered() -> None:
    stated = {"points": {"phase": {"address": 10, "kind": "f32", "repeat": 3, "space": "input"}}}
    points = modbus_of(device(modbus=stated)).map
    assert {name: point.address for name, point in points.items()} == {"phase_1": 10, "phase_2": 12, "phase_3": 14}


@pytest.mark.parametrize(
    "stated", [{"points": {"x": {"adress": 1}}}, {"points": {"x": {"address": 70_000}}}, {"unit": 1}]
)
def test_a_mistake_is_named(stated: dict[str, object]) -> None:
    with pytest.raises(ClientsError, match=r"pixit\.modbus"):
        modbus_of(device(modbus=stated))


def test_what_fails_by_protocol_on_plain_modbus() -> None:
    catalogue = load_catalogue()
    lab = load_lab(LABS / "emulated-modbus.toml")
    row = catalogue.row("3.5.6/AMI-40/DA-HE")
    demands = controls_for(catalogue, row, link="modbus", declared=lab.declared("streetlight"))
    assert [demand.control.id for demand in demands if demand.fails_by_protocol and not demand.advisory] == ["I-M2"]


def test_the_example_station_can_be_read() -> None:
    lab = load_lab(LABS / "example-modbus.toml")
    assert lab.seats["lights"].speaks("modbus_tls")
    assert set(clients_of(lab.seats["lights"].device)) == {"management", "maintenance", "reader"}
