"""The kind of exchange that writes on a meter's DLMS link: a limit, a credit, a flag, by SET or by a method."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from bench.access.dlms import MANAGEMENT, READER
from bench.exchanges.base import Effect
from bench.exchanges.dlms_exchange import DlmsExchange
from bench.exchanges.dlms_kinds import INVOKE, decoded
from drivers.dlms.apdu import (
    ActionRequestNormal,
    ActionResponseNormal,
    Attribute,
    SetRequestNormal,
    SetResponseNormal,
    encode_apdu,
)
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Data
from drivers.dlms.enums import ActionResult, DataAccessResult
from drivers.dlms.errors import RefusedError

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

Message = SetRequestNormal | ActionRequestNormal
_NETWORK = "wrapper"


class DlmsWrite(DlmsExchange):
    """A write. Its effect is that another party than the writer then reads another value than before.

    A subclass says which attribute shows the effect (`shown`) and picks a value that differs from the present one
    (`another`). One that writes by a method overrides `apdu` and, where SET cannot undo it, `undo`.

    ``onlooker`` is the client that reads back. ``trace`` is the meaning of the entry that the write leaves in a log
    (`bench.access.dlms_events`). ``before`` and ``wanted`` are the values before and after, once the scene is set.
    """

    predicates: ClassVar[frozenset[str]] = frozenset({"returns", "writes"})
    onlooker: ClassVar[str] = READER
    trace: ClassVar[str] = "configuration_changed"

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.before: Data | None = None
        self.wanted: Data | None = None

    # -- what a row says of itself -----------------------------------------------------------------------------------

    @property
    @abstractmethod
    def shown(self) -> Attribute:
        """The attribute that shows what is in force."""

    @abstractmethod
    def another(self, present: Data | None) -> Data:
        """A valid value other than ``present``; the same one each time. None: the present one is not known yet."""

    def apdu(self) -> Message:
        """The row's message: by default a SET of `shown` to `wanted`."""
        return SetRequestNormal(INVOKE, self.shown, None, self.target)

    async def undo(self, client: DlmsClient) -> None:
        """Bring ``before`` back over an association of the writer; raises the meter's refusal."""
        if self.before is not None:
            await client.set(self.shown, self.before)

    # -- what probes and functional tests use ------------------------------------------------------------------------

    @property
    def target(self) -> Data:
        """The value that the message is to bring."""
        return self.wanted if self.wanted is not None else self.another(None)

    def request(self) -> bytes:
        """The message as a plain APDU."""
        return encode_apdu(self.apdu())

    async def send(self, client: DlmsClient) -> Data | None:
        """Write; raises DataAccessError or ActionError for a refusal."""
        message = self.apdu()
        if isinstance(message, SetRequestNormal):
            await client.set(message.attribute, message.value, message.selection)
            return None
        return await client.action(message.method, message.parameters)

    def holds_payload(self, answer: bytes) -> bool:
        """Whether ``answer``, a plain APDU, says that the write was accepted."""
        response = decoded(answer)
        if isinstance(response, SetResponseNormal):
            return response.result is DataAccessResult.SUCCESS
        return isinstance(response, ActionResponseNormal) and response.outcome.result is ActionResult.SUCCESS

    async def look(self) -> Data:
        """The value in force, as the onlooker reads it; raises the meter's refusal."""
        role = self.onlooker if self.onlooker in self.access.clients else MANAGEMENT
        async with self.access.session(role, port=self._port_of(role), ask=role == self.role) as client:
            return await client.get(self.shown)

    def _port_of(self, role: str) -> str | None:
        """Another port than the row's where that is a serial one, on which the writer's session may be open."""
        access, own = self.access, self.access.ports[0]
        others = [port for port in access.ports_of(role) if port != own]
        return others[0] if others and access.profile_of(own) != _NETWORK else None

    async def prepare(self) -> None:
        """The value as it was found, and another one chosen to be written."""
        present = await self.look()
        if self.before is None:
            self.before, self.wanted = present, self.another(present)
        elif present != self.before:
            await self._bring_back()

    async def observe(self) -> Effect:
        """Whether the onlooker reads another value than the one before."""
        source = f"what client {self.onlooker} reads"
        if self.before is None:
            return Effect(None, source, "the value before the write was not read")
        try:
            present = await self.look()
        except RefusedError as error:
            return Effect(None, source, str(error))
        return Effect(present != self.before, source, f"{present!r}, before {self.before!r}")

    async def restore(self) -> None:
        """The value that was found first."""
        if self.before is not None and await self.look() != self.before:
            await self._bring_back()

    async def _bring_back(self) -> None:
        async with self.access.session(self.role, ask=True) as client:
            await self.undo(client)
