"""The customer's energy management system as the tests of credit and limits need it, whatever link it has to the meter.

On DLMS it is `bench.access.consumer.CustomerEms`, over Bluetooth `bench.access.ble_customer.BleCustomer`.
"""

from __future__ import annotations

from typing import Protocol

from bench.access.consumer import ConsumerNotice, LimitShown


class CustomerSystem(Protocol):
    """A session of the customer's system. Its methods raise the device's refusals."""

    @property
    def repeat_s(self) -> float:
        """After how long an unacknowledged notice comes again (PIXIT)."""
        ...

    def code_of(self, meaning: str) -> int:
        """The code that notices of this event have on the link. Raises ClientsError for an event that none has."""
        ...

    async def next(self, within_s: float) -> ConsumerNotice | None:
        """The next notice, None when none comes within so long."""
        ...

    async def next_of(self, code: int, within_s: float) -> ConsumerNotice | None:
        """The next notice of that event; others are passed over."""
        ...

    async def acknowledge(self, notice: ConsumerNotice) -> None:
        """Give the receipt."""
        ...

    async def credit(self) -> int:
        """The credit that is available, in hundred-thousandths of the currency unit."""
        ...

    async def remaining_s(self) -> int:
        """For how long it lasts."""
        ...

    async def limit_shown(self, name: str) -> LimitShown:
        """What is shown of a limit: ``energy``, or ``demand_rate_1``, ... while that rate runs."""
        ...

    async def use_emergency(self) -> None:
        """Take the emergency credit."""
        ...
