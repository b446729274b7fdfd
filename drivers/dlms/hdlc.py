"""HDLC for DLMS/COSEM (IEC 62056-46) without I/O: what the other ``hdlc_*`` modules offer, under one name."""

from __future__ import annotations

from drivers.dlms.hdlc_address import AddressError, ServerAddress, client_address
from drivers.dlms.hdlc_check import crc16_x25
from drivers.dlms.hdlc_events import (
    Connected,
    DatagramReceived,
    Disconnected,
    Event,
    FrameRejected,
    Malformed,
    MessageReceived,
    PeerNotReady,
    Repeated,
)
from drivers.dlms.hdlc_frame import Frame, FrameError, Kind, parse, relength, seal, unseal
from drivers.dlms.hdlc_parameters import LARGEST, HdlcParameters
from drivers.dlms.hdlc_primary import HdlcPrimary, PrimaryState
from drivers.dlms.hdlc_reader import FrameReader
from drivers.dlms.hdlc_secondary import HdlcSecondary

__all__ = [
    "LARGEST",
    "AddressError",
    "Connected",
    "DatagramReceived",
    "Disconnected",
    "Event",
    "Frame",
    "FrameError",
    "FrameReader",
    "FrameRejected",
    "HdlcParameters",
    "HdlcPrimary",
    "HdlcSecondary",
    "Kind",
    "Malformed",
    "MessageReceived",
    "PeerNotReady",
    "PrimaryState",
    "Repeated",
    "ServerAddress",
    "client_address",
    "crc16_x25",
    "parse",
    "relength",
    "seal",
    "unseal",
]
