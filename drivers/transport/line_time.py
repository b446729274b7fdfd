"""How long characters take on an asynchronous serial line.

A character is a start bit, the data bits, a parity bit where there is parity, and the stop bits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PATTERN = re.compile(r"(?P<baud>\d+)[ ,/]+(?P<bits>[5-8])(?P<parity>[NEOMS])(?P<stop>1\.5|1|2)")


@dataclass(frozen=True)
class LineFormat:
    """Speed and character format of a line, as an engineer writes it: ``9600 8N1``.

    ``baud`` in bit/s, above 0; ``data_bits`` 5 to 8; ``parity`` one of ``N E O M S`` (none, even, odd, mark,
    space); ``stop_bits`` 1, 1.5 or 2. Raises ValueError for anything else.
    """

    baud: int
    data_bits: int = 8
    parity: str = "N"
    stop_bits: float = 1

    def __post_init__(self) -> None:
        if self.baud <= 0:
            raise ValueError(f"baud rate {self.baud} must be above 0")
        if self.data_bits not in (5, 6, 7, 8):
            raise ValueError(f"{self.data_bits} data bits: expected 5 to 8")
        if self.parity not in ("N", "E", "O", "M", "S"):
            raise ValueError(f"parity {self.parity!r}: expected N, E, O, M or S")
        if self.stop_bits not in (1, 1.5, 2):
            raise ValueError(f"{self.stop_bits} stop bits: expected 1, 1.5 or 2")

    @classmethod
    def parse(cls, text: str) -> LineFormat:
        """From ``9600 8N1`` (also ``9600,8N1``). Raises ValueError."""
        match = _PATTERN.fullmatch(text.strip().upper())
        if match is None:
            raise ValueError(f"{text!r} is no line format: expected for example '9600 8N1' or '300 7E1'")
        return cls(int(match["baud"]), int(match["bits"]), match["parity"], float(match["stop"]))

    def __str__(self) -> str:
        return f"{self.baud} {self.data_bits}{self.parity}{self.stop_bits:g}"

    @property
    def bits_per_character(self) -> float:
        """Bit times that one character takes, start and stop bits included."""
        return 1 + self.data_bits + (self.parity != "N") + self.stop_bits


def line_time_s(length: int, line: LineFormat) -> float:
    """Seconds that ``length`` characters take back to back on ``line``."""
    return length * line.bits_per_character / line.baud


def bytes_per_second(line: LineFormat) -> float:
    """Characters a second that ``line`` carries at most."""
    return line.baud / line.bits_per_character
