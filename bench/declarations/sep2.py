"""A 2030.5 device: that it follows each server that it is declared to follow, as often as is declared."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.sep2 import LINK, SERVER, Sep2Access
from bench.access.sep2_server import Counterpart
from bench.declarations.base import Comparison, Topic
from drivers.cim.errors import OfficeError
from drivers.sep2.devices import DeviceCapability
from drivers.sep2.errors import Sep2Error

_POLLS = 3


async def servers(comparison: Comparison) -> None:
    """The device comes to the bench in the place of each server, and again in time; its own server serves the home."""
    await _followed(comparison)
    await _own(comparison)


async def _followed(comparison: Comparison) -> None:
    access = Sep2Access(comparison.station, comparison.seat)
    links = comparison.station.lab.seat(comparison.seat).links
    followed = [name for name, link in links.items() if link.carries == LINK and link.profile != SERVER]
    for party in followed:
        async with Counterpart(access, party) as server:
            came = await server.polled(_POLLS)
            comparison.hold(f"follows {party}, polling within {access.poll_s:g} s", True, came)


async def _own(comparison: Comparison) -> None:
    access = Sep2Access(comparison.station, comparison.seat)
    if not access.own_server or not access.has_secret(str(access.pixit("home_device", "cems"))):
        return
    try:
        async with access.client(str(access.pixit("home_device", "cems"))) as client:
            seen = (await client.get("/dcap", DeviceCapability)).end_devices is not None
    except (OfficeError, Sep2Error):
        seen = False
    comparison.hold("serves a device of the home", True, seen)


TOPICS: Sequence[Topic] = (Topic("servers", servers, needs="sep2"),)
