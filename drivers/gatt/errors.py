"""What can go wrong with a Bluetooth device, beyond what every transport raises (`drivers.transport.base`).

Codes of the attribute protocol: Bluetooth Core, Vol 3, Part F, table 3.4; of pairing: Vol 3, Part H, table 3.7. Names
as bleak and Bumble give them; the specification itself was not at hand (unverified).
"""

from __future__ import annotations

from collections.abc import Mapping

ATT_ERRORS: Mapping[int, str] = {
    0x01: "invalid handle",
    0x02: "read not permitted",
    0x03: "write not permitted",
    0x04: "invalid PDU",
    0x05: "insufficient authentication",
    0x06: "request not supported",
    0x07: "invalid offset",
    0x08: "insufficient authorisation",
    0x09: "prepare queue full",
    0x0A: "attribute not found",
    0x0B: "attribute not long",
    0x0C: "encryption key size too short",
    0x0D: "invalid attribute value length",
    0x0E: "unlikely error",
    0x0F: "insufficient encryption",
    0x10: "unsupported group type",
    0x11: "insufficient resources",
    0x13: "value not allowed",
    0xFC: "write request rejected",
    0xFD: "client characteristic configuration improperly configured",
    0xFE: "procedure already in progress",
    0xFF: "out of range",
}
UNPROTECTED = frozenset({0x05, 0x08, 0x0C, 0x0F})
"""How stacks refuse what the link is not secure enough for; which of them differs by stack."""
PAIRING_FAILURES: Mapping[int, str] = {
    0x01: "passkey entry failed",
    0x02: "out-of-band data not available",
    0x03: "authentication requirements",
    0x04: "confirm value failed",
    0x05: "pairing not supported",
    0x06: "encryption key size",
    0x07: "command not supported",
    0x08: "unspecified reason",
    0x09: "repeated attempts",
    0x0A: "invalid parameters",
    0x0B: "DHKey check failed",
    0x0C: "numeric comparison failed",
    0x0F: "key rejected",
}


class GattError(Exception):
    """Base of what a Bluetooth device, or the adapter, answers instead of doing what was asked."""


class AttError(GattError):
    """The device answered a request with an error."""

    def __init__(self, code: int, what: str = "") -> None:
        name = ATT_ERRORS.get(code, "application error" if 0x80 <= code <= 0x9F else "unknown code")
        super().__init__(f"{what + ': ' if what else ''}{name} (0x{code:02X})")
        self.code = code

    @property
    def protects(self) -> bool:
        """Whether the link is not secure enough for what was asked."""
        return self.code in UNPROTECTED


class PairingError(GattError):
    """Pairing failed. ``reason`` as in table 3.7; None where the adapter does not tell."""

    def __init__(self, reason: int | None, text: str = "") -> None:
        name = text if reason is None else PAIRING_FAILURES.get(reason, f"reason 0x{reason:02X}")
        super().__init__(f"pairing failed: {name}")
        self.reason = reason


class NotEncryptedError(GattError):
    """The link could not be encrypted with the keys of a former pairing."""


class NoSuchAttributeError(GattError):
    """The device has no characteristic of that kind."""


class GarbageError(GattError):
    """A value or a PDU that is none."""
