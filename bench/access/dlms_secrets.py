"""The secrets of a DLMS meter that the bench knows."""

from __future__ import annotations

from collections.abc import Mapping

from bench.access.dlms import DlmsAccess

_SECRET_FIELDS = (
    "secret",
    "unicast_key",
    "broadcast_key",
    "authentication_key",
    "master_key",
    "signing_key",
    "agreement_key",
)


def known_secrets(access: DlmsAccess) -> Mapping[str, bytes]:
    """The secrets of the device's declared clients, by their names in the device file. Public keys are none."""
    names = {
        str(getattr(table, field))
        for table in access.clients.values()
        for field in _SECRET_FIELDS
        if getattr(table, field)
    }
    return {name: access.reveal(name) for name in sorted(names)}
