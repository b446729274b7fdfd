"""4.3.1, 4.3.2 and 5.3.2: an aggregator's own order to a gateway, past the utility (AMI-21), as a message."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from bench.exchanges.office.give_signal import GiveGenerationSignal, GiveLoadSignal
from drivers.cim.signals import Signal, SignalKind

_AT_HOME = "cems"
"""The device of the home that follows the gateway."""


class ManageGenerationAtGateway(GiveGenerationSignal):
    """4.3.1: how much may be fed in. What a device of the home then finds at the gateway shows it."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.1/AMI-21/Aggr-ESI", "4.3.1/AMI-21/Aggr-ESI/d1")
    predicates = frozenset({"returns", "commands", "writes"})
    sender = "aggregator"
    looks_as = _AT_HOME


class ManageChargingAtGateway(ManageGenerationAtGateway):
    """4.3.2: how fast a vehicle charges."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.2/AMI-21/Aggr-ESI", "4.3.2/AMI-21/Aggr-ESI/d1")
    kind = SignalKind.CHARGING


class RespondAtGateway(GiveLoadSignal):
    """5.3.2, derived: the commands by which an aggregator's customers respond to a price, to their load switches."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.2/AMI-21/Aggr-ESI/d1",)
    predicates = frozenset({"commands"})
    sender = "aggregator"
    looks_as = _AT_HOME

    def signal(self, amount: int) -> Signal:
        """As `GiveLoadSignal.signal`, for what hangs on load switches."""
        return msgspec.structs.replace(super().signal(amount), devices=("load_control_switch",))
