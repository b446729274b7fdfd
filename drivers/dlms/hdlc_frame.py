"""HDLC frames of format type 3 (IEC 62056-46, 6.4; ISO/IEC 13239, 4.9.4).

On the line::

    7E | format 2 | destination 1,2,4 | source 1,2,4 | control 1 | HCS 2 | information n | FCS 2 | 7E

The format field is 0xA, the segmentation bit and the number of bytes between the flags. A frame without information
has no HCS, for its FCS covers the header already.

The *content* of a frame is what stands above the check sequences: format to control, then the information. It is what
the tap ``frame`` shows; `seal` turns it into line bytes, `unseal` checks line bytes and gives it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from drivers.dlms.hdlc_address import AddressError, split_address
from drivers.dlms.hdlc_check import check_sequence

FLAG = 0x7E
MAX_FRAME = 0x7FF
"""The most bytes that the format field can count between the flags."""
MIN_FRAME = 7
_FORMAT_TYPE = 0xA000
_SEGMENTED = 0x0800
_LENGTH = 0x07FF
POLL_FINAL = 0x10


class FrameError(Exception):
    """Line bytes that are no frame: wrong flag, format, length, address or check sequence."""


class Kind(IntEnum):
    """Control field without P/F bit and sequence numbers (ISO/IEC 13239, 5.3)."""

    I = 0x00  # noqa: E741
    RR = 0x01
    RNR = 0x05
    REJ = 0x09
    SNRM = 0x83
    DISC = 0x43
    UA = 0x63
    DM = 0x0F
    FRMR = 0x87
    UI = 0x03
    UNKNOWN = 0xFF


_SUPERVISORY = {kind.value: kind for kind in (Kind.RR, Kind.RNR, Kind.REJ)}
_UNNUMBERED = {kind.value: kind for kind in (Kind.SNRM, Kind.DISC, Kind.UA, Kind.DM, Kind.FRMR, Kind.UI)}


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. Addresses are as encoded; ``control`` is the whole octet."""

    destination: bytes
    source: bytes
    control: int
    information: bytes = b""
    segmented: bool = False

    @property
    def kind(self) -> Kind:
        control = self.control
        if not control & 1:
            return Kind.I
        if control & 3 == 1:
            return _SUPERVISORY.get(control & 0x0F, Kind.UNKNOWN)
        return _UNNUMBERED.get(control & ~POLL_FINAL, Kind.UNKNOWN)

    @property
    def poll_final(self) -> bool:
        return bool(self.control & POLL_FINAL)

    @property
    def sent_number(self) -> int:
        """N(S); of an I frame."""
        return self.control >> 1 & 7

    @property
    def received_number(self) -> int:
        """N(R); of an I, RR, RNR or REJ frame."""
        return self.control >> 5

    def content(self) -> bytes:
        """Raises FrameError when the information is longer than the format field can count."""
        body = self.destination + self.source + bytes((self.control,)) + self.information
        return _format_field(len(body) + 2, bool(self.information), self.segmented) + body

    def encode(self) -> bytes:
        """The bytes on the line, flags included."""
        return seal(self.content())


def _format_field(content_length: int, has_information: bool, segmented: bool) -> bytes:
    length = content_length + (4 if has_information else 2)
    if length > MAX_FRAME:
        raise FrameError(f"a frame of {length} bytes; its length field ends at {MAX_FRAME}")
    return (_FORMAT_TYPE | (_SEGMENTED if segmented else 0) | length).to_bytes(2, "big")


def i_control(sent: int, received: int, poll_final: bool) -> int:
    return received << 5 | (POLL_FINAL if poll_final else 0) | sent << 1


def s_control(kind: Kind, received: int, poll_final: bool) -> int:
    return received << 5 | (POLL_FINAL if poll_final else 0) | kind


def header_length(data: bytes) -> int:
    """Bytes from format to control of a content or of an unchecked frame. Raises FrameError."""
    try:
        destination = split_address(data, 2)
        source = split_address(data, 2 + len(destination))
    except AddressError as error:
        raise FrameError(str(error)) from None
    length = 3 + len(destination) + len(source)
    if length > len(data):
        raise FrameError("no control field")
    return length


def parse(content: bytes) -> Frame:
    """The frame of a content. Raises FrameError."""
    if len(content) < MIN_FRAME - 2:
        raise FrameError("content shorter than a header")
    header = header_length(content)
    destination = split_address(content, 2)
    return Frame(
        destination=bytes(destination),
        source=bytes(content[2 + len(destination) : header - 1]),
        control=content[header - 1],
        information=bytes(content[header:]),
        segmented=bool(content[0] & _SEGMENTED >> 8),
    )


def seal(content: bytes) -> bytes:
    """Line bytes of a content: flags and check sequences added, the length field left as it is.

    A content that is no longer a frame (a probe cut it) gets one check sequence over all of it.
    """
    try:
        header = header_length(content)
    except FrameError:
        header = len(content)
    body = content
    if header < len(content):
        body = content[:header] + check_sequence(content[:header]) + content[header:]
    return b"\x7e" + body + check_sequence(body) + b"\x7e"


def relength(changed: bytes, original: bytes) -> bytes:
    """A content that was changed on the way, its length field made right again.

    The field stays as it is when the change touched it: then the wrong length is what somebody wants to send.
    """
    if len(changed) == len(original) or len(changed) < 2 or changed[:2] != original[:2]:
        return changed
    try:
        has_information = header_length(changed) < len(changed)
    except FrameError:
        has_information = False
    length = len(changed) + (4 if has_information else 2)
    if length > MAX_FRAME:
        return changed
    return ((int.from_bytes(changed[:2], "big") & ~_LENGTH) | length).to_bytes(2, "big") + changed[2:]


def frame_length(first_two: bytes) -> int:
    """How many bytes stand between the flags, by the format field. Raises FrameError when it is not of type 3."""
    field = int.from_bytes(first_two[:2], "big")
    if field & 0xF000 != _FORMAT_TYPE:
        raise FrameError("not format type 3")
    length = field & _LENGTH
    if length < MIN_FRAME:
        raise FrameError(f"a frame of {length} bytes")
    return length


def header_is_good(body: bytes, length: int) -> bool | None:
    """Whether the header of a frame that is still arriving is sound; None when too little is here to tell.

    ``body`` begins at the format field, ``length`` is what that says. A frame with information carries an HCS.
    """
    try:
        header = header_length(body)
    except FrameError:
        return None if len(body) < min(length, 2 + 4 + 4 + 1) else False
    if header + 2 == length:
        return True
    if header + 5 > length:
        return False
    if len(body) < header + 2:
        return None
    return body[header : header + 2] == check_sequence(body[:header])


def unseal(body: bytes, *, verify: bool = True) -> bytes:
    """The content of the bytes between two flags. Raises FrameError.

    ``verify=False`` looks at the shape only and believes the check sequences, as a defective receiver does.
    """
    length = frame_length(body)
    if length != len(body):
        raise FrameError(f"length field says {length}, frame has {len(body)} bytes")
    header = header_length(body)
    if header + 2 != length and header + 5 > length:
        raise FrameError("no room for the check sequences")
    if verify and header + 2 != length and body[header : header + 2] != check_sequence(body[:header]):
        raise FrameError("header check sequence is wrong")
    if verify and body[-2:] != check_sequence(body[:-2]):
        raise FrameError("frame check sequence is wrong")
    if header + 2 == length:
        return body[:-2]
    return body[:header] + body[header + 2 : -2]
