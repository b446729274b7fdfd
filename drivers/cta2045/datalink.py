"""Messages of the data link: the largest payload that the other end takes, and its bit rate (CTA-2045-B, clause 8)."""

from __future__ import annotations

from drivers.cta2045.errors import DecodeError, EncodeError
from drivers.cta2045.frame import DATA_LINK, Frame

MAXIMUM_PAYLOAD_QUERY = 0x18
MAXIMUM_PAYLOAD_RESPONSE = 0x19
PAYLOAD_SIZES = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1280, 1500, 2048, 4096)
"""Bytes, by the code of a response (CTA-2045-B, table 8-4: unverified)."""


def maximum_payload_query() -> Frame:
    """Asks for the largest payload."""
    return Frame(DATA_LINK, bytes((MAXIMUM_PAYLOAD_QUERY, 0)))


def maximum_payload_response(size: int) -> Frame:
    """Tells it. Raises EncodeError for a size without a code."""
    if size not in PAYLOAD_SIZES:
        raise EncodeError(f"no code for a payload of {size} bytes; there are {PAYLOAD_SIZES}")
    return Frame(DATA_LINK, bytes((MAXIMUM_PAYLOAD_RESPONSE, PAYLOAD_SIZES.index(size))))


def decode_maximum_payload(payload: bytes) -> int:
    """The size that a response tells. Raises DecodeError."""
    if len(payload) != 2 or payload[0] != MAXIMUM_PAYLOAD_RESPONSE or payload[1] >= len(PAYLOAD_SIZES):
        raise DecodeError("no response to the query of the maximum payload", payload)
    return PAYLOAD_SIZES[payload[1]]
