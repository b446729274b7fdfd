"""Links that carry APDUs: the contract `DlmsLink`, HDLC and the TCP wrapper, and what can go wrong on them."""

from __future__ import annotations

from drivers.dlms.hdlc_link import HdlcLink, HdlcSettings
from drivers.dlms.link_base import (
    DlmsLink,
    FrameRejectedError,
    GarbageError,
    LinkDisconnectedError,
    LinkError,
    SignOn,
)
from drivers.dlms.wrapper_link import WrapperLink

__all__ = [
    "DlmsLink",
    "FrameRejectedError",
    "GarbageError",
    "HdlcLink",
    "HdlcSettings",
    "LinkDisconnectedError",
    "LinkError",
    "SignOn",
    "WrapperLink",
]
