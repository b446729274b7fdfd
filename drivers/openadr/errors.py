"""What can go wrong with an OpenADR message. What can go wrong on the way is `drivers.cim.errors`: the same HTTPS."""

from __future__ import annotations


class OadrError(Exception):
    """Base of the errors of this package."""


class OadrDecodeError(OadrError):
    """Bytes that are no message of the schema, or that hold a value which nothing can be made of."""


class SignatureError(OadrError):
    """The XML signature is missing, does not fit the message, or is not the sender's."""


class ReplayError(SignatureError):
    """The signature is right, and too old, from a time to come, or was seen before."""


class WrongVtnError(OadrError):
    """The server's certificate is valid, and not that of the VTN which was commissioned (fingerprint)."""


class RefusedError(OadrError):
    """The other end answered with an OpenADR response code that is no success."""

    def __init__(self, code: int, description: str = "") -> None:
        super().__init__(f"refused with response code {code}" + (f": {description}" if description else ""))
        self.code = code


class ReregistrationError(OadrError):
    """The VTN asks for a new registration (oadrRequestReregistration)."""
