"""CIM-shaped messages to office systems over HTTPS: client, credentials, signatures, taps."""

from drivers.cim.canonical import Request, Response
from drivers.cim.client import Answer, OfficeClient
from drivers.cim.credentials import Credential, TlsOptions
from drivers.cim.errors import (
    BadAnswerError,
    OfficeClosedError,
    OfficeError,
    OfficeRefusedError,
    OfficeSilenceError,
    OfficeTlsError,
    OfficeUnreachableError,
)
from drivers.cim.messenger import MessageOptions, Messenger, Reply
from drivers.cim.office import CimOffice, Orders, Readings
from drivers.cim.portal import PortalClient
from drivers.cim.raw import RawConnection, RawReply, raw_request

__all__ = [
    "Answer",
    "BadAnswerError",
    "CimOffice",
    "Credential",
    "MessageOptions",
    "Messenger",
    "OfficeClient",
    "OfficeClosedError",
    "OfficeError",
    "OfficeRefusedError",
    "OfficeSilenceError",
    "OfficeTlsError",
    "OfficeUnreachableError",
    "Orders",
    "PortalClient",
    "RawConnection",
    "RawReply",
    "Readings",
    "Reply",
    "Request",
    "Response",
    "TlsOptions",
    "raw_request",
]
