"""Modbus/TCP Security: TLS with certificates on both sides, and the role in the client's certificate.

The role is an extension of the X.509 certificate with the object identifier below whose value is one UTF8String; a
certificate has one role at most, and none means that the server's own rules decide (MODBUS/TCP Security Protocol
Specification, R-21 to R-24 and R-65, as quoted in public; the document itself was not at hand).
"""

from __future__ import annotations

from cryptography import x509

ROLE_OID = x509.ObjectIdentifier("1.3.6.1.4.1.50316.802.1")
_UTF8_STRING = 0x0C
_SHORT_FORM = 0x80


class RoleError(ValueError):
    """A role extension that is not one UTF8String."""


def role_extension(role: str) -> x509.UnrecognizedExtension:
    """The extension for ``role``. Raises RoleError for more than 127 bytes."""
    text = role.encode("utf-8")
    if len(text) >= _SHORT_FORM:
        raise RoleError(f"a role of {len(text)} bytes: at most 127")
    return x509.UnrecognizedExtension(ROLE_OID, bytes((_UTF8_STRING, len(text))) + text)


def role_of(certificate: x509.Certificate) -> str | None:
    """The role that a certificate gives, None for none. Raises RoleError for an extension that is not one text."""
    try:
        extension = certificate.extensions.get_extension_for_oid(ROLE_OID).value
    except x509.ExtensionNotFound:
        return None
    except x509.DuplicateExtension as error:
        raise RoleError("more than one role") from error
    raw = extension.value if isinstance(extension, x509.UnrecognizedExtension) else b""
    if len(raw) < 2 or raw[0] != _UTF8_STRING or raw[1] >= _SHORT_FORM or len(raw) != 2 + raw[1]:
        raise RoleError(f"the role is not one UTF8String: {raw.hex()}")
    try:
        return raw[2:].decode("utf-8")
    except UnicodeDecodeError as error:
        raise RoleError("the role is not UTF-8") from error
