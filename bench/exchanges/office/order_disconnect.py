"""3.4.3 to 3.4.5 on AMI-25: the CIS orders a disconnect at the headend; derived AMI-12: the LMS does."""

from __future__ import annotations

from bench.exchanges.office_kinds import OfficeOrder
from drivers.cim.vocabulary import Control


class OrderDisconnect(OfficeOrder):
    """The order for a move-out, for non-payment, or to shed load; at one meter."""

    rows = tuple(f"{process}/AMI-25/CIS-HE" for process in ("3.4.3", "3.4.4", "3.4.5"))
    sender = "cis"
    control = Control.DISCONNECT


class ShedLoad(OfficeOrder):
    """The order to shed load, at one meter."""

    rows = ("3.4.5/AMI-12/LMS-HE/d1",)
    sender = "lms"
    control = Control.DISCONNECT
