"""3.4.1 and 3.4.2 on AMI-25 (R3: CIS to MDMS): the CIS orders a connect; derived AMI-10: the MDMS orders it at the
headend.
"""

from __future__ import annotations

from bench.exchanges.office_kinds import OfficeOrder
from drivers.cim.vocabulary import Control

_PROCESSES = ("3.4.1", "3.4.2")


class OrderConnect(OfficeOrder):
    """The order for a move-in or a reinstatement, given to the MDMS."""

    rows = tuple(f"{process}/AMI-25/CIS-MDMS" for process in _PROCESSES)
    sender = "cis"
    control = Control.CONNECT


class PassConnectOn(OfficeOrder):
    """The same order, given by the MDMS to the headend."""

    rows = tuple(f"{process}/AMI-10/MDMS-HE/d1" for process in _PROCESSES)
    sender = "mdms"
    control = Control.CONNECT
