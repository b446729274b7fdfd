"""The device in a seat as a VEN: its declared items, and the credentials of the VTNs that the bench plays.

The PIXIT item ``openadr`` is a table with the items of ``sep2`` (`bench.access.sep2`) that concern VTNs, and::

    [pixit.openadr]
    poll_s = 60              # the longest time between two polls, whatever the VTN asks for
    generator_w = 5000.0     # rating of what generates behind it
    log_server = "headend"   # the 2030.5 server to which the device posts its log
    second = "headend"       # a 2030.5 server by which the same signals may come
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.access.sep2 import Sep2Access

if TYPE_CHECKING:
    from bench.lab.station import Station

LINK = "openadr"


class OadrAccess(Sep2Access):
    """How the bench plays the VTNs of the device in ``seat``."""

    def pixit(self, name: str, default: Any = None) -> Any:
        """An item of the PIXIT table ``openadr``."""
        device = self.station.lab.seat(self.seat).device
        return device.pixit.get(LINK, {}).get(name, default) if device is not None else default

    @property
    def own_server(self) -> str:
        """A VEN of the pull model has none."""
        return ""

    @property
    def home(self) -> Sep2Access:
        """The same device as its home, and a 2030.5 server of the utility, see it."""
        return Sep2Access(self.station, self.seat)


async def identify(_station: Station, _seat: str, _port: str) -> str:
    """A VEN of the pull model has no port: nothing can be asked."""
    return "a VEN: it is heard when it polls"
