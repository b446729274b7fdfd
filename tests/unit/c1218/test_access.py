"""What device files of ANSI meters declare, and that the emulated meter's file says of it what is so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bench.access.c1218_clients import ANONYMOUS, clients_of, rights_of, session_settings, table_names
from bench.access.dlms_clients import ClientsError
from bench.access.dlms_events import declared_events
from bench.lab.config import load_device, load_lab
from bench.lab.device import Device, Identity
from drivers.c1218.names import ProcedureCall
from drivers.c1219.procedures import INITIATE, RESPONSE
from fixtures.meter.model.events import EventCode
from fixtures.meter_c12.access import GROUPS, Role
from fixtures.meter_c12.events import STANDARD
from tests.unit.c1218.station import C12Station

DEVICES = Path(__file__).parents[3] / "lab_configs" / "devices"
ROLES = {"reader": GROUPS[Role.READER], "management": GROUPS[Role.TECHNICIAN], "master": GROUPS[Role.MASTER]}
StationMaker = Callable[..., Awaitable[C12Station]]


def device(**pixit: object) -> Device:
    return Device(kind="meter", identity=Identity(manufacturer="A", model="B", serial="1"), pixit=pixit)


async def test_the_emulated_meters_file_states_its_rights(make_station: StationMaker) -> None:
    station = await make_station()
    tables = station.seat._port._device.tables  # type: ignore[union-attr]
    declared = rights_of(load_device(DEVICES / "c1218-meter.toml"))
    for number in range(165):
        right = tables.rights.find(number)
        known = tables.find(number) is not None or number in (INITIATE, RESPONSE)
        for role, groups in {ANONYMOUS: frozenset[int](), **ROLES}.items():
            reads = known and right is not None and right.may_read(groups)
            writes = known and right is not None and right.may_write(groups)
            assert declared.may_read(role, number) is reads, (role, number)
            assert declared.may_write(role, number) is writes, (role, number)
    for number in range(40):
        right = tables.rights.find(number, procedure=True)
        for role, groups in ROLES.items():
            assert declared.may_start(role, number) is (right is not None and right.may_write(groups)), (role, number)


def test_the_emulated_meters_file_states_its_event_codes() -> None:
    declared = declared_events(load_device(DEVICES / "c1218-meter.toml"))
    for meaning, code in (
        ("remote_disconnection", EventCode.REMOTE_DISCONNECTION), ("cover_opened", EventCode.COVER_OPENED),
        ("login_failed", EventCode.LOGIN_FAILED), ("key_changed", EventCode.KEY_CHANGED),
        ("limit_changed", EventCode.LIMIT_CHANGED), ("locked_out", EventCode.LOCKED_OUT),
        ("clock_invalid", EventCode.CLOCK_INVALID), ("refused_dwell", EventCode.REFUSED_DWELL),
    ):  # fmt: skip
        found = declared.find(meaning)
        assert found is not None
        assert found.code == (int(STANDARD[code]) if code in STANDARD else 2048 + int(code)), meaning


@pytest.mark.parametrize("name", ["c1218-meter", "c1218-second-meter", "example-c1218-meter"])
def test_device_files_can_be_used(name: str) -> None:
    declared = load_device(DEVICES / f"{name}.toml")
    assert {"reader", "management"} <= set(clients_of(declared))
    stated = declared.pixit["c1218"]
    assert session_settings(stated).packets == 254
    assert table_names(stated).disconnect.parameters in (bytes(4), b"\0")


def test_the_example_station_names_its_probe() -> None:
    lab = load_lab(DEVICES.parent / "example-c1218-meter.toml")
    assert lab.seat("meter").speaks("c1218")
    assert table_names(lab.seat("meter").device.pixit["c1218"]).connect == ProcedureCall(5, b"\x01", manufacturer=True)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("pixit", "wrong"),
    [
        ({"clients": {"reader": {"user_id": 70_000}}}, "pixit.clients.reader: user_id"),
        ({"clients": {"reader": {"user_id": 1, "sap": 3}}}, "pixit.clients.reader: unknown key sap"),
    ],
)
def test_wrong_clients_are_named(pixit: dict[str, object], wrong: str) -> None:
    with pytest.raises(ClientsError, match=wrong):
        clients_of(device(**pixit))


def test_wrong_rights_and_names_are_named() -> None:
    with pytest.raises(ClientsError, match="access_table 1: unknown key objects"):
        rights_of(device(access_table=[{"roles": ["reader"], "objects": ["1"]}]))
    with pytest.raises(ClientsError, match="unknown entry 'baud'"):
        table_names({"baud": 9600})
    with pytest.raises(ClientsError, match="no place"):
        table_names({"registers": {"energy_import": "table 23"}})
    with pytest.raises(ClientsError, match="no procedure"):
        table_names({"connect": "close it"})
