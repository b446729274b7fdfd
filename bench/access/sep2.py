"""The device in a seat as a 2030.5 party: its declared items, and the credentials of whoever the bench plays.

The device file names credentials by party in ``[secrets]``: ``headend``, ``lms``, ``esi`` (servers that the device
follows), ``cems`` (a device of its home); for attacks also ``headend.untrusted``, ``factory``, ``stranger`` ...;
``trust`` holds the anchor alone and ``pin`` the PIN of the device's registration.

The PIXIT item ``sep2`` is a table::

    [pixit.sep2]
    listen = "192.0.2.10:8443"   # where the device reaches the bench; an emulated one by the loopback
    poll_s = 60                  # the longest time between two polls while it hears its server
    act_s = 5                    # from the poll that brings an event to the act, and to the response
    retry_s = 120                # from the return of a server that was gone to the next poll
    dwell_s = 60                 # a load that was moved stays so for at least so long
    price = { limit = 0.4, share = 0.5, bounds = [0.0, 2.0] }   # currency a kWh: above limit, loads at share
    load_w = 2000.0              # what the controllable load draws by itself
    generator_w = 5000.0         # rating of what generates, and what is there to be fed in
    available_w = 4000.0
    near_w = 50.0                # how near the power comes to what is asked of it
    subscribes = true            # it subscribes to what it follows, where its server lets it
    reservable_w = 6000.0        # of a server that grants flow reservations: what all may take together
    reserves_s = 120.0           # from a request to the earliest start of what it reserves
    category = "00040000"        # by which controls of generation name it: virtual and mixed DER, or its own kind
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from drivers.cim.credentials import Credential, TlsOptions
from drivers.sep2.client import Sep2Client
from drivers.sep2.tls import CLIENT_TLS

if TYPE_CHECKING:
    from bench.lab.station import Station

LINK = "sep2"
SERVER = "server"
"""Profile of a port of the lab config on which the device is itself a server."""
_LOOPBACK = "127.0.0.1:0"
MIXED_DER = "00040000"
"""Device category of virtual and mixed DER."""


class NoAddressError(Exception):
    """The device is real, and its device file does not say where it reaches the bench."""


@dataclass
class Sep2Access:
    """How the bench plays the parties around the device in ``seat``."""

    station: Station
    seat: str

    def pixit(self, name: str, default: Any = None) -> Any:
        """An item of the PIXIT table ``sep2``."""
        device = self.station.lab.seat(self.seat).device
        return device.pixit.get("sep2", {}).get(name, default) if device is not None else default

    def has_secret(self, name: str) -> bool:
        """Whether the device file names such a secret."""
        device = self.station.lab.seat(self.seat).device
        return device is not None and name in device.secrets

    def credential(self, name: str) -> Credential:
        """The credential that the device file has under ``name``."""
        return Credential.from_pem(self.station.secret(self.seat, name).decode("ascii"))

    @property
    def pin(self) -> int:
        """The PIN of the device's registration."""
        return int(self.station.secret(self.seat, "pin").decode("ascii"))

    @property
    def listen(self) -> tuple[str, int]:
        """Address and port (0: any) at which the device reaches the bench. Raises NoAddressError."""
        stated = str(self.pixit("listen", ""))
        if not stated and not self.station.lab.seat(self.seat).emulated:
            raise NoAddressError(f"the device file of seat {self.seat} does not state sep2.listen (PIXIT)")
        host, _, port = (stated or _LOOPBACK).rpartition(":")
        return host, int(port)

    @property
    def poll_s(self) -> float:
        """The longest time between two polls, in s."""
        return float(self.pixit("poll_s", 60.0))

    @property
    def act_s(self) -> float:
        """From the poll that brings an event to the act."""
        return float(self.pixit("act_s", 5.0))

    @property
    def category(self) -> bytes:
        """Device category by which the bench's controls of generation name it."""
        return bytes.fromhex(str(self.pixit("category", MIXED_DER)))

    @property
    def own_server(self) -> str:
        """``https://host:port`` of the device's own server; empty where it has none."""
        return self.station.endpoint(self.seat, self._own_port).url if self._own_port else ""

    @property
    def has_own_server(self) -> bool:
        """Whether the lab config gives it such a port."""
        return bool(self._own_port)

    @property
    def _own_port(self) -> str:
        links = self.station.lab.seat(self.seat).links
        return next((name for name, link in links.items() if link.carries == LINK and link.profile == SERVER), "")

    def client(self, party: str | Credential, options: TlsOptions = CLIENT_TLS) -> Sep2Client:
        """A client of the device's own server, as ``party``."""
        credential = self.credential(party) if isinstance(party, str) else party
        return Sep2Client(self.own_server, credential, self.station.clock, options=options, timeout_s=5.0)

    def kept_client(self, party: str) -> Sep2Client:
        """As `client`; the same one until the next fresh start, which closes it."""
        return self.station.left_open.kept(("sep2", self.own_server, party), lambda: self.client(party))
