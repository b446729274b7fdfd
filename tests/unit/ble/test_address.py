"""URLs of Bluetooth devices."""

from __future__ import annotations

import pytest

from drivers.gatt.address import HCI, HOST, BleUrlError, parse_ble_url


def test_a_device_at_an_adapter_of_the_host() -> None:
    url = parse_ble_url("ble:hci0/c0:11:22:33:44:55")
    assert (url.scheme, url.adapter, url.address, url.name) == (HOST, "hci0", "C0:11:22:33:44:55", "")


def test_a_device_by_name_behind_a_serial_controller() -> None:
    url = parse_ble_url("ble+hci:serial:/dev/ttyACM0,1000000/name=AMB-T1")
    assert (url.scheme, url.adapter, url.device) == (HCI, "serial:/dev/ttyACM0,1000000", "name=AMB-T1")


def test_a_public_address() -> None:
    assert parse_ble_url("ble+hci:usb:0/00:11:22:33:44:55/P").address == "00:11:22:33:44:55/P"


@pytest.mark.parametrize(
    "url", ["tcp:host:1", "ble:hci0", "ble:/C0:11:22:33:44:55", "ble:hci0/C0:11:22", "ble:hci0/name=", "ble:hci0/x/P"]
)
def test_what_names_no_device_is_refused(url: str) -> None:
    with pytest.raises(BleUrlError):
        parse_ble_url(url)
