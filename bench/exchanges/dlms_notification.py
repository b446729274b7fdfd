"""The kind of exchange in which the meter speaks first: it notifies, and something is returned to it.

The two halves of such a row travel in opposite directions. What the meter sends unasked is the exchange's ``notice``
(:mod:`bench.exchanges.notice`): prepare, perform, observe and restore it. What the receiver returns (a ping, a flag
that is written) is an ordinary exchange of the client, ``returned``; the row's own prepare, perform, observe, restore
and request are that half's, so that probes of reads and writes work on these rows as on all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from bench.exchanges.base import Effect
from bench.exchanges.dlms_exchange import DlmsExchange
from bench.exchanges.dlms_kinds import INVOKE, DlmsReading
from bench.exchanges.notice import Notice
from drivers.dlms.apdu import Attribute, GetRequestNormal, encode_apdu
from drivers.dlms.client import DlmsClient
from drivers.metering import Reading, SwitchStatus

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station


class AskBack(DlmsReading):
    """What a receiver that was notified asks for where the row says no more: whether the meter answers, its import
    register, and the state of its switch."""

    def request(self) -> bytes:
        """The reading of the register as a plain APDU."""
        register = self.access.names.register("energy_import")
        return encode_apdu(GetRequestNormal(INVOKE, Attribute(register.class_id, register.instance, 2)))

    async def read(self, client: DlmsClient) -> tuple[Reading, SwitchStatus]:
        """Register and switch; raises the meter's refusals."""
        meter = self.access.meter(client)
        return await meter.register("energy_import"), await meter.switch()


class DlmsNotification(DlmsExchange):
    """A row on which the meter notifies. A subclass names its two halves: ``notice_kind`` and ``returned_kind``."""

    predicates: ClassVar[frozenset[str]] = frozenset({"notifies", "returns"})
    notice_kind: ClassVar[type[Notice]]
    returned_kind: ClassVar[type[DlmsExchange]] = AskBack

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.returned = self.returned_kind(station, seat, row)
        self.returned.access = self.access
        self.notice = self.notice_kind(self.access)

    @property
    def core(self) -> DlmsExchange:
        """The half in which a client asks or writes."""
        return self.returned.core

    def request(self) -> bytes:
        """What is returned to the meter, a plain APDU."""
        return self.returned.request()

    async def send(self, client: DlmsClient) -> Any:
        """Send what is returned; raises the meter's refusal."""
        return await self.returned.send(client)

    def holds_payload(self, answer: bytes) -> bool:
        """Whether the answer to what was returned says yes."""
        return self.returned.holds_payload(answer)

    async def prepare(self) -> None:
        """The scene of what is returned."""
        await self.returned.prepare()

    async def observe(self) -> Effect:
        """Whether what was returned took effect."""
        return await self.returned.observe()

    async def restore(self) -> None:
        """What the returned half changed, as it was."""
        await self.returned.restore()

    async def close(self) -> None:
        """Stop listening."""
        await self.notice.close()
        await self.returned.close()
