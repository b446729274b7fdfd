"""Exchanges with an office system: what they share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from bench.access.office import OfficeAccess
from bench.exchanges.base import Exchange
from drivers.cim.office import CimOffice
from drivers.cim.portal import PortalClient

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station


class OfficeExchange(Exchange):
    """An exchange with the office system in ``seat``, the bench taking the place of the row's sender.

    ``sender`` is the party whose credential the bench uses (``mdms``, ``cis`` ...). ``relays_to`` is the actor to which
    the system under test passes the row's message on, where it does so before it answers.
    """

    link: ClassVar[str] = "office_https"
    sender: ClassVar[str] = ""
    relays_to: ClassVar[str] = ""
    revocable: ClassVar[bool] = False
    """Whether what the row's message asks for goes on until it is over, and `restore` takes it back before that."""

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.access = OfficeAccess(station, seat)

    @abstractmethod
    async def send(self, office: Any) -> Any:
        """Send the row's message over ``office`` and return the reply; raises its refusal."""

    def send_expired(self, office: Any) -> Coroutine[Any, Any, Any] | None:
        """As `send`, with a content whose time is over; None where it has no time."""
        return None

    async def perform(self, access: Any = None) -> Any:
        """Send the row's message as the row's sender, or over ``access``."""
        if access is not None:
            return await self.send(access)
        async with self.access.session(self.sender) as office:
            return await self.send(office)

    async def request(self, access: CimOffice | PortalClient) -> bytes:
        """The row's message as it would go out over ``access``, signed, in canonical bytes; it is not sent."""
        kept: list[bytes] = []

        def keep(message: bytes) -> Sequence[bytes]:
            kept.append(message)
            return ()

        with access.client.message.interfering(keep):
            await swallow(self.send(access))
        return kept[0]


async def swallow(awaitable: Any) -> None:
    """Await what will fail because its message was taken off the line."""
    try:
        await awaitable
    except Exception:
        return
