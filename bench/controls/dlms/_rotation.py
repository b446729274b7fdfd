"""Credentials of a client that can be changed in the field: its symmetric keys, its password."""

from __future__ import annotations

import secrets
import string
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.controls.attempts import Attempt, attempt
from drivers.dlms.apdu import (
    ActionRequestNormal,
    Attribute,
    Method,
    SetRequestNormal,
    encode_apdu,
    invoke_byte,
)
from drivers.dlms.data import OctetString
from drivers.dlms.enums import KeyId
from drivers.dlms.obis import Obis
from drivers.dlms.security import encode_key_transfer
from drivers.dlms.security_setup import with_keys

C = TypeVar("C")

_SECURITY_SETUP, _KEY_TRANSFER = 64, 2
_ASSOCIATION, _SECRET = 15, 7
_INVOKE = invoke_byte(5)


class Rotation(ABC, Generic[C]):
    """How the credential of the client of ``role`` is changed. ``title`` is what a report calls it.

    ``sender`` is the role that sends the change.
    """

    title: str
    sender: str

    def __init__(self, access: DlmsAccess, role: str) -> None:
        self.access = access
        self.role = role
        self.ledger = access.station.ledger(access.seat)

    @abstractmethod
    def current(self) -> C:
        """The credential in force, as far as ledger and device file know."""

    @abstractmethod
    def fresh(self) -> C:
        """A new one."""

    @abstractmethod
    def request(self, new: C) -> bytes:
        """The message that puts ``new`` in force; a plain APDU."""

    @abstractmethod
    def identity(self, credential: C) -> dict[str, Any]:
        """The fields of the client's identity that have ``credential`` in them."""

    @abstractmethod
    def parts(self, credential: C) -> Mapping[str, bytes]:
        """The secrets in ``credential`` by their names in the device file."""

    # -- the ledger ------------------------------------------------------------------------------------------------

    def begin(self, new: C) -> None:
        """Write ``new`` down before the meter is told."""
        self.ledger.begin_rotations(self.parts(new))

    def finish(self, new: C) -> None:
        """The meter has taken it."""
        self.ledger.finish_rotation(*self.parts(new))

    def abandon(self, new: C) -> None:
        """The meter has certainly kept the old one."""
        self.ledger.abandon_rotation(*self.parts(new))

    # -- trying ----------------------------------------------------------------------------------------------------

    async def log_on(self, credential: C, port: str) -> Attempt:
        """Log on with ``credential`` and off again; whether that was possible.

        Counters of the meter are not looked at (that is C-H2's): it is the credential that counts here.
        """
        client = self.access.new_client(self.role, port=port, check_counters=False, **self.identity(credential))
        try:
            return await attempt(client.associate())
        finally:
            await client.close()


class KeyRotation(Rotation[Mapping[KeyId, bytes]]):
    """Unicast and authentication key in one key transfer (class 64, method 2), wrapped with the master key."""

    def __init__(self, access: DlmsAccess, role: str, setup: Obis) -> None:
        super().__init__(access, role)
        self.title = f"keys of client {role}"
        self.sender = role
        self._setup = setup
        table = access.client(role)
        self._names = {KeyId.GLOBAL_UNICAST: table.unicast_key, KeyId.AUTHENTICATION: table.authentication_key}

    def current(self) -> Mapping[KeyId, bytes]:
        return {key_id: self.access.reveal(name) for key_id, name in self._names.items()}

    def fresh(self) -> Mapping[KeyId, bytes]:
        return {key_id: secrets.token_bytes(len(key)) for key_id, key in self.current().items()}

    def request(self, new: Mapping[KeyId, bytes]) -> bytes:
        master_key = self.access.reveal(self.access.client(self.role).master_key)
        method = Method(_SECURITY_SETUP, self._setup, _KEY_TRANSFER)
        return encode_apdu(ActionRequestNormal(_INVOKE, method, encode_key_transfer(master_key, new)))

    def identity(self, credential: Mapping[KeyId, bytes]) -> dict[str, Any]:
        material = self.access.identity(self.role).security
        assert material is not None
        return {"security": with_keys(material, credential)}

    def parts(self, credential: Mapping[KeyId, bytes]) -> Mapping[str, bytes]:
        return {self._names[key_id]: key for key_id, key in credential.items()}


class PasswordRotation(Rotation[bytes]):
    """The password of an LLS client: attribute 7 of its association, written by the management client."""

    def __init__(self, access: DlmsAccess, role: str, association: Obis) -> None:
        super().__init__(access, role)
        self.title = f"password of client {role}"
        self.sender = MANAGEMENT
        self._association = association
        self._name = access.client(role).secret

    def current(self) -> bytes:
        return self.access.reveal(self._name)

    def fresh(self) -> bytes:
        return "".join(secrets.choice(string.digits) for _ in self.current()).encode()

    def request(self, new: bytes) -> bytes:
        attribute = Attribute(_ASSOCIATION, self._association, _SECRET)
        return encode_apdu(SetRequestNormal(_INVOKE, attribute, None, OctetString(new)))

    def identity(self, credential: bytes) -> dict[str, Any]:
        return {"secret": credential}

    def parts(self, credential: bytes) -> Mapping[str, bytes]:
        return {self._name: credential}
