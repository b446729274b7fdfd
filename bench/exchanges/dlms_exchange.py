"""Exchanges on a meter's DLMS link: what they share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.access.dlms_settings import SettingsAsFound
from bench.exchanges.base import Exchange
from drivers.dlms.client import DlmsClient

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station


CREW_INTERFACE, OPTICAL = "AMI-39", "mode_e"
"""The interface of the field crew's tool, and the profile of the port that it uses (reading R14b)."""
CUSTOMER_INTERFACE, CONSUMER = "AMI-32", "consumer"
"""The interface of the customer's energy management system, and the name of its port and of its client."""
_FIRST = {CREW_INTERFACE: OPTICAL, CUSTOMER_INTERFACE: CONSUMER}


class DlmsExchange(Exchange):
    """An exchange with the meter in ``seat``, the headend's end being the bench's.

    ``role`` is the client that the row's sender is. ``request()`` is the row's message as a plain APDU, for probes
    that send it by themselves; ``holds_payload`` says whether an answer carries the row's data.
    """

    link: ClassVar[str] = "dlms"
    role: ClassVar[str] = MANAGEMENT

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.access = DlmsAccess(station, seat, _FIRST.get(row.interface, ""))
        self._settings = SettingsAsFound(self.access)

    @property
    def core(self) -> DlmsExchange:
        """The exchange in which a client of the meter asks, commands or writes: this one, or a half of it."""
        return self

    @abstractmethod
    def request(self) -> bytes:
        """The row's message, a plain xDLMS APDU."""

    @abstractmethod
    async def send(self, client: DlmsClient) -> Any:
        """Send the row's message over an open association and return the meter's answer; raises its refusal."""

    @abstractmethod
    def holds_payload(self, answer: bytes) -> bool:
        """Whether ``answer``, a plain APDU, carries data of the row."""

    async def note(self) -> None:
        """Note the meter's settings."""
        if MANAGEMENT in self.access.clients:
            await self._settings.note()

    async def put_back(self) -> Sequence[str]:
        """Put the meter's settings back."""
        return await self._settings.put_back()

    async def perform(self, access: DlmsClient | None = None) -> Any:
        """Send the row's message, as ``role`` in a session of its own, or over ``access``."""
        if access is not None:
            return await self.send(access)
        async with self.access.session(self.role) as client:
            return await self.send(client)
