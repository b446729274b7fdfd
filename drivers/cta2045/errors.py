"""What can go wrong on a CTA-2045 link, beside the transport's own exceptions."""

from __future__ import annotations

from enum import IntEnum


class NakCode(IntEnum):
    """Why the link layer does not take a frame."""

    NO_REASON = 0
    INVALID_BYTE = 1
    INVALID_LENGTH = 2
    CHECKSUM = 3
    RESERVED = 4
    TIME_OUT = 5
    UNSUPPORTED_TYPE = 6
    NOT_SUPPORTED = 7


class Cta2045Error(Exception):
    """Base of all."""


class DecodeError(Cta2045Error):
    """Bytes that are no message: ``reason`` says where they stop being one."""

    def __init__(self, reason: str, data: bytes) -> None:
        super().__init__(f"{reason}: {data.hex(' ')}")
        self.reason = reason
        self.data = data


class EncodeError(Cta2045Error):
    """A value that the message has no room for."""


class LinkNakError(Cta2045Error):
    """The other end refused the frame on the link. ``code`` may be one that the standard does not know."""

    def __init__(self, where: str, code: int) -> None:
        name = NakCode(code).name.lower().replace("_", " ") if code in {*NakCode} else f"unknown code {code}"
        super().__init__(f"{where}: the frame was refused on the link: {name}")
        self.code = code


class ApplicationNakError(Cta2045Error):
    """The appliance refused a basic command (opcode 1 of the command, reason code of the refusal)."""

    def __init__(self, where: str, opcode: int, reason: int) -> None:
        super().__init__(f"{where}: basic command 0x{opcode:02X} refused, reason {reason}")
        self.opcode = opcode
        self.reason = reason


class ResponseCodeError(Cta2045Error):
    """An intermediate command was answered by a response code other than success."""

    def __init__(self, where: str, command: str, code: int, meaning: str) -> None:
        super().__init__(f"{where}: {command} answered {code} ({meaning})")
        self.code = code
