"""The clients of a DLMS meter, as its device file declares them (PIXIT item ``clients``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from pydantic import Field, ValidationError, field_validator

from bench.lab.device import Device
from bench.lab.errors import LabError
from bench.lab.strict import Strict, mistakes_in
from drivers.dlms.client import ClientIdentity
from drivers.dlms.enums import ApplicationContext, Mechanism, Suite
from drivers.dlms.obis import Obis
from drivers.dlms.security import SecurityMaterial, ecdsa

RevealSecret = Callable[[str], bytes]

_MECHANISMS: Mapping[str, Mechanism] = {
    "lowest": Mechanism.LOWEST,
    "lls": Mechanism.LLS,
    "hls_gmac": Mechanism.HLS_GMAC,
    "hls_sha256": Mechanism.HLS_SHA256,
    "hls_ecdsa": Mechanism.HLS_ECDSA,
}


class ClientsError(LabError):
    """The device file's ``clients`` are not usable; the message names client and key, never a value."""


class DlmsClientTable(Strict):
    """``[pixit.clients.ROLE]``. Keys and secrets are names in the device file's ``[secrets]``.

    ``sap`` 1 to 127. A client with ``unicast_key`` has a ciphered application context. ``counter`` is the logical
    name of its invocation counter object, readable by the public client. ``pre_established``: there is an association
    without AARQ. ``ports`` are the seat's ports on which the client is served; empty: all.
    """

    sap: int = Field(ge=1, le=127)
    mechanism: Literal["lowest", "lls", "hls_gmac", "hls_sha256", "hls_ecdsa"] = "lowest"
    suite: int = Field(default=0, ge=0, le=2)
    system_title: str = ""
    secret: str = ""
    unicast_key: str = ""
    broadcast_key: str = ""
    authentication_key: str = ""
    master_key: str = ""
    signing_key: str = ""
    agreement_key: str = ""
    peer_signing_key: str = ""
    peer_agreement_key: str = ""
    counter: str = ""
    pre_established: bool = False
    ports: tuple[str, ...] = ()

    @field_validator("system_title")
    @classmethod
    def _eight_bytes(cls, title: str) -> str:
        if title and not re.fullmatch("[0-9A-Fa-f]{16}", title):
            raise ValueError("a system title is 8 bytes, written as 16 hexadecimal digits")
        return title

    @property
    def ciphered(self) -> bool:
        """Whether its messages are ciphered."""
        return bool(self.unicast_key)

    @property
    def guessable(self) -> bool:
        """Whether its credential is a password that can be guessed."""
        return self.mechanism == "lls"

    @property
    def counter_object(self) -> Obis | None:
        """The logical name of its invocation counter object."""
        return Obis(self.counter) if self.counter else None


def clients_of(device: Device) -> Mapping[str, DlmsClientTable]:
    """The declared clients by role. Raises ClientsError."""
    clients: dict[str, DlmsClientTable] = {}
    for role, table in device.pixit.get("clients", {}).items():
        try:
            clients[role] = DlmsClientTable.model_validate(table)
        except ValidationError as error:
            wrong = "; ".join(mistakes_in(DlmsClientTable, error))
            raise ClientsError(f"pixit.clients.{role}: {wrong}") from None
    return clients


def identity_of(table: DlmsClientTable, reveal: RevealSecret) -> ClientIdentity:
    """The identity of a declared client. ``reveal`` gives the bytes of a secret by its name in the device file."""
    return ClientIdentity(
        mechanism=_MECHANISMS[table.mechanism],
        secret=reveal(table.secret) if table.secret else b"",
        security=material_of(table, reveal) if table.ciphered or table.mechanism.startswith("hls") else None,
        context=ApplicationContext.LOGICAL_NAME_CIPHERED if table.ciphered else ApplicationContext.LOGICAL_NAME,
        pre_established=table.pre_established,
    )


def material_of(table: DlmsClientTable, reveal: RevealSecret) -> SecurityMaterial:
    """The keys of a declared client."""

    def bytes_of(name: str) -> bytes | None:
        return reveal(name) if name else None

    return SecurityMaterial(
        suite=Suite(table.suite),
        own_title=bytes.fromhex(table.system_title),
        global_unicast_key=bytes_of(table.unicast_key),
        global_broadcast_key=bytes_of(table.broadcast_key),
        authentication_key=bytes_of(table.authentication_key),
        master_key=bytes_of(table.master_key),
        own_signing_key=_private(bytes_of(table.signing_key)),
        own_agreement_key=_private(bytes_of(table.agreement_key)),
        peer_signing_key=_public(bytes_of(table.peer_signing_key)),
        peer_agreement_key=_public(bytes_of(table.peer_agreement_key)),
    )


def _private(raw: bytes | None) -> EllipticCurvePrivateKey | None:
    return ecdsa.private_key(raw) if raw else None


def _public(raw: bytes | None) -> EllipticCurvePublicKey | None:
    return ecdsa.public_key(raw) if raw else None
