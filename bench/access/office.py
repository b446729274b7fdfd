"""Sessions with the office system in a seat, in the place of any of its peers.

The device file names the credentials by party in ``[secrets]``: ``mdms``, ``cis``, ``auditor`` ...; for attacks also
``mdms.expired``, ``mdms.untrusted``, ``mdms.revoked``, ``wrong_name``; ``trust`` holds the anchors alone.

The customer whose place the bench takes at a portal is the PIXIT item ``counterparts.customer``: ``user``, and in
``secret`` the name of the password in ``[secrets]``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bench.access.office_rights import OfficeRights, office_rights
from drivers.cim.client import OfficeClient, connections
from drivers.cim.credentials import Credential, TlsOptions
from drivers.cim.messenger import Messenger
from drivers.cim.office import CimOffice
from drivers.cim.portal import PortalClient

if TYPE_CHECKING:
    from bench.lab.station import Station

LINK = "office_https"
PLAINTEXT = "plaintext"
"""Profile of a port of the lab config where a plaintext service would answer, were there one."""
TRUST = "trust"


@dataclass
class OfficeAccess:
    """How the bench reaches the office system in ``seat``."""

    station: Station
    seat: str

    @property
    def url(self) -> str:
        """``https://host:port`` of the system."""
        links = self.station.lab.seat(self.seat).links
        secure = [port for port, link in links.items() if link.carries == LINK and link.profile != PLAINTEXT]
        return self.station.endpoint(self.seat, secure[0] if secure else LINK).url

    @property
    def plaintext_urls(self) -> tuple[str, ...]:
        """Where a plaintext service would answer: ports that the lab config names, and the usual ones of the host."""
        seat = self.station.lab.seat(self.seat)
        named = [
            self.station.endpoint(self.seat, port).url
            for port, link in seat.links.items()
            if link.carries == LINK and link.profile == PLAINTEXT
        ]
        host = urlsplit(self.url).hostname
        usual = [] if seat.emulated else [f"http://{host}:{port}" for port in (80, 8080)]
        return tuple(dict.fromkeys((*named, *usual, self.url.replace("https://", "http://"))))

    @cached_property
    def rights(self) -> OfficeRights:
        """Who may do what here, as declared. Raises OfficeRightsError."""
        return office_rights(self.station.lab.seat(self.seat).device)

    def has_secret(self, name: str) -> bool:
        """Whether the device file names such a secret."""
        device = self.station.lab.seat(self.seat).device
        return device is not None and name in device.secrets

    @property
    def party(self) -> str:
        """The system's own name among its peers: the PIXIT item ``party``, else the name of the seat."""
        return str(self.pixit("party", self.seat))

    def pixit(self, name: str, default: Any = None) -> Any:
        """A PIXIT item of the system."""
        device = self.station.lab.seat(self.seat).device
        return device.pixit.get(name, default) if device is not None else default

    def credential(self, name: str) -> Credential:
        """The credential that the device file has under ``name``."""
        return Credential.from_pem(self.station.secret(self.seat, name).decode("ascii"))

    def client(self, credential: Credential | str, options: TlsOptions | None = None, url: str = "") -> OfficeClient:
        """An HTTPS client with a credential, by value or by name."""
        chosen = self.credential(credential) if isinstance(credential, str) else credential
        return OfficeClient(url or self.url, chosen, self.station.clock, options=options)

    def office(self, party: str, *, client: OfficeClient | None = None, originator: str = "") -> CimOffice:
        """The system as ``party`` sees it; ``client`` carries another credential than the party's own."""
        source = party.split(".", 1)[0]
        return CimOffice(Messenger(client or self.client(party), source, self.party, originator))

    def portal(self) -> PortalClient:
        """The customer portal of the system, nobody signed in."""
        return PortalClient(self.client(TRUST))

    @asynccontextmanager
    async def customer(self) -> AsyncIterator[PortalClient]:
        """The portal with the declared customer signed in, connections closed at the end."""
        declared = self.pixit("counterparts", {}).get("customer", {})
        user = str(declared.get("user", "customer"))
        await self.station.outlast_lock_out(self.seat, user)
        portal = self.portal()
        try:
            password = self.station.secret(self.seat, str(declared.get("secret", "customer"))).decode("utf-8")
            await portal.sign_in(user, password)
            yield portal
        finally:
            await portal.close()

    @asynccontextmanager
    async def session(self, party: str, *, kept: bool = False) -> AsyncIterator[CimOffice]:
        """The system as ``party`` sees it, connections closed at the end.

        ``kept``: they stay open until the next fresh start of the station, for others of that party who come to look.
        """
        office = self.office(party, client=self._kept_client(party) if kept else None)
        try:
            yield office
        finally:
            await office.close()

    def _kept_client(self, party: str) -> OfficeClient:
        credential = self.credential(party)
        http = self.station.left_open.kept((self.url, credential), partial(connections, self.url, credential))
        return OfficeClient(self.url, credential, self.station.clock, http=http)
