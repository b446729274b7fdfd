"""The access table of a device file."""

from __future__ import annotations

from typing import Any

import pytest

from bench.access.dlms_clients import ClientsError
from bench.access.dlms_rights import declared_rights
from bench.lab.device import Device
from drivers.dlms.apdu import Attribute, Method
from drivers.dlms.obis import Obis

REGISTER = Attribute(3, Obis("1.0.1.8.0.255"), 2)
OPEN = Method(70, Obis("0.0.96.3.10.255"), 1)


def device(*entries: dict[str, Any]) -> Device:
    return Device.model_validate(
        {
            "kind": "meter",
            "identity": {"manufacturer": "ACME", "model": "M-1"},
            "pixit": {"access_table": list(entries)},
        }
    )


def test_what_an_entry_grants_is_granted_to_its_roles_only() -> None:
    rights = declared_rights(device({"objects": ["1.0.1.8.0.255"], "roles": ["reader"], "read": [2]}))
    assert rights.may_read("reader", REGISTER)
    assert not rights.may_read("public", REGISTER)
    assert not rights.may_write("reader", REGISTER)


def test_methods_are_granted_apart() -> None:
    rights = declared_rights(device({"objects": ["0.0.96.3.10.255"], "roles": ["management"], "invoke": [1]}))
    assert rights.may_invoke("management", OPEN)
    assert not rights.may_invoke("management", Method(OPEN.class_id, OPEN.instance, 2))


def test_a_device_without_an_access_table_states_no_rights() -> None:
    assert not declared_rights(device()).stated
    assert not declared_rights(None).stated


@pytest.mark.parametrize(
    "wrong",
    [
        {"objects": ["1.0.1.8.0.255"], "roles": ["reader"], "reads": [2]},
        {"objects": ["no name"], "roles": ["reader"], "read": [2]},
        {"objects": ["1.0.1.8.0.255"], "read": [2]},
    ],
)
def test_an_entry_that_is_none_is_refused_with_its_place(wrong: dict[str, Any]) -> None:
    with pytest.raises(ClientsError, match=r"pixit\.access_table"):
        declared_rights(device(wrong))
