"""What carries APDUs to a meter and back, whatever lies below."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, runtime_checkable

from drivers.clock import Clock
from drivers.transport.base import Transport, TransportError
from drivers.transport.tap import Tap

SignOn = Callable[[Transport], Awaitable[None]]
"""What is done on an open transport before the link layer starts, such as a sign-on by IEC 62056-21 mode E."""


class LinkError(TransportError):
    """The peer answered on the link layer, and not with an APDU."""


class LinkDisconnectedError(LinkError):
    """The peer is in disconnected mode (it answered DM), or said DISC."""


class FrameRejectedError(LinkError):
    """The peer answered FRMR. ``information`` is the field of that frame."""

    def __init__(self, message: str, information: bytes) -> None:
        super().__init__(message)
        self.information = information


class GarbageError(LinkError):
    """Bytes arrived before the deadline, but nothing that is a frame."""


@runtime_checkable
class DlmsLink(Protocol):
    """A link to one server SAP from one client SAP.

    ``taps`` has ``line`` (the transport's) and ``frame``: a frame without flags and check sequences (HDLC), or
    header and APDU (wrapper). What a probe changes at ``frame`` gets good check sequences, and a right length field
    unless it was the length field that was changed.
    """

    @property
    def name(self) -> str: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def transport(self) -> Transport: ...

    @property
    def taps(self) -> Mapping[str, Tap]: ...

    @property
    def connected(self) -> bool:
        """True from a successful `open` until `close`, or until the peer ended it."""
        ...

    async def open(self) -> None:
        """Open the transport and connect. On failure nothing stays open.

        Raises CannotOpenError, SilenceError, PeerClosedError, and LinkError for an answer that is a refusal.
        """
        ...

    async def send(self, apdu: bytes) -> None:
        """Send one APDU. Raises NotOpenError, PeerClosedError."""
        ...

    async def receive(self, deadline: float) -> bytes:
        """The next APDU. Raises SilenceError at ``deadline`` (station time, s), PeerClosedError, LinkError."""
        ...

    async def close(self) -> None:
        """Disconnect politely and close the transport. Closing twice is fine. Never raises."""
        ...

    async def abort(self) -> None:
        """Close the transport without a word, as when the plug is pulled. Never raises."""
        ...
