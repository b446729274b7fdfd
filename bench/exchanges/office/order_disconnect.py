"""3.4.3 and 3.4.4 on AMI-25: the CIS orders a disconnect at the headend."""

from __future__ import annotations

from bench.exchanges.office_kinds import OfficeOrder
from drivers.cim.vocabulary import Control


class OrderDisconnect(OfficeOrder):
    """The order for a move-out or for non-payment."""

    rows = ("3.4.3/AMI-25/CIS-HE", "3.4.4/AMI-25/CIS-HE")
    sender = "cis"
    control = Control.DISCONNECT
