"""Notifications that arrive where no client asked: on a listening port, or from a data concentrator's log."""

from __future__ import annotations

from drivers.dlms.apdu import decode_apdu
from drivers.dlms.apdu.protection import CipheredApdu, GeneralSigning
from drivers.dlms.client.channel import Received, counter_key
from drivers.dlms.client.exchange import Notification, to_notification
from drivers.dlms.errors import MissingKeyError
from drivers.dlms.security import InvocationCounters, SecurityMaterial, unprotect, verify_general


def open_notification(
    message: bytes,
    at: float,
    material: SecurityMaterial | None = None,
    counters: InvocationCounters | None = None,
) -> Notification:
    """The notification in ``message``, deciphered and its signature verified where it has them.

    How well it is protected is in the answer, for the caller to judge. With ``counters`` a counter that was used before
    raises CounterError. Raises DecodeError, TagError, ProtectionError, MissingKeyError, UnexpectedApduError.
    """
    carrier = decode_apdu(message)
    plain, opened, signed = message, None, False
    if isinstance(carrier, GeneralSigning):
        plain, signed = verify_general(_given(material), carrier), True
        carrier = decode_apdu(plain)
    if isinstance(carrier, CipheredApdu):
        key = counter_key(carrier) if counters is not None else None
        if counters is not None and key is not None:
            counters.check(carrier.text.counter, key)
        opened = unprotect(_given(material), carrier)
        if counters is not None and key is not None:
            counters.accept(opened.counter, key)
        plain = opened.apdu
    return to_notification(Received(plain, opened, signed), at)


def _given(material: SecurityMaterial | None) -> SecurityMaterial:
    if material is None:
        raise MissingKeyError("security material")
    return material
