"""What an engineer can look at when a device does not take part: words that follow the exception's own."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.cim.errors import OfficeRefusedError, OfficeSilenceError, OfficeTlsError
from drivers.dlms.errors import AssociationRefusedError, SecurityError
from drivers.dlms.link_base import GarbageError, LinkDisconnectedError
from drivers.transport.base import PeerClosedError, SilenceError

_HINTS: Sequence[tuple[type[Exception] | tuple[type[Exception], ...], str]] = (
    (
        (AssociationRefusedError, SecurityError),
        "if the device is right: look at mechanism, keys and system title of the client in the device file",
    ),
    (
        LinkDisconnectedError,
        "if the device is right: look at addresses and client SAP in the device file, and who else is connected",
    ),
    (GarbageError, "if the device is right: look at profile, baud, data_bits and parity of the port in the lab config"),
    (
        (SilenceError, OfficeSilenceError),
        "if the device is right: look whether it is on and at this port, and at profile, baud, addresses and SAPs",
    ),
    (PeerClosedError, "if the device is right: look whether it restarted, or allows no further connection"),
    ((OfficeRefusedError, OfficeTlsError), "if the system is right: look at the certificates in the device file"),
)


def hint(error: BaseException, seat: str) -> str:
    """`` (seat meter; ...)``: which seat it was, and what to look at; the hint is left out where there is none."""
    told = [f"seat {seat}"] if seat else []
    told += [words for kinds, words in _HINTS if isinstance(error, kinds)][:1]
    return f" ({'; '.join(told)})" if told else ""
