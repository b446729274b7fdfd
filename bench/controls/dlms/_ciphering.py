"""How messages of a capture are ciphered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from drivers.dlms.acse import Aare, Aarq, Rlre, Rlrq, decode_acse
from drivers.dlms.apdu import GeneralSigning, decode_apdu
from drivers.dlms.apdu.protection import CipheredApdu, GeneralCiphering, GeneralDedCiphering, GeneralGloCiphering
from drivers.dlms.enums import SUITE_MASK, Control
from drivers.dlms.errors import DecodeError
from drivers.transport.tap import Seen

BOTH = int(Control.AUTHENTICATED | Control.ENCRYPTED)
_ACSE_TAGS = range(0x60, 0x64)


@dataclass(frozen=True)
class Protected:
    """One message as it was protected. ``control`` is None where it was not ciphered at all."""

    title: str
    control: int | None = None
    counter: int | None = None
    sender: bytes = b""
    dedicated: bool = False

    @property
    def authenticated_and_encrypted(self) -> bool:
        """Both flags of the security control byte are set."""
        return self.control is not None and self.control & BOTH == BOTH

    @property
    def suite(self) -> int | None:
        """Suite id in the security control byte."""
        return None if self.control is None else self.control & SUITE_MASK


def protection_of(message: bytes) -> Protected:
    """How one xDLMS APDU is ciphered; what cannot be read counts as not ciphered."""
    try:
        carrier = decode_apdu(message)
    except DecodeError:
        return Protected(f"message with tag {message[:1].hex() or 'none'}")
    if isinstance(carrier, GeneralSigning):
        return protection_of(carrier.content)
    title = type(carrier).__name__
    if not isinstance(carrier, CipheredApdu):
        return Protected(title)
    sender = b""
    if isinstance(carrier, GeneralGloCiphering | GeneralDedCiphering):
        sender = carrier.system_title
    elif isinstance(carrier, GeneralCiphering):
        sender = carrier.header.originator
    dedicated = isinstance(carrier, GeneralDedCiphering) or bool(getattr(carrier, "dedicated", False))
    return Protected(f"{title} 0x{message[0]:02x}", carrier.text.control, carrier.text.counter, sender, dedicated)


def protections(messages: Iterable[Seen]) -> Iterator[tuple[Seen, Protected]]:
    """The protection of each captured message; of ACSE messages that of the InitiateRequest or -Response inside."""
    for seen in messages:
        if seen.data[:1] and seen.data[0] in _ACSE_TAGS:
            information, title = _user_information(seen.data)
            if information:
                inner = protection_of(information)
                yield seen, Protected(title, inner.control, inner.counter, inner.sender, inner.dedicated)
            continue
        yield seen, protection_of(seen.data)


def _user_information(message: bytes) -> tuple[bytes, str]:
    try:
        acse = decode_acse(message)
    except DecodeError:
        return b"", ""
    assert isinstance(acse, Aarq | Aare | Rlrq | Rlre)
    return acse.user_information or b"", f"Initiate in {type(acse).__name__}"
