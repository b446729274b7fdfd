"""Reading what a meter pushed: whose it is, how it was protected, and the event that it tells of.

What a notification carries is companion-specific. The device file says which of the pushed objects is an event record,
and what its parts are:

    [pixit.push]
    event_object = "0.0.128.0.0.255"
    event_parts = ["time", "code", "originator", "outcome", "log", "number"]

Known parts are ``time``, ``code`` and ``number``; others are skipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.access.dlms_clients import ClientsError
from drivers.dlms.apdu import Attribute, DataNotification, decode_apdu
from drivers.dlms.data import Array, Data, Integer, Structure
from drivers.dlms.errors import DecodeError, SecurityError
from drivers.dlms.obis import Obis
from drivers.dlms.profile import moment_of
from drivers.dlms.security import Opened, SecurityMaterial, unprotect
from drivers.dlms.selection import CaptureObject

if TYPE_CHECKING:
    from bench.access.push import Pushed
    from drivers.dlms.client import DlmsClient

PUSH = "push"
_PUSH_SETUP, _OBJECTS = 40, 2


@dataclass(frozen=True)
class NotifiedEvent:
    """An event as a notification tells of it; None where it does not say. ``at`` in s since the epoch."""

    code: int | None
    at: float | None
    number: int | None


@dataclass(frozen=True)
class Notified:
    """A message that came unasked, in the ``spread_s`` seconds before ``at`` (station time).

    ``valid``: it is a data-notification, it is from this meter, and its tag verifies under the key of the client that
    it is for; ``why`` says what is wrong otherwise. ``values`` are the pushed objects' values by logical name.
    """

    apdu: bytes
    at: float
    spread_s: float
    valid: bool
    why: str
    opened: Opened | None
    message: DataNotification | None
    values: Mapping[CaptureObject, Data]
    event: NotifiedEvent | None

    @property
    def words(self) -> str:
        """The message for the record."""
        return f"event {self.event.code}" if self.event is not None else f"{len(self.apdu)} bytes"

    def value(self, instance: Obis, attribute: int = 2) -> Data | None:
        """What was pushed of an attribute; None where it was not."""
        return next(
            (value for item, value in self.values.items() if (item.instance, item.attribute) == (instance, attribute)),
            None,
        )


@dataclass(frozen=True)
class NoticeReader:
    """Reads messages of one meter. ``material`` None: the client that they are for has no keys, they come in plain."""

    objects: tuple[CaptureObject, ...]
    material: SecurityMaterial | None
    event_object: Obis | None
    event_parts: tuple[str, ...]

    @classmethod
    async def of(cls, access: DlmsAccess, client: DlmsClient) -> Self:
        """As the meter's push setup is now, read over ``client``. Raises the meter's refusals, DecodeError."""
        listed = await client.get(Attribute(_PUSH_SETUP, access.names.push_setup, _OBJECTS))
        if not isinstance(listed, Array):
            raise DecodeError("the push setup has another shape")
        identity = access.identity(PUSH if PUSH in access.clients else MANAGEMENT)
        material = identity.security if identity.ciphered else None
        if material is not None and client.material is not None:
            material = replace(material, peer_title=client.material.peer_title)
        declared: Mapping[str, Any] = access.pixit("push", {})
        try:
            holder = Obis(str(declared["event_object"])) if "event_object" in declared else None
        except ValueError as error:
            raise ClientsError(f"pixit.push.event_object of the device in seat {access.seat}: {error}") from None
        parts = tuple(map(str, declared.get("event_parts", ())))
        return cls(tuple(map(CaptureObject.from_data, listed)), material, holder, parts)

    def read(self, pushed: Pushed) -> Notified:
        """What ``pushed`` is and says; never raises for what a meter may send."""
        opened, plain, why = self._open(pushed.apdu)
        message, trouble = _decoded(plain)
        values = self._values(message)
        why = why or trouble
        return Notified(
            pushed.apdu, pushed.at, pushed.spread_s, not why, why, opened, message, values, self._event(values)
        )

    def _open(self, apdu: bytes) -> tuple[Opened | None, bytes, str]:
        if self.material is None:
            return None, apdu, ""
        try:
            opened = unprotect(self.material, apdu)
        except (SecurityError, DecodeError) as error:
            return None, apdu, f"its protection does not verify: {error}"
        return opened, opened.apdu, "" if opened.authenticated else "it is not authenticated"

    def _values(self, message: DataNotification | None) -> Mapping[CaptureObject, Data]:
        body = message.body if message is not None else None
        if not isinstance(body, Structure) or len(body) != len(self.objects):
            return {}
        return dict(zip(self.objects, body, strict=True))

    def _event(self, values: Mapping[CaptureObject, Data]) -> NotifiedEvent | None:
        record = next((value for item, value in values.items() if item.instance == self.event_object), None)
        if not isinstance(record, Structure) or len(record) != len(self.event_parts):
            return None
        parts = dict(zip(self.event_parts, record, strict=True))
        return NotifiedEvent(_number(parts.get("code")), _moment(parts.get("time")), _number(parts.get("number")))


def _decoded(plain: bytes) -> tuple[DataNotification | None, str]:
    try:
        message = decode_apdu(plain)
    except DecodeError as error:
        return None, f"it cannot be read: {error}"
    if not isinstance(message, DataNotification):
        return None, f"it is no data-notification but {type(message).__name__}"
    return message, ""


def _number(value: Data | None) -> int | None:
    return int(value) if isinstance(value, Integer) else None


def _moment(value: Data | None) -> float | None:
    try:
        time = moment_of(value) if value is not None else None
        return time.timestamp() if time is not None else None
    except (DecodeError, ValueError):
        return None
