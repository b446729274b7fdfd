"""Enrolment in demand response: whose premises has which meter, and which premises take part in which program.

Nouns and shapes are extensions of this project; IEC 61968-9 has customer agreements and programs in its master data
(`unverified`).
"""

from __future__ import annotations

from collections.abc import Sequence

from drivers.cim.messenger import Messenger
from drivers.cim.payloads import Part
from drivers.cim.vocabulary import Noun, Verb


class Agreement(Part, frozen=True):
    """A customer's account at premises with their meter. ``home`` is the gateway there; empty where there is none."""

    account: str
    premises: str
    meter: str
    home: str = ""


class GetAgreements(Part, frozen=True):
    """Which premises; all where none is named."""

    premises: tuple[str, ...] = ()


class Enrolment(Part, frozen=True):
    """Premises take part in a program from ``start`` on (ISO 8601; empty: at once). ``enrolment`` is its id, which the
    receiver gives; ``state`` is ``enrolled`` or ``withdrawn``; ``third_party`` who asked for it, where that was not
    the customer.
    """

    premises: str
    program: str
    start: str = ""
    enrolment: str = ""
    state: str = "enrolled"
    third_party: str = ""


class GetEnrolments(Part, frozen=True):
    """Which enrolments; all of these premises, or all, where none is named."""

    enrolments: tuple[str, ...] = ()
    premises: tuple[str, ...] = ()


class CancelEnrolments(Part, frozen=True):
    """Enrolments that are to end at once."""

    enrolments: tuple[str, ...]


class GetConsents(Part, frozen=True):
    """Whether customers let ``third_party`` enrol their premises, now."""

    third_party: str
    premises: str


class Consents(Part, frozen=True):
    """The ids of consents that hold."""

    consents: tuple[str, ...] = ()


async def enrol(messenger: Messenger, enrolment: Enrolment) -> Enrolment:
    """Enrol premises in a program; the enrolment as it was taken. Raises OfficeError."""
    reply = await messenger.call(Verb.CREATE, Noun.PROGRAM_ENROLMENTS, payload=(enrolment,))
    return reply.payload(Noun.PROGRAM_ENROLMENTS, tuple[Enrolment, ...])[0]


async def withdraw(messenger: Messenger, enrolments: Sequence[str]) -> tuple[Enrolment, ...]:
    """End enrolments. Raises OfficeError."""
    request = CancelEnrolments(enrolments=tuple(enrolments))
    reply = await messenger.call(Verb.CANCEL, Noun.PROGRAM_ENROLMENTS, request=request)
    return reply.payload(Noun.PROGRAM_ENROLMENTS, tuple[Enrolment, ...])


async def enrolments(messenger: Messenger, premises: Sequence[str] = ()) -> tuple[Enrolment, ...]:
    """The enrolments of premises, withdrawn ones too; all where none is named. Raises OfficeError."""
    request = GetEnrolments(premises=tuple(premises))
    reply = await messenger.call(Verb.GET, Noun.PROGRAM_ENROLMENTS, request=request)
    return reply.payload(Noun.PROGRAM_ENROLMENTS, tuple[Enrolment, ...])


async def agreements(messenger: Messenger, premises: Sequence[str] = ()) -> tuple[Agreement, ...]:
    """The agreements at premises; all where none is named. Raises OfficeError."""
    request = GetAgreements(premises=tuple(premises))
    reply = await messenger.call(Verb.GET, Noun.CUSTOMER_AGREEMENTS, request=request)
    return reply.payload(Noun.CUSTOMER_AGREEMENTS, tuple[Agreement, ...])
