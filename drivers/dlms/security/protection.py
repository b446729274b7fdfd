"""Ciphering and deciphering of APDUs: `protect` and `unprotect` (IEC 62056-5-3, xDLMS APDU protection).

Initialisation vector: the sender's system title and the invocation counter. Additional authenticated data: security
control byte and authentication key; then, in general-ciphering, the header fields with their lengths (see `Dialect`);
then, where the APDU is authenticated only, the APDU itself.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from drivers.dlms.apdu import decode_apdu
from drivers.dlms.apdu.common import Apdu
from drivers.dlms.apdu.protection import (
    DEDICATED_OF_PLAIN,
    GLOBAL_OF_PLAIN,
    HEADER_SIZE,
    Ciphertext,
    GeneralCiphering,
    GeneralDedCiphering,
    GeneralGloCiphering,
    GeneralHeader,
    KeyInfo,
    ServiceCiphered,
    parse_ciphertext,
)
from drivers.dlms.axdr import decode_length, encode_length
from drivers.dlms.enums import Control
from drivers.dlms.errors import ProtectionError, SecurityError, TagError
from drivers.dlms.security.gcm import TAG_SIZE, Gcm
from drivers.dlms.security.keyinfo import open_key_info
from drivers.dlms.security.material import SecurityMaterial

# Plain numbers: the operators of IntFlag cost more than the ciphering of a short message.
_AUTHENTICATED, _ENCRYPTED = int(Control.AUTHENTICATED), int(Control.ENCRYPTED)
_BROADCAST_KEY, _COMPRESSED = int(Control.BROADCAST_KEY), int(Control.COMPRESSED)
_BOTH = _AUTHENTICATED | _ENCRYPTED
_LEAST = 1 + 1 + HEADER_SIZE
"""Tag, length and security header of a service APDU."""


class Protection(Enum):
    """Which APDU carries the protected one."""

    GLOBAL = "global"
    """glo-: the tag says the service, the key is the global one."""
    DEDICATED = "dedicated"
    """ded-: the tag says the service, the key is the dedicated one."""
    GENERAL_GLOBAL = "general global"
    """general-glo-ciphering: any APDU, with the sender's system title."""
    GENERAL_DEDICATED = "general dedicated"
    """general-ded-ciphering."""
    GENERAL = "general"
    """general-ciphering: the key travels or is named; see `protect_general`."""


_SERVICE_KINDS = {
    **dict.fromkeys(GLOBAL_OF_PLAIN.values(), Protection.GLOBAL),
    **dict.fromkeys(DEDICATED_OF_PLAIN.values(), Protection.DEDICATED),
}


class Opened(NamedTuple):
    """What came out of a protected APDU, and how it was protected. ``title``: the sender's, as used."""

    apdu: bytes
    control: int
    counter: int
    kind: Protection
    title: bytes

    @property
    def authenticated(self) -> bool:
        return bool(self.control & _AUTHENTICATED)

    @property
    def encrypted(self) -> bool:
        return bool(self.control & _ENCRYPTED)

    @property
    def broadcast(self) -> bool:
        return bool(self.control & _BROADCAST_KEY)


def protect(
    material: SecurityMaterial, apdu: bytes, *, control: int, counter: int, kind: Protection = Protection.GLOBAL
) -> bytes:
    """``apdu`` protected as the bits of ``control`` say (the whole byte goes on the wire as given).

    Raises ProtectionError for an APDU that has no glo-/ded- form (use a general kind), MissingKeyError.
    """
    dedicated = kind is Protection.DEDICATED or kind is Protection.GENERAL_DEDICATED
    gcm = material.gcm_for(control, dedicated=dedicated) if control & _BOTH else None
    payload = _seal(gcm, material, apdu, control, counter, b"")
    if kind is Protection.GLOBAL or kind is Protection.DEDICATED:
        tags = DEDICATED_OF_PLAIN if dedicated else GLOBAL_OF_PLAIN
        tag = tags.get(apdu[0]) if apdu else None
        if tag is None:
            raise ProtectionError(f"an APDU with tag {apdu[:1].hex() or 'none'} has no {kind.value} form")
        head = encode_length(5 + len(payload)) + bytes((control,)) + counter.to_bytes(4, "big")
        return bytes((tag,)) + head + payload
    text = Ciphertext(control, counter, payload)
    if kind is Protection.GENERAL_GLOBAL:
        return GeneralGloCiphering(material.own_title, text).encode()
    if kind is Protection.GENERAL_DEDICATED:
        return GeneralDedCiphering(material.own_title, text).encode()
    raise ProtectionError("general-ciphering needs a header and a key: use protect_general")


def protect_general(
    material: SecurityMaterial,
    apdu: bytes,
    *,
    control: int,
    counter: int,
    header: GeneralHeader,
    key_info: KeyInfo | None,
    key: bytes | None = None,
) -> bytes:
    """``apdu`` in general-ciphering. ``key`` is the content key that ``key_info`` stands for.

    `drivers.dlms.security.keyinfo` makes pairs of the two; without ``key``, it is looked up in the material.
    """
    content_key = key if key is not None else open_key_info(material, key_info, header, as_sender=True)
    payload = _seal(Gcm(content_key), material, apdu, control, counter, _authenticated_header(material, header))
    return GeneralCiphering(header, key_info, Ciphertext(control, counter, payload)).encode()


def unprotect(material: SecurityMaterial, protected: bytes | Apdu) -> Opened:
    """What a protected APDU holds. Raises DecodeError, TagError, ProtectionError, MissingKeyError.

    Neither the counter nor whether this protection suffices is judged: that is the association's affair
    (`drivers.dlms.security.counters`). To look at the counter before the tag, decode first and pass the APDU on.
    """
    if isinstance(protected, (bytes, bytearray)):
        kind_at_once = _SERVICE_KINDS.get(protected[0]) if protected else None
        text = _service_text(protected) if kind_at_once is not None else None
        if kind_at_once is not None and text is not None:
            return _open(material, text, kind_at_once, material.peer_title)
        carrier: Apdu = decode_apdu(protected)
    else:
        carrier = protected
    if isinstance(carrier, ServiceCiphered):
        kind = Protection.DEDICATED if carrier.dedicated else Protection.GLOBAL
        return _open(material, carrier.text, kind, material.peer_title)
    if isinstance(carrier, GeneralGloCiphering):
        title = _sender(material, carrier.system_title)
        return _open(material, carrier.text, Protection.GENERAL_GLOBAL, title)
    if isinstance(carrier, GeneralDedCiphering):
        title = _sender(material, carrier.system_title)
        return _open(material, carrier.text, Protection.GENERAL_DEDICATED, title)
    if isinstance(carrier, GeneralCiphering):
        return _open_general(material, carrier)
    raise ProtectionError(f"{type(carrier).__name__} is not ciphered")


def _service_text(protected: bytes) -> Ciphertext | None:
    """The ciphered text of a glo- or ded- APDU, None for one that is not whole.

    Decoding it to an object first would take half as long as deciphering it.
    """
    if len(protected) < _LEAST:
        return None
    length, start = decode_length(protected, 1)
    if length < HEADER_SIZE or start + length != len(protected):
        return None
    return parse_ciphertext(protected[start:])


def _open(material: SecurityMaterial, text: Ciphertext, kind: Protection, title: bytes) -> Opened:
    dedicated = kind is Protection.DEDICATED or kind is Protection.GENERAL_DEDICATED
    gcm = material.gcm_for(text.control, dedicated=dedicated) if text.control & _BOTH else None
    apdu = _unseal(gcm, material, text, title, b"")
    return Opened(apdu, text.control, text.counter, kind, title)


def _open_general(material: SecurityMaterial, carrier: GeneralCiphering) -> Opened:
    title = _sender(material, carrier.header.originator)
    if carrier.header.recipient and material.own_title and carrier.header.recipient != material.own_title:
        raise ProtectionError(f"sent to {carrier.header.recipient.hex()}, not to {material.own_title.hex()}")
    key = open_key_info(material, carrier.key_info, carrier.header, as_sender=False)
    apdu = _unseal(Gcm(key), material, carrier.text, title, _authenticated_header(material, carrier.header))
    return Opened(apdu, carrier.text.control, carrier.text.counter, Protection.GENERAL, title)


def _authenticated_header(material: SecurityMaterial, header: GeneralHeader) -> bytes:
    return header.encode() if material.dialect.header_authenticated else b""


def _sender(material: SecurityMaterial, title: bytes) -> bytes:
    """The system title that the sender used: the one sent along, which must be the peer's where that is known."""
    if title and material.peer_title and title != material.peer_title:
        raise ProtectionError(f"sent by {title.hex()}, not by {material.peer_title.hex()}")
    return title or material.peer_title


def _seal(gcm: Gcm | None, material: SecurityMaterial, apdu: bytes, control: int, counter: int, header: bytes) -> bytes:
    protection = control & _BOTH
    if control & _COMPRESSED:
        raise ProtectionError("compression is not available")
    if not protection or gcm is None:
        return apdu
    iv = initialization_vector(material.own_title, counter)
    if protection == _ENCRYPTED:
        return gcm.crypt(iv, apdu)
    additional = material.additional(control) + header
    if protection == _BOTH:
        return gcm.seal(iv, apdu, additional)
    return apdu + gcm.tag(iv, additional + apdu)


def _unseal(gcm: Gcm | None, material: SecurityMaterial, text: Ciphertext, title: bytes, header: bytes) -> bytes:
    control, payload = text.control, text.payload
    protection = control & _BOTH
    if control & _COMPRESSED:
        raise ProtectionError("compression is not available")
    if not protection or gcm is None:
        return payload
    iv = initialization_vector(title, text.counter)
    if protection == _ENCRYPTED:
        return gcm.crypt(iv, payload)
    additional = material.additional(control) + header
    if protection == _BOTH:
        return gcm.open(iv, payload, additional)
    if len(payload) < TAG_SIZE:
        raise TagError("the message is shorter than its tag")
    apdu = payload[:-TAG_SIZE]
    gcm.verify(iv, additional + apdu, payload[-TAG_SIZE:])
    return apdu


def initialization_vector(title: bytes, counter: int) -> bytes:
    """System title and counter. Raises SecurityError unless the title has 8 bytes."""
    if len(title) != 8:
        raise SecurityError(f"a system title has 8 bytes, not {len(title)}")
    return title + counter.to_bytes(4, "big")
