"""Rows whose message changes something at once: a write or a notification, in place of an order for a time to come.

Their messages are taken as bytes, made anew, altered, and handed in. What they change, the row's exchange observes.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import msgspec

from bench.access.office_rights import Act
from bench.controls.attempts import Attempt, attempt, record_effect
from bench.controls.office._messages import deliver, message_of, with_body
from bench.controls.office._row import exchange_of, sender_session
from bench.exchanges.office_kinds import OfficeOrder
from bench.exchanges.office_notification import OfficeNotification
from bench.exchanges.office_write import OfficeWrite
from drivers.cim.client import Answer
from drivers.cim.errors import OfficeRefusedError
from drivers.cim.messages import encode
from drivers.cim.messenger import MessageOptions, Reply, read_reply
from drivers.cim.office import CimOffice
from drivers.cim.portal import PortalClient
from drivers.cim.vocabulary import Result

if TYPE_CHECKING:
    from bench.controls.trial import Trial

Change = OfficeWrite | OfficeNotification
Session = CimOffice | PortalClient

NO_NONCE = "a portal's messages carry neither nonce nor time of their own: TLS and the token's end protect them"


def is_order(trial: Trial) -> bool:
    """Whether the row's message is an order for a switch."""
    return isinstance(exchange_of(trial), OfficeOrder)


def change_of(trial: Trial) -> Change:
    """The row's exchange, a write or a notification. Raises TypeError for one that is neither."""
    exchange = exchange_of(trial)
    if not isinstance(exchange, OfficeWrite | OfficeNotification):
        raise TypeError(f"{trial.row.id} neither writes nor notifies")
    return exchange


def act_of(message: bytes) -> Act:
    """What a captured message does, as the access table calls it."""
    header = message_of(message).header
    return Act.parse(f"{header.verb} {header.noun}")


async def hand_in(session: Session, message: bytes) -> Reply | Answer:
    """Send a message as it is. Raises OfficeRefusedError also where the reply says that nothing of it was taken."""
    answer = await deliver(session.client, message)
    if isinstance(session, PortalClient):
        return answer
    reply = read_reply(answer, message_of(message).header)
    if reply.result is not Result.OK:
        raise OfficeRefusedError(answer.status, str(reply.errors[0].code) if reply.errors else str(reply.result))
    return reply


def made_anew(office: CimOffice, message: bytes, options: MessageOptions | None = None, **header: Any) -> bytes:
    """The same message with a nonce of its own, other fields of its header, and a signature over all of it."""
    parsed = message_of(message)
    changes = {"nonce": uuid.uuid4().hex, **header}
    other = msgspec.structs.replace(parsed, header=msgspec.structs.replace(parsed.header, **changes))
    return office.messenger.to_request(other, encode(other), options or MessageOptions()).to_bytes()


def with_content(session: Session, message: bytes, body: bytes) -> bytes:
    """The message with another text, signed where its sender signs."""
    if isinstance(session, PortalClient):
        return with_body(message, body)
    return session.messenger.to_request(message_of(message), body, MessageOptions()).to_bytes()


async def record_good(trial: Trial, series: str) -> Attempt:
    """The row's message by its sender, and whether it took effect, recorded under ``series``; then it is taken back."""
    exchange = exchange_of(trial)
    await exchange.prepare()
    async with sender_session(trial) as session:
        tried = await attempt(exchange.send(session))
    await record_effect(trial, exchange, series, f"by {exchange.sender}", tried)
    await exchange.restore()
    return tried


async def record_no_effect(trial: Trial, series: str, what: str) -> None:
    """That nothing changed, recorded under ``series``; what did change is taken back for the next look."""
    if await record_effect(trial, exchange_of(trial), series, what):
        await exchange_of(trial).restore()
        await exchange_of(trial).prepare()
