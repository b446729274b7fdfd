"""How DER of homes fare, as office systems tell it each other.

The noun and its shape are extensions of this project; IEC 61968-9 has meter readings only (`unverified`).
"""

from __future__ import annotations

from collections.abc import Sequence

from drivers.cim.messenger import MessageOptions, Messenger
from drivers.cim.payloads import Part
from drivers.cim.vocabulary import Noun, Verb


class DerReading(Part, frozen=True):
    """What one DER of a home did at ``time_stamp`` (ISO 8601): W and var generated."""

    der: str
    time_stamp: str
    active_power: float | None = None
    reactive_power: float | None = None


class HomeDers(Part, frozen=True):
    """The DER of a home: each one's last reading, and of all of them the state of charge (%) and whether any is
    connected, as it was told at ``status_time``. Empty where nothing has been told yet.
    """

    home: str
    ders: tuple[DerReading, ...] = ()
    status_time: str = ""
    state_of_charge: float | None = None
    connected: bool | None = None


class GetDerReadings(Part, frozen=True):
    """Which homes, and how often they are to be read from now on (s), for as long as somebody goes on asking."""

    homes: tuple[str, ...]
    every: int = 60


async def watch(
    messenger: Messenger, homes: Sequence[str], every_s: int = 60, options: MessageOptions | None = None
) -> tuple[HomeDers, ...]:
    """What is known of the DER of these homes, which are watched for a while from now on. Raises OfficeError."""
    request = GetDerReadings(homes=tuple(homes), every=every_s)
    reply = await messenger.call(Verb.GET, Noun.DER_READINGS, request=request, options=options)
    return reply.payload(Noun.DER_READINGS, tuple[HomeDers, ...])
