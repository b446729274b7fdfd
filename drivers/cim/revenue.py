"""What systems tell each other to protect revenue (white paper 3.3): suspicious meters, and cases to be looked into.

The MDMS says how a meter stands (``EndDeviceStandings``) to the headend, and opens a case (``RevenueCases``) at the
CIS, which contacts the customer and answers *all OK* or *possible tampering*. The nouns are this project's.
"""

from __future__ import annotations

from enum import StrEnum

from drivers.cim.payloads import Part


class Standing(StrEnum):
    """How a meter stands."""

    NORMAL = "normal"
    WATCHED = "to_be_watched"
    INVALID = "invalid"


class CaseReason(StrEnum):
    """Why the MDMS opens a case."""

    TAMPER_EVENT = "tamper_event"
    TAMPER_STATUS = "tamper_status"
    INVALID_REGISTRATION = "invalid_registration"
    ZERO_USE = "zero_use"
    LOW_USE = "low_use"
    REVERSED = "reversed"
    FLAT_LINE = "flat_line"


class CaseState(StrEnum):
    """Where a case stands; from open it goes to one of the others, once."""

    OPEN = "open"
    ALL_OK = "all_ok"
    POSSIBLE_TAMPERING = "possible_tampering"


class MeterStanding(Part, frozen=True):
    """``meter`` stands so from ``time_stamp`` on."""

    meter: str
    standing: Standing
    time_stamp: str = ""


class GetEndDeviceStandings(Part, frozen=True):
    """How these meters stand; none means all that do not stand normally."""

    meters: tuple[str, ...] = ()


class RevenueCase(Part, frozen=True):
    """A case about ``meter``. ``opened`` and ``closed`` are times; ``closed`` is empty while it is open."""

    case: str
    meter: str
    reason: CaseReason
    state: CaseState = CaseState.OPEN
    opened: str = ""
    closed: str = ""
    detail: str = ""


class GetRevenueCases(Part, frozen=True):
    """Cases about these meters; none means all."""

    meters: tuple[str, ...] = ()
