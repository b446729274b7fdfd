"""Notices of outages to customers, as an outage management system has a headend bring them home (white paper 3.5.4).

The noun and its shape are extensions of this project.
"""

from __future__ import annotations

from collections.abc import Sequence

from drivers.cim.messenger import MessageOptions, Messenger, Reply
from drivers.cim.payloads import Part
from drivers.cim.vocabulary import Noun, Verb


class OutageNotice(Part, frozen=True):
    """Customers of ``meters`` are told that their supply is away from ``start`` (ISO 8601) on, for ``duration`` s.

    ``notice`` is its id: told again under the same id it replaces what was told. ``planned`` False: it has failed.
    """

    notice: str
    meters: tuple[str, ...]
    start: str
    duration: int
    planned: bool = True


class NoticeDelivery(Part, frozen=True):
    """How the customer of a meter is told: at the ``display`` of the home behind a gateway, or by a ``message`` to the
    customer (telephone, e-mail), which the CIS sends.
    """

    meter: str
    way: str
    home: str = ""


class OutageNoticeStatus(Part, frozen=True):
    """Where a notice stands: ``told``, ``cancelled`` or ``over``; ``text`` as customers see it."""

    notice: str
    state: str
    content: OutageNotice
    text: str
    deliveries: tuple[NoticeDelivery, ...] = ()


class GetOutageNotices(Part, frozen=True):
    """Notices for these meters; none means all."""

    meters: tuple[str, ...] = ()


class CancelOutageNotices(Part, frozen=True):
    """Notices that do not hold any more."""

    notices: tuple[str, ...]


Statuses = tuple[OutageNoticeStatus, ...]


async def tell_notices(
    messenger: Messenger, notices: Sequence[OutageNotice], options: MessageOptions | None = None
) -> Reply:
    """Have customers told; the reply is the acknowledgment. Raises OfficeError."""
    return await messenger.call(Verb.CREATE, Noun.OUTAGE_NOTICES, payload=tuple(notices), options=options)


async def cancel_notices(messenger: Messenger, ids: Sequence[str], options: MessageOptions | None = None) -> Reply:
    """Take notices back. Raises OfficeError."""
    request = CancelOutageNotices(notices=tuple(ids))
    return await messenger.call(Verb.CANCEL, Noun.OUTAGE_NOTICES, request=request, options=options)


async def known_notices(
    messenger: Messenger, meters: Sequence[str] = (), options: MessageOptions | None = None
) -> Statuses:
    """Where the notices for these meters (none: all) stand. Raises OfficeError."""
    request = GetOutageNotices(meters=tuple(meters))
    reply = await messenger.call(Verb.GET, Noun.OUTAGE_NOTICES, request=request, options=options)
    return reply.payload(Noun.OUTAGE_NOTICES, Statuses)
