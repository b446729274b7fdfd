"""3.5.4: a text that tells of an outage."""

from __future__ import annotations

from bench.exchanges.sep2_events import Notice
from bench.exchanges.sep2_exchange import ToGateway, ToManager


class TextByHeadend(ToGateway):
    """AMI-27: the headend's text."""

    rows = ("3.5.4/AMI-27/HE-ESI",)
    predicates = frozenset({"notifies"})
    party = "headend"
    side = "texts"
    content = Notice()


class TextAtHome(ToManager):
    """AMI-31: the gateway's text."""

    rows = ("3.5.4/AMI-31/ESI-CEMS/d1",)
    predicates = frozenset({"notifies"})
    party = "esi"
    side = "texts"
    content = Notice()
