"""The secrets of the device file as they may turn up in what a device sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bench.controls.traces import SHORTEST, forms_of
from drivers.cim.credentials import Credential, CredentialError

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess

_PEM = b"-----BEGIN"


def secret_forms(access: ModbusAccess) -> Mapping[str, Mapping[str, bytes]]:
    """The forms in which each secret is looked for, by its name; of a credential its private key."""
    device = access.station.lab.seat(access.seat).device
    found: dict[str, bytes] = {}
    for name in device.secrets if device is not None else ():
        value = access.reveal(name)
        if _PEM in value:
            value = _private(value)
        if len(value) >= SHORTEST:
            found[name] = value
    return {name: forms_of(value) for name, value in found.items()}


def _private(pem: bytes) -> bytes:
    try:
        key = Credential.from_pem(pem.decode("ascii")).key
    except CredentialError:
        return b""  # anchors only
    return key.private_numbers().private_value.to_bytes(32, "big")
