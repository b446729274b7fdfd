"""The versions of OCPP-J that are spoken here."""

from __future__ import annotations

from enum import StrEnum


class Version(StrEnum):
    """A version, by the name of its WebSocket subprotocol (OCPP-J 1.6 3.1.2, 2.0.1 part 4 3.1.2; unverified)."""

    V16 = "ocpp1.6"
    V201 = "ocpp2.0.1"
    V21 = "ocpp2.1"

    @property
    def number(self) -> str:
        """``1.6``, ``2.0.1`` or ``2.1``."""
        return self.value.removeprefix("ocpp")

    @property
    def is_old(self) -> bool:
        """1.6, whose messages are others than those of 2.x."""
        return self is Version.V16
