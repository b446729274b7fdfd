"""Giving signals of demand response to a system, looking where they stand, and ending them."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.cim.messenger import MessageOptions, Messenger
from drivers.cim.signals import CancelSignals, GetSignals, Signal, SignalStatus
from drivers.cim.vocabulary import Noun, Verb

Statuses = tuple[SignalStatus, ...]


async def give(messenger: Messenger, signals: Sequence[Signal], options: MessageOptions | None = None) -> Statuses:
    """Give signals to homes; all or none are taken. Taken is not followed: see `stand`. Raises OfficeError."""
    reply = await messenger.call(Verb.CREATE, Noun.SIGNALS, payload=tuple(signals), options=options)
    return reply.payload(Noun.SIGNALS, Statuses)


async def stand(messenger: Messenger, ids: Sequence[str] = ()) -> Statuses:
    """Where signals stand and what the homes answered; all that are not over when none is named. Raises OfficeError."""
    reply = await messenger.call(Verb.GET, Noun.SIGNALS, request=GetSignals(signals=tuple(ids)))
    return reply.payload(Noun.SIGNALS, Statuses)


async def end(messenger: Messenger, ids: Sequence[str], options: MessageOptions | None = None) -> Statuses:
    """End signals at once. Raises OfficeError."""
    request = CancelSignals(signals=tuple(ids))
    reply = await messenger.call(Verb.CANCEL, Noun.SIGNALS, request=request, options=options)
    return reply.payload(Noun.SIGNALS, Statuses)
