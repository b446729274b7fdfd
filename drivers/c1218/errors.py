"""What can go wrong in C12.18, each fact an exception of its own, each code a field.

Silence, a closed peer and a port that cannot be opened are the transport's (`drivers.transport.base`).
"""

from __future__ import annotations

from drivers.c1218.codes import ResponseCode
from drivers.transport.base import TransportError


class C1218Error(Exception):
    """Base of everything that C12.18 and C12.19 report or find wrong."""


class DecodeError(C1218Error):
    """Bytes that are not what they should be. ``offset``: where in the decoded buffer the decoder stood."""

    def __init__(self, reason: str, offset: int = 0) -> None:
        super().__init__(f"{reason} (at byte {offset})")
        self.reason = reason
        self.offset = offset


class EncodeError(C1218Error, ValueError):
    """A value that the wire format cannot hold: out of range, too long."""


class RefusedError(C1218Error):
    """The meter answered, and the answer was no. ``code`` is its response code."""

    def __init__(self, code: ResponseCode, what: str = "") -> None:
        super().__init__(f"{what + ': ' if what else ''}{code.name.lower()} ({code.value}, {code.meaning})")
        self.code = code


class UnexpectedResponseError(C1218Error):
    """A well-formed response that does not answer what was asked: an unknown code, another procedure's response."""


class LinkError(TransportError):
    """The peer answered on the link layer, and not as the protocol asks."""


class NotAcknowledgedError(LinkError):
    """Every try of a packet was answered with NAK."""


class GarbageError(LinkError):
    """Bytes arrived before the deadline, but no good packet."""
