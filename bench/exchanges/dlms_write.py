"""The kind of exchange that writes on a meter's DLMS link: a limit, a credit, a flag, by SET or by a method."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from bench.access.dlms import MANAGEMENT, READER
from bench.exchanges.dlms_exchange import DlmsExchange
from bench.exchanges.dlms_kinds import INVOKE, decoded
from bench.exchanges.write import ValueWrite
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
    pass

Message = SetRequestNormal | ActionRequestNormal
_NETWORK = "wrapper"


class DlmsWrite(ValueWrite[Data], DlmsExchange):
    """A write. Its effect is that another party than the writer then reads another value than before.

    A subclass says which attribute shows the effect (`shown`) and picks a value that differs from the present one
    (`another`). One that writes by a method overrides `apdu` and, where SET cannot undo it, `undo`.

    ``trace`` is the meaning of the entry that the write leaves in a log (`bench.access.dlms_events`).
    """

    onlooker: ClassVar[str] = READER
    refusals: ClassVar[tuple[type[Exception], ...]] = (RefusedError,)
    trace: ClassVar[str] = "configuration_changed"

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

    async def present(self) -> Data:
        """The value in force, as the onlooker reads it; raises the meter's refusal."""
        role = self.onlooker if self.onlooker in self.access.clients else MANAGEMENT
        async with self.access.session(role, port=self._port_of(role), ask=role == self.role) as client:
            return await client.get(self.shown)

    def _port_of(self, role: str) -> str | None:
        """Another port than the row's where that is a serial one, on which the writer's session may be open."""
        access, own = self.access, self.access.ports[0]
        others = [port for port in access.ports_of(role) if port != own]
        return others[0] if others and access.profile_of(own) != _NETWORK else None

    async def bring_back(self) -> None:
        async with self.access.session(self.role, ask=True) as client:
            await self.undo(client)
