"""The customer's energy management system as the tests of credit and limits need it, whatever link it has to the meter.

On DLMS it is `bench.access.consumer.CustomerEms`, over Bluetooth `bench.access.ble_customer.BleCustomer`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.dlms.data import Data

if TYPE_CHECKING:
    from bench.lab.station import Station


@dataclass(frozen=True)
class ConsumerNotice:
    """One notice: when it came (station time, s), its event's code, number, log and time (s since the epoch), and the
    further values by name. ``protected``: authenticated and encrypted.
    """

    at: float
    code: int
    log: int
    number: int
    event_at: float | None
    values: Mapping[str, Data]
    protected: bool


@dataclass(frozen=True)
class LimitShown:
    """What the customer is shown of a limit: the value that is limited, and where warning and limit are (Wh, or W)."""

    value: int
    warning: int
    limit: int


class CustomerSystem(ABC):
    """A session of the customer's system on ``station``. Its methods raise the device's refusals."""

    def __init__(self, station: Station) -> None:
        self._station = station

    @property
    @abstractmethod
    def repeat_s(self) -> float:
        """After how long an unacknowledged notice comes again (PIXIT)."""

    @abstractmethod
    def code_of(self, meaning: str) -> int:
        """The code that notices of this event have on the link. Raises ClientsError for an event that none has."""

    @abstractmethod
    async def next(self, within_s: float) -> ConsumerNotice | None:
        """The next notice, None when none comes within so long."""

    async def next_of(self, code: int, within_s: float) -> ConsumerNotice | None:
        """The next notice of that event; others are passed over."""
        clock = self._station.clock
        deadline = clock.now() + within_s
        while (notice := await self.next(max(0.0, deadline - clock.now()))) is not None:
            if notice.code == code:
                return notice
        return None

    @abstractmethod
    async def acknowledge(self, notice: ConsumerNotice) -> None:
        """Give the receipt."""

    @abstractmethod
    async def credit(self) -> int:
        """The credit that is available, in hundred-thousandths of the currency unit."""

    @abstractmethod
    async def remaining_s(self) -> int:
        """For how long it lasts."""

    @abstractmethod
    async def limit_shown(self, name: str) -> LimitShown:
        """What is shown of a limit: ``energy``, or ``demand_rate_1``, ... while that rate runs. Raises ClientsError."""

    @abstractmethod
    async def use_emergency(self) -> None:
        """Take the emergency credit."""
