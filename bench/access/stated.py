"""What device files state for the links of a station, read before a run: `every_problem`.

A run would meet the same mistakes, each in the middle of its first test on that link.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from bench.access import c1218_clients, dlms_clients, modbus_declared
from bench.access.ble import BleTable
from bench.access.cta2045 import Cta2045Table
from bench.access.dlms_events import declared_events
from bench.access.dlms_rights import declared_rights
from bench.access.ocpp import OcppTable
from bench.access.office_rights import office_rights
from bench.access.sunspec import sunspec_of
from bench.lab.checks import Problem, Severity, by_severity, check_lab
from bench.lab.config import Lab, LabSeat
from bench.lab.device import Device
from bench.lab.errors import LabError
from bench.lab.secrets import SecretError, SecretStore
from bench.lab.strict import Strict, mistakes_in
from drivers.cim.credentials import Credential, CredentialError

if TYPE_CHECKING:
    from bench.catalogue.catalogue import Catalogue

Reader = Callable[[Device], object]

_SECRETS_OF: Mapping[type, tuple[str, ...]] = {
    dlms_clients.DlmsClientTable: (
        *("secret", "unicast_key", "broadcast_key", "authentication_key", "master_key"),
        *("signing_key", "agreement_key", "peer_signing_key", "peer_agreement_key"),
    ),
    c1218_clients.C1218ClientTable: ("password",),
    modbus_declared.ModbusClientTable: ("credential",),
}
"""Which keys of a client's table are names in ``[secrets]``."""


def every_problem(lab: Lab, *, catalogue: Catalogue | None = None) -> list[Problem]:
    """As `check_lab`, and what is wrong in the device files for the links of their seats. Errors first."""
    stated = [Problem(Severity.ERROR, where, text) for where, text in device_problems(lab)]
    return by_severity([*check_lab(lab, catalogue=catalogue), *stated])


def device_problems(lab: Lab) -> Iterator[tuple[str, str]]:
    """Key and text of each mistake in what the device files state for the links of their seats."""
    for name, seat in lab.seats.items():
        for text in dict.fromkeys(_problems(seat)):
            yield f"seats.{name}.device", text


def _problems(seat: LabSeat) -> Iterator[str]:
    if seat.device is None:
        return
    if not seat.emulated:
        yield from _no_address(seat, seat.device)
        yield from _bad_credentials(seat, seat.device)
    for link in sorted({port.carries for port in seat.links.values()}):
        for reader in _READERS.get(link, ()):
            try:
                stated = reader(seat.device)
            except LabError as error:
                yield str(error)
            else:
                yield from _unnamed_secrets(seat.device, stated)


def _no_address(seat: LabSeat, device: Device) -> Iterator[str]:
    """A device that calls the bench needs an address of the bench."""
    for link in sorted({port.carries for port in seat.links.values() if port.calls}):
        stated = str(device.pixit.get(link, {}).get("listen", ""))
        if not re.fullmatch(r".+:\d{1,5}", stated):
            yield f"pixit.{link}.listen: must say where the device reaches the bench, as in 192.0.2.10:8443"


def _bad_credentials(seat: LabSeat, device: Device) -> Iterator[str]:
    """What is written as PEM must be a credential; a secret that cannot be resolved is another problem."""
    store = SecretStore()
    for name, reference in device.secrets.items():
        with suppress(SecretError, UnicodeDecodeError):
            text = store.resolve(reference.for_seat(seat.name)).reveal().decode("ascii")
            if "-----BEGIN CERTIFICATE" in text:
                try:
                    Credential.from_pem(text)
                except CredentialError as error:
                    yield f"secret {name}: {error}"


def _unnamed_secrets(device: Device, stated: object) -> Iterator[str]:
    """Names of clients' secrets that ``[secrets]`` does not have. The name is not told: it may be the secret itself."""
    for role, client in stated.items() if isinstance(stated, Mapping) else ():
        for key in _SECRETS_OF.get(type(client), ()):
            if (named := getattr(client, key)) and named not in device.secrets:
                there = ", ".join(sorted(device.secrets)) or "nothing"
                yield f"pixit.clients.{role}.{key}: must be a name in [secrets], which has {there}"


def _table(item: str, model: type[Strict]) -> Reader:
    """Reads one PIXIT table. Raises LabError."""

    def read(device: Device) -> Any:
        try:
            return model.model_validate(device.pixit.get(item, {}))
        except ValidationError as error:
            raise LabError(f"pixit.{item}: {'; '.join(mistakes_in(model, error))}") from None

    return read


def _table_names(device: Device) -> object:
    return c1218_clients.table_names(device.pixit.get("c1218", {}))


def _sunspec(device: Device) -> object:
    return sunspec_of(device) if "sunspec" in device.pixit else None


_READERS: Mapping[str, Sequence[Reader]] = {
    "dlms": (dlms_clients.clients_of, declared_rights, declared_events),
    "c1218": (c1218_clients.clients_of, c1218_clients.rights_of, _table_names),
    "modbus": (modbus_declared.modbus_of, _sunspec),
    "modbus_tls": (modbus_declared.modbus_of, modbus_declared.clients_of, modbus_declared.rights_of, _sunspec),
    "office_https": (office_rights,),
    "ble": (_table("ble", BleTable),),
    "cta2045": (_table("cta2045", Cta2045Table),),
    "ocpp": (_table("ocpp", OcppTable),),
}
