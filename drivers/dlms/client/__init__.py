"""The client: `DlmsClient`, the identity it speaks with, and what it hands back."""

from __future__ import annotations

from drivers.dlms.client.association import CURRENT_ASSOCIATION, REPLY_TO_HLS, Agreement, Association
from drivers.dlms.client.channel import Override, Received
from drivers.dlms.client.client import DlmsClient
from drivers.dlms.client.counter import INVOCATION_COUNTER, read_invocation_counter, resynchronize
from drivers.dlms.client.exchange import Notification
from drivers.dlms.client.identity import PUBLIC_CLIENT, USUAL_CONFORMANCE, ClientIdentity, KeyChoice

__all__ = [
    "CURRENT_ASSOCIATION",
    "INVOCATION_COUNTER",
    "PUBLIC_CLIENT",
    "REPLY_TO_HLS",
    "USUAL_CONFORMANCE",
    "Agreement",
    "Association",
    "ClientIdentity",
    "DlmsClient",
    "KeyChoice",
    "Notification",
    "Override",
    "Received",
    "read_invocation_counter",
    "resynchronize",
]
