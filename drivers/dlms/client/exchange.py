"""One request, one answer: invoke ids, notifications that come in between, refusals as exceptions."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from drivers.dlms.apdu import (
    Apdu,
    ConfirmedServiceError,
    DataNotification,
    EventNotification,
    ExceptionResponse,
    decode_apdu,
    invoke_byte,
)
from drivers.dlms.apdu.initiate import InitiateResponse
from drivers.dlms.client.channel import NO_OVERRIDE, Channel, Override, Received
from drivers.dlms.enums import Conformance
from drivers.dlms.errors import ExceptionResponseError, ServiceError, UnexpectedApduError
from drivers.dlms.security import Opened, Protection

NOTIFICATION_TAGS = frozenset((0x0F, 0xC2))
_OVERHEAD = {
    Protection.GLOBAL: 24,
    Protection.DEDICATED: 24,
    Protection.GENERAL_GLOBAL: 33,
    Protection.GENERAL_DEDICATED: 33,
    Protection.GENERAL: 300,
}
"""Bytes that protection adds at most: tag, lengths, titles, security header, tag; key info in general-ciphering."""

_SIGNING_OVERHEAD = 140


@dataclass(frozen=True, slots=True)
class Notification:
    """What the meter sent unasked. ``opened``: how it was ciphered (None: not), ``at``: when it came (station time)."""

    apdu: DataNotification | EventNotification
    opened: Opened | None
    signed: bool
    at: float


class Exchange:
    """Requests and answers on a `Channel`. ``negotiated`` is what the association agreed on."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.negotiated = assumed_agreement(channel)
        self._invoke_id = 0
        self._abandoned: set[int] = set()
        self._notifications: deque[Received] = deque()
        self._notified_at: deque[float] = deque()

    # -- requests ------------------------------------------------------------------------------------------------

    def next_invoke(self, *, confirmed: bool = True) -> int:
        """invoke-id-and-priority of the next request; ids go round from 1 to 15."""
        self._invoke_id = self._invoke_id % 15 + 1
        return invoke_byte(self._invoke_id, confirmed=confirmed, high_priority=self.channel.identity.high_priority)

    async def request(self, apdu: Apdu, invoke: int) -> Apdu:
        """Send ``apdu`` and return the answer to it.

        Raises ExceptionResponseError, ServiceError, SilenceError, UnexpectedApduError for an answer with another
        invoke id (late answers to requests that were given up are passed over), DecodeError, SecurityError.
        """
        try:
            await self.channel.send(apdu.encode())
            deadline = self.channel.deadline()
            while True:
                answer = decode_apdu((await self.receive(deadline)).apdu)
                if isinstance(answer, ExceptionResponse):
                    raise ExceptionResponseError(answer.state_error, answer.service_error, answer.counter)
                if isinstance(answer, ConfirmedServiceError):
                    raise ServiceError(answer.error)
                answered = getattr(answer, "invoke", None)
                if answered == invoke:
                    return answer
                if answered not in self._abandoned:
                    raise UnexpectedApduError(f"an answer with invoke id {invoke & 0x0F}", answer)
                self._abandoned.discard(answered)
        except BaseException:
            self._abandoned.add(invoke)
            raise

    async def send_unconfirmed(self, apdu: Apdu) -> None:
        """Send ``apdu`` and expect no answer."""
        await self.channel.send(apdu.encode())

    async def exchange(self, apdu: bytes, override: Override = NO_OVERRIDE, deadline: float | None = None) -> Received:
        """Send any plain bytes, protected; return the next APDU that is no notification, opened, whatever it is."""
        await self.channel.send(apdu, override)
        return await self.receive(self.channel.deadline() if deadline is None else deadline)

    async def receive(self, deadline: float) -> Received:
        """The next plain APDU; notifications are put aside."""
        while True:
            received = await self.channel.receive(deadline)
            if received.apdu[:1] and received.apdu[0] in NOTIFICATION_TAGS:
                self._put_aside(received)
                continue
            return received

    # -- sizes ---------------------------------------------------------------------------------------------------

    @property
    def room(self) -> int:
        """Bytes of a plain request that fit into one PDU of the server."""
        size = self.negotiated.max_pdu_size or 0xFFFF
        channel = self.channel
        if not channel.protecting:
            return size
        signing = _SIGNING_OVERHEAD if channel.identity.signed else 0
        return max(1, size - _OVERHEAD[channel.identity.kind] - signing)

    def agreed(self, service: Conformance) -> bool:
        """Whether the association agreed on ``service``."""
        return bool(self.negotiated.conformance & service)

    def agree(self, response: InitiateResponse) -> None:
        """Take over what an InitiateResponse says."""
        self.negotiated = response
        by_blocks = self.agreed(Conformance.GENERAL_BLOCK_TRANSFER)
        self.channel.blocks.max_size = response.max_pdu_size if by_blocks else 0

    def reset(self) -> None:
        """Forget the association; notifications that came stay."""
        self.negotiated = assumed_agreement(self.channel)
        self.channel.blocks.max_size = 0
        self._abandoned.clear()

    # -- notifications -------------------------------------------------------------------------------------------

    async def next_notification(self, deadline: float) -> Notification:
        """The next notification, from those put aside or from the link. Raises SilenceError at ``deadline``.

        Any other APDU raises UnexpectedApduError: nothing was asked.
        """
        while not self._notifications:
            received = await self.channel.receive(deadline)
            if received.apdu[:1] and received.apdu[0] in NOTIFICATION_TAGS:
                self._put_aside(received)
            else:
                raise UnexpectedApduError("a notification", decode_apdu(received.apdu))
        received, at = self._notifications.popleft(), self._notified_at.popleft()
        return to_notification(received, at)

    def _put_aside(self, received: Received) -> None:
        self._notifications.append(received)
        self._notified_at.append(self.channel.clock.now())


def to_notification(received: Received, at: float) -> Notification:
    """Decode a notification. Raises DecodeError, UnexpectedApduError for another APDU."""
    apdu = decode_apdu(received.apdu)
    if not isinstance(apdu, DataNotification | EventNotification):
        raise UnexpectedApduError("a notification", apdu)
    return Notification(apdu, received.opened, received.signed, at)


def assumed_agreement(channel: Channel) -> InitiateResponse:
    """What holds without an association: what the identity proposes."""
    return InitiateResponse(channel.identity.conformance, channel.identity.max_pdu_size)
