"""The secrets that an office system might give away, in all the forms in which they could turn up."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench.access.dlms import DlmsAccess
from bench.access.dlms_secrets import known_secrets
from bench.access.office import OfficeAccess
from bench.controls.traces import forms_of, found_in
from bench.exchanges.meters import meter_seat
from drivers.cim.credentials import Credential

_KEY_OF_ANYBODY = "a private key"
_READS_METERS = "AMI Headend"
_SHORTEST_LINE = 32


def secret_forms(access: OfficeAccess) -> Mapping[str, Mapping[str, bytes]]:
    """By name: the secrets of the device file (keys and passwords, no certificates), and what any private key shows.

    Of a system that reads meters also the keys of the meter under test.
    """
    device = access.station.lab.seat(access.seat).device
    found: dict[str, Mapping[str, bytes]] = {_KEY_OF_ANYBODY: {"PEM": b"PRIVATE KEY-----"}}
    for name in device.secrets if device is not None else ():
        value = access.station.secret(access.seat, name)
        forms = _forms_of_pem(value.decode("ascii")) if b"-----BEGIN" in value else forms_of(value)
        if forms:
            found[name] = forms
    if access.station.lab.seat(access.seat).table.actor == _READS_METERS:
        meter = DlmsAccess(access.station, meter_seat(access.station))
        found.update({f"{meter.seat} {name}": forms_of(value) for name, value in known_secrets(meter).items()})
    return found


def _forms_of_pem(text: str) -> Mapping[str, bytes]:
    """Lines of the key's PEM, its DER and its number; nothing for trust anchors alone."""
    credential = Credential.from_pem(text)
    if not credential.key_pem:
        return {}
    lines = [line for line in credential.key_pem.splitlines() if len(line) >= _SHORTEST_LINE and "-" not in line]
    der = credential.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    number = credential.key.private_numbers().private_value.to_bytes(32, "big")
    return {
        **{f"PEM line {index}": line.encode("ascii") for index, line in enumerate(lines, 1)},
        **{f"DER, {form}": value for form, value in forms_of(der).items()},
        **{f"number, {form}": value for form, value in forms_of(number).items()},
    }


def leaked(data: bytes, secrets: Mapping[str, Mapping[str, bytes]]) -> list[str]:
    """The names of the secrets of which a form is in ``data``."""
    return [name for name, forms in secrets.items() if found_in(data, forms)]
