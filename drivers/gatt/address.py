"""Where a Bluetooth device is reached: ``ble:<adapter>/<device>`` or ``ble+hci:<HCI transport>/<device>``.

``ble:hci0/C0:11:22:33:44:55``
    by adapter hci0 of this machine, through its operating system's Bluetooth stack;
``ble+hci:usb:0/name=AMB-T1``
    by a controller that this process drives itself; the transport is written as Bumble does (``usb:0``,
    ``serial:/dev/ttyACM0,1000000``, ``tcp-client:127.0.0.1:9001``). Emulated devices are reached in this way.

The device is its address (``/P`` behind a public one), or ``name=`` and the local name that it advertises, for those
that change their address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HOST, HCI = "ble", "ble+hci"
_ADDRESS = re.compile(r"[0-9A-F]{2}(:[0-9A-F]{2}){5}(/P)?", re.IGNORECASE)
_NAME = "name="


class BleUrlError(ValueError):
    """A URL that names no Bluetooth device."""


@dataclass(frozen=True)
class BleUrl:
    """``scheme`` is `HOST` or `HCI`; one of ``address`` and ``name`` is given."""

    scheme: str
    adapter: str
    address: str = ""
    name: str = ""

    @property
    def device(self) -> str:
        """The device, as it stands in the URL."""
        return self.address or f"{_NAME}{self.name}"


def parse_ble_url(url: str) -> BleUrl:
    """Raises BleUrlError."""
    scheme, colon, rest = url.partition(":")
    if scheme not in (HOST, HCI) or not colon:
        raise BleUrlError(f"{url!r}: a Bluetooth device is ble:<adapter>/<device> or ble+hci:<HCI transport>/<device>")
    public = rest.upper().endswith("/P")
    adapter, slash, device = (rest[:-2] if public else rest).rpartition("/")
    if not slash or not adapter:
        raise BleUrlError(f"{url!r}: names an adapter and no device; write ble:hci0/C0:11:22:33:44:55")
    if device.startswith(_NAME) and not public and device != _NAME:
        return BleUrl(scheme, adapter, name=device.removeprefix(_NAME))
    address = f"{device}/P" if public else device
    if not _ADDRESS.fullmatch(address):
        raise BleUrlError(f"{url!r}: {device!r} is neither an address as C0:11:22:33:44:55 nor name=...")
    return BleUrl(scheme, adapter, address.upper())
