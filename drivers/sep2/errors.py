"""What can go wrong with a 2030.5 message. What can go wrong on the way is `drivers.cim.errors`: the same HTTPS."""

from __future__ import annotations


class Sep2Error(Exception):
    """Base of the errors of this package."""


class Sep2DecodeError(Sep2Error):
    """Bytes that are not the XML of a resource of the schema. ``path`` names the element that is wrong."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path


class WrongServerError(Sep2Error):
    """The server's certificate is valid, and not that of the server which was registered (LFDI)."""


class NotRegisteredError(Sep2Error):
    """The server does not know this device, or knows it by another PIN."""
