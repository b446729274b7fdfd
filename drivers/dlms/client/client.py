"""`DlmsClient`: everything that can be asked of a meter over one link, politely or not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from drivers.clock import Clock
from drivers.dlms.apdu import (
    ActionOutcome,
    Attribute,
    GetResult,
    InitiateResponse,
    Method,
    SelectedAttribute,
    Selection,
)
from drivers.dlms.client import action as action_service
from drivers.dlms.client import get as get_service
from drivers.dlms.client import set as set_service
from drivers.dlms.client.association import Agreement, Association
from drivers.dlms.client.channel import Channel, Override, Received
from drivers.dlms.client.exchange import Exchange, Notification
from drivers.dlms.client.identity import ClientIdentity
from drivers.dlms.data import Data
from drivers.dlms.enums import DataAccessResult
from drivers.dlms.errors import DlmsError
from drivers.dlms.link import DlmsLink
from drivers.dlms.security import InvocationCounters, Protection, SecurityMaterial
from drivers.transport.base import SilenceError, TransportError
from drivers.transport.tap import Tap


class DlmsClient:
    """A client of one meter over ``link``. ``counters`` are kept by the caller across clients (the ledger).

    Services raise `DataAccessError`, `ActionError`, `ExceptionResponseError`, `ServiceError` for refusals,
    `SilenceError` when the identity's response time-out passes, what the link raises, `DecodeError` for malformed
    answers, and `SecurityError` for answers whose protection is wrong or less than demanded.
    """

    def __init__(self, link: DlmsLink, identity: ClientIdentity, counters: InvocationCounters | None = None) -> None:
        self.link = link
        self._channel = Channel(link, identity, counters if counters is not None else InvocationCounters())
        self._exchange = Exchange(self._channel)
        self.association = Association(self._exchange)

    # -- what it is ----------------------------------------------------------------------------------------------

    @property
    def clock(self) -> Clock:
        return self.link.clock

    @property
    def taps(self) -> Mapping[str, Tap]:
        """``line`` and ``frame`` of the link, ``ciphered`` and ``plain`` of this client."""
        own = {"ciphered": self._channel.ciphered_tap, "plain": self._channel.plain_tap}
        return {**self.link.taps, **own}

    @property
    def identity(self) -> ClientIdentity:
        return self._channel.identity

    @identity.setter
    def identity(self, identity: ClientIdentity) -> None:
        """Speak as another; an association that is there is forgotten on this side only."""
        self._channel.identity = identity
        self._channel.blocks.window = identity.block_window
        self.association.reset()

    @property
    def material(self) -> SecurityMaterial | None:
        """Security material in use: the identity's, with what the association added (server's title, dedicated key)."""
        return self._channel.material

    @property
    def counters(self) -> InvocationCounters:
        return self._channel.counters

    @property
    def negotiated(self) -> InitiateResponse:
        """Conformance and PDU size agreed on."""
        return self._exchange.negotiated

    @property
    def associated(self) -> bool:
        """True from a successful `associate` until release, close or another AARQ."""
        return self.association.established

    # -- association ---------------------------------------------------------------------------------------------

    async def associate(self) -> Agreement:
        """Open the link where it is not, then associate. Raises AssociationRefusedError, AuthenticationError too."""
        if not self.link.connected:
            await self.link.open()
        return await self.association.associate()

    async def release(self) -> None:
        """Release the association; the link stays open."""
        await self.association.release()

    async def close(self) -> None:
        """Release where associated, then close the link. A meter that refuses or is silent raises nothing."""
        try:
            if self.associated and self.link.connected:
                await self.association.release()
        except (DlmsError, TransportError):
            pass  # The link is closed anyway; a meter that does not answer must not keep it open.
        finally:
            self.association.reset()
            await self.link.close()

    async def abort(self) -> None:
        """Close the link without a word."""
        self.association.reset()
        await self.link.abort()

    async def __aenter__(self) -> DlmsClient:
        try:
            await self.associate()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    # -- services ------------------------------------------------------------------------------------------------

    async def get(self, attribute: Attribute, selection: Selection | None = None) -> Data:
        """The value of ``attribute``, or the selected part of it."""
        return await get_service.get(self._exchange, attribute, selection)

    async def get_list(self, attributes: Sequence[Attribute | SelectedAttribute]) -> tuple[GetResult, ...]:
        """A value or a `DataAccessResult` for each attribute."""
        return await get_service.get_list(self._exchange, _selected(attributes))

    async def set(
        self, attribute: Attribute, value: Data, selection: Selection | None = None, *, confirmed: bool = True
    ) -> None:
        """Write ``attribute``. Unconfirmed: returns once it is sent."""
        await set_service.set_value(self._exchange, attribute, value, selection, confirmed=confirmed)

    async def set_list(
        self, attributes: Sequence[Attribute | SelectedAttribute], values: Sequence[Data]
    ) -> tuple[DataAccessResult, ...]:
        """Write several attributes; a result for each."""
        return await set_service.set_list(self._exchange, _selected(attributes), values)

    async def action(self, method: Method, parameters: Data | None = None, *, confirmed: bool = True) -> Data | None:
        """Call ``method``; what it returns, None for nothing. Unconfirmed: returns once it is sent."""
        return await action_service.action(self._exchange, method, parameters, confirmed=confirmed)

    async def action_list(self, methods: Sequence[Method], parameters: Sequence[Data]) -> tuple[ActionOutcome, ...]:
        """Call several methods; an outcome for each."""
        return await action_service.action_list(self._exchange, methods, parameters)

    # -- notifications -------------------------------------------------------------------------------------------

    async def next_notification(self, deadline: float) -> Notification:
        """The next notification, also one that came during a request. Raises SilenceError at ``deadline``."""
        return await self._exchange.next_notification(deadline)

    async def notifications(self, deadline: float) -> AsyncIterator[Notification]:
        """Notifications as they come, until ``deadline``."""
        while True:
            try:
                notification = await self.next_notification(deadline)
            except SilenceError:
                return
            yield notification

    # -- for probes ----------------------------------------------------------------------------------------------

    async def send_apdu(
        self,
        plain: bytes,
        *,
        control: int | None = None,
        counter: int | None = None,
        kind: Protection | None = None,
        material: SecurityMaterial | None = None,
        signed: bool | None = None,
        deadline: float | None = None,
    ) -> Received:
        """Send any plain bytes, protected as the identity says or as overridden; the next answer, opened.

        Notifications that come before it are put aside. Refusals are answers here, not exceptions.
        """
        override = Override(control=control, counter=counter, kind=kind, material=material, signed=signed)
        return await self._exchange.exchange(plain, override, deadline)

    async def send_raw(self, ciphered: bytes, deadline: float | None = None) -> bytes:
        """Send bytes as they are, from the layer ``ciphered``; the next APDU as it comes. Raises SilenceError."""
        await self._channel.send_ciphered(ciphered)
        return await self.receive_raw(deadline)

    async def receive_raw(self, deadline: float | None = None) -> bytes:
        """The next APDU as it comes, without having sent anything. Raises SilenceError."""
        return await self._channel.receive_ciphered(self._channel.deadline() if deadline is None else deadline)

    def protect(
        self,
        plain: bytes,
        *,
        control: int | None = None,
        counter: int | None = None,
        kind: Protection | None = None,
        material: SecurityMaterial | None = None,
        signed: bool | None = None,
    ) -> bytes:
        """``plain`` as `send_apdu` would send it, without sending it."""
        override = Override(control=control, counter=counter, kind=kind, material=material, signed=signed)
        return self._channel.protect(plain, override)

    def unprotect(self, message: bytes) -> Received:
        """What a message as of `receive_raw` holds; its counter is checked and used up."""
        return self._channel.open(message)


def _selected(attributes: Sequence[Attribute | SelectedAttribute]) -> list[SelectedAttribute]:
    return [item if isinstance(item, tuple) else (item, None) for item in attributes]
