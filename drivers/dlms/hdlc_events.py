"""What an HDLC state machine has to say to the layer above it."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.dlms.hdlc_parameters import HdlcParameters


@dataclass(frozen=True, slots=True)
class Connected:
    """Normal response mode is entered with these parameters at this end (``again``: it was entered before)."""

    parameters: HdlcParameters
    again: bool = False


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A whole message has arrived; its LLC header is taken off."""

    message: bytes


@dataclass(frozen=True, slots=True)
class DatagramReceived:
    """A message in a UI frame: unnumbered, unacknowledged. ``broadcast``: to an all-station address."""

    message: bytes
    broadcast: bool = False


@dataclass(frozen=True, slots=True)
class Disconnected:
    """Normal response mode is left. ``by_peer``: it said so (DISC, DM) without being asked."""

    by_peer: bool = False


@dataclass(frozen=True, slots=True)
class FrameRejected:
    """The peer answered FRMR; its information field: control field refused, V(S) and V(R), reasons W X Y Z."""

    information: bytes


@dataclass(frozen=True, slots=True)
class PeerNotReady:
    """The peer gave the turn back without anything to say: poll again a little later."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """A frame that passed its check sequence and yet makes no sense here; ``reason`` says why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """The peer sent once more the numbered frame that was taken last; its information is passed over."""


Event = (
    Connected | MessageReceived | DatagramReceived | Disconnected | FrameRejected | PeerNotReady | Malformed | Repeated
)
