"""4.1.4, 4.2.1 and 4.2.2: load control signals to the gateway and on to the energy management system."""

from __future__ import annotations

from typing import ClassVar

from bench.exchanges.sep2_events import LoadControl
from bench.exchanges.sep2_exchange import ToGateway, ToManager


class LoadControlByHeadend(ToGateway):
    """AMI-27: the headend's signal."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.1/AMI-27/HE-ESI",)
    predicates = frozenset({"commands"})
    party = "headend"
    content = LoadControl()


class LoadControlByLms(ToGateway):
    """AMI-29: the load management's own signal, past the headend."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.1/AMI-29/LMS-ESI", "4.2.1/AMI-29/LMS-ESI/d1", "4.1.4/AMI-29/LMS-ESI")
    predicates = frozenset({"commands"})
    party = "lms"
    side = "load management"
    content = LoadControl()


class LoadControlAtHome(ToManager):
    """AMI-31: level or percentage."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.1/AMI-31/ESI-CEMS",)
    predicates = frozenset({"commands", "writes"})
    party = "esi"
    content = LoadControl()


class ScramByHeadend(ToGateway):
    """AMI-27: turn off."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.2/AMI-27/HE-ESI",)
    predicates = frozenset({"commands"})
    party = "headend"
    content = LoadControl(share=0.0)


class ScramByLms(ToGateway):
    """AMI-29: turn off, past the headend."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.2/AMI-29/LMS-ESI", "4.2.2/AMI-29/LMS-ESI/d1")
    predicates = frozenset({"commands"})
    party = "lms"
    side = "load management"
    content = LoadControl(share=0.0)


class ScramAtHome(ToManager):
    """AMI-31: turn off."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.2/AMI-31/ESI-CEMS",)
    predicates = frozenset({"commands"})
    party = "esi"
    content = LoadControl(share=0.0)
