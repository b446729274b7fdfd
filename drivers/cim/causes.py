"""What systems tell each other to find out who moved a meter's switch unasked (white paper 3.4.6).

The MDMS asks for the cause of an operation (``SwitchOperationCauses``); the CIS answers from work orders and from the
credentials that crews showed at the meter (``WorkOrders``, ``FieldVisits``). ``SwitchInquiries`` are what the MDMS has
asked and learned. The nouns are this project's.
"""

from __future__ import annotations

from drivers.cim.payloads import Part, SwitchOperation
from drivers.cim.vocabulary import Control, SwitchCause


class GetSwitchOperationCauses(Part, frozen=True):
    """Why the switch of ``meter`` moved. ``event``: the id of the event that told of it."""

    event: str
    meter: str
    time_stamp: str
    operation: SwitchOperation


class SwitchOperationCause(Part, frozen=True):
    """The answer. ``work_order``: the order under which an employee acted, if there is one."""

    event: str
    meter: str
    cause: SwitchCause
    work_order: str = ""


class WorkOrder(Part, frozen=True):
    """``employee`` may do ``operations`` at the switch of ``meter`` between ``start`` and ``end``."""

    work_order: str
    meter: str
    employee: str
    operations: tuple[Control, ...]
    start: str
    end: str


class FieldVisit(Part, frozen=True):
    """Somebody showed ``credential`` at ``meter`` and was there from ``start`` to ``end``."""

    visit: str
    meter: str
    credential: str
    start: str
    end: str


class GetSwitchInquiries(Part, frozen=True):
    """Inquiries about these meters; none means all."""

    meters: tuple[str, ...] = ()


class SwitchInquiry(Part, frozen=True):
    """An inquiry about one operation. ``cause`` None: it is open."""

    event: str
    meter: str
    opened: str
    operation: SwitchOperation
    closed: str = ""
    cause: SwitchCause | None = None
