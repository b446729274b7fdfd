"""The reference meter's device file declares what the emulated meter does."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.access.dlms_events import declared_events
from bench.access.dlms_rights import declared_rights
from bench.lab.config import load_device
from bench.lab.device import Device
from drivers.dlms.obis import Obis
from drivers.dlms.object_names import ObjectNames
from fixtures.meter.model.events import KINDS, EventCode
from fixtures.meter.objects import names
from fixtures.meter.objects.registers import OTHER_PHASES
from fixtures.meter.objects.rights import Role, rights_of

DEVICE_FILE = Path(__file__).parents[3] / "lab_configs" / "devices" / "reference-meter.toml"
NUMBERS = range(1, 17)
READ, WRITE = 1, 2


@pytest.fixture(scope="module")
def device() -> Device:
    return load_device(DEVICE_FILE)


@pytest.mark.parametrize("role", list(Role))
def test_the_declared_rights_are_those_that_the_meter_grants(device: Device, role: Role) -> None:
    declared, granted, name = declared_rights(device), rights_of(role), role.name.lower()
    objects = [Obis(one) for one in granted if one not in OTHER_PHASES]
    for kind, bit in (("read", READ), ("write", WRITE)):
        expected = {(name, one, n) for one in objects for n in NUMBERS if granted.attribute(one, n) & bit}
        assert {entry for entry in getattr(declared, kind) if entry[0] == name} == expected
    methods = {(name, one, n) for one in objects for n in NUMBERS if granted.method(one, n) & READ}
    assert {entry for entry in declared.invoke if entry[0] == name} == methods


def test_every_event_is_declared_with_its_code_and_log(device: Device) -> None:
    logs = ObjectNames().logs
    declared = {event.meaning: (event.code, event.log) for event in declared_events(device).events}
    assert declared.keys() == {code.name.lower() for code in KINDS}
    for code, kind in KINDS.items():
        number, log = declared[code.name.lower()]
        assert number == code
        assert (log == "") if code is EventCode.LOG_CLEARED else logs[log] == names.log_name(kind.log)


def test_the_logs_columns_of_originator_and_outcome_are_declared(device: Device) -> None:
    tables = declared_events(device).logs
    for log, name in ObjectNames().logs.items():
        number = name[4]
        assert Obis(tables[log].originator) == Obis(bytes((0, 0, 128, 10, number, 255)))
        assert Obis(tables[log].outcome) == Obis(bytes((0, 0, 128, 11, number, 255)))
