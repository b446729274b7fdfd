"""HDLC addresses (IEC 62056-46, 6.4.2): one byte for a client, one, two or four for a server.

A server's address has an upper part, the logical device (server SAP), and where it has two or four bytes a lower
part, the physical device on the bus. Each byte carries seven bits; its lowest bit is set in the last byte only.
"""

from __future__ import annotations

from dataclasses import dataclass

ALL_STATION_BYTE = 0x7F
"""All-station (broadcast) value of a one-byte address and of each half of a two-byte address."""
ALL_STATION_WORD = 0x3FFF
"""The same for each half of a four-byte address."""


class AddressError(ValueError):
    """Not an HDLC address: a number out of range, or bytes without an end."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """``logical`` is the upper, ``physical`` the lower part (None: a one-byte address). ``size`` is 1, 2 or 4 bytes."""

    logical: int
    physical: int | None = None
    size: int = 0

    def __post_init__(self) -> None:
        size = self.size or self._smallest()
        if (size == 1) != (self.physical is None) or size not in (1, 2, 4):
            raise AddressError(f"server address of {self.size} bytes with physical device {self.physical}")
        limit = ALL_STATION_WORD if size == 4 else ALL_STATION_BYTE
        if not 0 <= self.logical <= limit or not 0 <= (self.physical or 0) <= limit:
            raise AddressError(f"server address {self.logical}/{self.physical} does not fit {size} bytes")
        object.__setattr__(self, "size", size)

    def _smallest(self) -> int:
        if self.physical is None:
            return 1
        return 2 if max(self.logical, self.physical) <= ALL_STATION_BYTE else 4

    @property
    def is_broadcast(self) -> bool:
        """Addressed to every logical device, or to every physical device on the bus."""
        everybody = ALL_STATION_WORD if self.size == 4 else ALL_STATION_BYTE
        return everybody in (self.logical, self.physical)

    def encode(self) -> bytes:
        if self.physical is None:
            return bytes((self.logical << 1 | 1,))
        if self.size == 2:
            return bytes((self.logical << 1, self.physical << 1 | 1))
        parts = (self.logical >> 7, self.logical & 0x7F, self.physical >> 7, self.physical & 0x7F)
        return bytes(part << 1 | (index == 3) for index, part in enumerate(parts))

    @classmethod
    def decode(cls, data: bytes) -> ServerAddress:
        """From the bytes of one address. Raises AddressError."""
        parts = [byte >> 1 for byte in data]
        match parts:
            case [logical]:
                return cls(logical)
            case [logical, physical]:
                return cls(logical, physical, 2)
            case [logical_high, logical_low, physical_high, physical_low]:
                return cls(logical_high << 7 | logical_low, physical_high << 7 | physical_low, 4)
        raise AddressError(f"an address has 1, 2 or 4 bytes, not {len(data)}")

    def __str__(self) -> str:
        return str(self.logical) if self.physical is None else f"{self.logical}/{self.physical}"


def client_address(sap: int) -> bytes:
    """The one byte that stands for client SAP 0..127 in a frame. Raises AddressError."""
    if not 0 <= sap <= ALL_STATION_BYTE:
        raise AddressError(f"client SAP {sap} does not fit a byte of an HDLC address")
    return bytes((sap << 1 | 1,))


def split_address(data: bytes, start: int) -> bytes:
    """The address that begins at ``start``. Raises AddressError when it has no end, or 3 bytes or more than 4."""
    for size in (1, 2, 3, 4):
        end = start + size
        if end > len(data):
            break
        if data[end - 1] & 1:
            if size == 3:
                break
            return data[start:end]
    raise AddressError("address without an end")
