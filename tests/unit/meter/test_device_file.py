"""The device file of the reference meter says what the meter does, so that neither can change alone."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path
from typing import Any

import pytest

from fixtures.meter.model.events import event_table
from fixtures.meter.model.settings import MeterSettings
from fixtures.meter.model.unit import Unit
from fixtures.meter.objects.rights import Role, rights_matrix
from fixtures.meter.objects.table import SINGLE_PHASE
from fixtures.meter.profile_reference import DlmsSettings, reference_profile

LAB = Path(__file__).parents[3] / "lab_configs"
LOGS = {"standard": 0, "fraud": 1, "switch": 2, "communication": 4}


@pytest.fixture(scope="module")
def pixit() -> dict[str, Any]:
    table: dict[str, Any] = _device()["pixit"]
    return table


def _device() -> dict[str, Any]:
    return tomllib.loads((LAB / "devices/reference-meter.toml").read_text())


def test_declared_numbers_are_the_meter_s(pixit: dict[str, Any]) -> None:
    settings, dlms = MeterSettings(), DlmsSettings()
    same = (
        "nominal_voltage_v", "accuracy_class", "starting_current_a", "control_mode", "boot_s", "minimum_dwell_s",
        "customer_voltage_limit_v", "order_validity_s", "capture_period_s", "profile_capacity", "clock_reserve_s",
        "clock_step_limit_s",
    )  # fmt: skip
    assert {name: pixit[name] for name in same if name in pixit} == {
        name: getattr(settings, name) for name in same if name in pixit
    }
    assert pixit["switch_travel_s"] >= max(settings.open_travel_s, settings.close_travel_s)
    assert pixit["inactivity_timeout_s"] >= dlms.idle_s
    lockout = pixit["lockout"]
    assert (lockout["tries"], lockout["seconds"]) == (dlms.guess_limit, dlms.lock_s)


def test_declared_events_are_those_that_the_meter_logs(pixit: dict[str, Any]) -> None:
    declared = {(entry["code"], entry["meaning"], LOGS.get(entry["log"], -1)) for entry in pixit["event_table"]}
    logged = set()
    for entry in event_table():
        log = str(entry["log"])
        logged.add((entry["code"], entry["name"], int(log.split(".")[4]) if "." in log else -1))
    assert declared == logged


def test_declared_clients_are_the_meter_s(pixit: dict[str, Any]) -> None:
    clients = reference_profile(DlmsSettings()).clients
    assert {role: table["sap"] for role, table in pixit["clients"].items()} == {
        role.name.lower(): int(role) for role in Role
    }
    for table in pixit["clients"].values():
        client = clients[table["sap"]]
        assert table.get("pre_established", False) is client.pre_established
        assert set(table.get("ports", ())) <= set(client.ports or table.get("ports", ()))


@pytest.mark.parametrize("kind", ["read", "write", "invoke"])
def test_declared_rights_are_the_meter_s(pixit: dict[str, Any], kind: str) -> None:
    saps = {role: table["sap"] for role, table in pixit["clients"].items()}
    declared = {
        (name, saps[role], number)
        for grant in pixit["access_table"]
        for name in grant["objects"]
        for role in grant["roles"]
        for number in grant.get(kind, ())
    }
    there = {".".join(map(str, name)) for name in SINGLE_PHASE}
    granted = {
        (str(row["object"]), row["client_sap"], number)
        for row in rights_matrix()
        if row["object"] in there or str(row["object"]).startswith(("0.0.40.", "0.0.41.", "0.0.43."))
        for number in row[kind]  # type: ignore[attr-defined]
    }
    assert declared == granted


def test_the_name_plate_is_that_of_the_station_s_first_meter() -> None:
    station = tomllib.loads((LAB / "emulated.toml").read_text())
    identity = _device()["identity"]
    unit = Unit.make(MeterSettings(), random.Random(f"{station['station']['seed']}/meter1"))
    assert identity["serial"] == unit.serial
    assert identity["logical_device_name"] == unit.logical_device_name.decode()
    assert bytes.fromhex(identity["system_title"]) == unit.system_title
