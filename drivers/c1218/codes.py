"""Codes of C12.18: response codes, baud rates, standards (EPRI; TERMINETER ``c1218/data.py``)."""

from __future__ import annotations

from enum import IntEnum


class ResponseCode(IntEnum):
    """The first byte of every response."""

    OK = 0
    ERR = 1
    SNS = 2
    ISC = 3
    ONP = 4
    IAR = 5
    BSY = 6
    DNR = 7
    DLK = 8
    RNO = 9
    ISSS = 10

    @property
    def meaning(self) -> str:
        """The code in words."""
        return _MEANINGS[self.value]


_MEANINGS = (
    "acknowledged",
    "error",
    "service not supported",
    "insufficient security clearance",
    "operation not possible",
    "inappropriate action requested",
    "device busy",
    "data not ready",
    "data locked",
    "renegotiate",
    "invalid service sequence state",
)

BAUD_CODES = {
    300: 1, 600: 2, 1200: 3, 2400: 4, 4800: 5, 9600: 6, 14400: 7, 19200: 8, 28800: 9, 57600: 10,
    38400: 11, 115200: 12, 128000: 13, 256000: 14,
}  # fmt: skip
"""Code of a baud rate in the negotiate service. EPRI prints 56200 for code 10, TERMINETER and MSDK 57600; codes above
10 are MSDK's alone."""

BAUD_OF = {code: baud for baud, code in BAUD_CODES.items()}
