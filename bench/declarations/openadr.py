"""A VEN: that it registers with each VTN that it is declared to follow, polls as often as is declared, and signs."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.openadr import LINK, OadrAccess
from bench.access.openadr_vtn import OadrCounterpart
from bench.access.sep2 import SERVER
from bench.declarations.base import Comparison, Topic

_POLLS = 3


async def vtns(comparison: Comparison) -> None:
    """The device comes to the bench in the place of each VTN, and again in time, with signed messages."""
    access = OadrAccess(comparison.station, comparison.seat)
    links = comparison.station.lab.seat(comparison.seat).links
    for name in (name for name, link in links.items() if link.carries == LINK and link.profile != SERVER):
        async with OadrCounterpart(access, name.removesuffix("-vtn")) as vtn:
            came = await vtn.polled(_POLLS)
            comparison.hold(f"follows {name}, polling within {access.poll_s:g} s", True, came)
            signed = all(b"SignatureValue" in one.request.body for one in vtn.seen)
            comparison.hold(f"signs what it sends to {name}", True, came and signed)


TOPICS: Sequence[Topic] = (Topic("VTNs", vtns, needs="openadr"),)
