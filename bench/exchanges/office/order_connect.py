"""3.4.1 on AMI-25 (R3: CIS to MDMS): the CIS orders a connect; derived AMI-10: the MDMS orders it at the headend."""

from __future__ import annotations

from bench.exchanges.office_kinds import OfficeOrder
from drivers.cim.vocabulary import Control


class OrderConnect(OfficeOrder):
    """The order for a move-in, given to the MDMS."""

    rows = ("3.4.1/AMI-25/CIS-MDMS",)
    sender = "cis"
    control = Control.CONNECT


class PassConnectOn(OfficeOrder):
    """The same order, given by the MDMS to the headend."""

    rows = ("3.4.1/AMI-10/MDMS-HE/d1",)
    sender = "mdms"
    control = Control.CONNECT
