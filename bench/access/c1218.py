"""C12.18 sessions with the meter in a seat, at its optical port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.access.c1218_clients import (
    C1218ClientTable,
    C1218Rights,
    clients_of,
    rights_of,
    session_settings,
    table_names,
)
from bench.access.dlms_clients import ClientsError
from drivers.c1218.client import C1218Client, Credential
from drivers.c1218.errors import C1218Error
from drivers.c1218.link import C1218Link, LinkSettings
from drivers.c1218.meter import C1218Meter
from drivers.c1218.names import TableNames
from drivers.c1219.general import GEN_CONFIG, MANUFACTURER, MFG_ID, Configuration

if TYPE_CHECKING:
    from bench.lab.station import Station

LINK = "c1218"
MANAGEMENT, READER = "management", "reader"


@dataclass
class C1218Access:
    """How the bench reaches the meter in ``seat``."""

    station: Station
    seat: str

    @property
    def clients(self) -> Mapping[str, C1218ClientTable]:
        """The declared clients by role."""
        return clients_of(self.station.lab.seat(self.seat).device)

    @property
    def rights(self) -> C1218Rights:
        """The declared rights."""
        return rights_of(self.station.lab.seat(self.seat).device)

    def pixit(self, name: str, default: Any = None) -> Any:
        """A PIXIT item of the device."""
        device = self.station.lab.seat(self.seat).device
        return device.pixit.get(name, default) if device is not None else default

    @property
    def names(self) -> TableNames:
        """Where quantities stand, and the procedures of the switch. Raises ClientsError."""
        return table_names(self.pixit(LINK, {}))

    def reveal(self, secret: str) -> bytes:
        """The bytes of a secret by its name in the device file."""
        return self.station.secret(self.seat, secret)

    def table(self, role: str) -> C1218ClientTable:
        """The declared client of ``role``. Raises ClientsError."""
        try:
            return self.clients[role]
        except KeyError:
            declared = ", ".join(self.clients) or "none"
            raise ClientsError(
                f"the device in seat {self.seat} declares no client {role!r}; declared: {declared}"
            ) from None

    def credential(self, role: str) -> Credential:
        """Who logs on as ``role``."""
        table = self.table(role)
        password = self.reveal(table.password) if table.password else None
        return Credential(table.user_id, table.user.encode("ascii", "replace"), password)

    def client(self, port: str = LINK, response_s: float | None = None) -> C1218Client:
        """A client at the port, nothing opened yet. ``response_s``: how long each try of a packet waits."""
        transport = self.station.transport(self.seat, port)
        settings = LinkSettings() if response_s is None else LinkSettings(response_s=response_s)
        return C1218Client(C1218Link(transport, settings), session_settings(self.pixit(LINK, {})))

    def meter(self, client: C1218Client) -> C1218Meter:
        """The meter as ``client`` sees it."""
        return C1218Meter(client, self.names)

    @asynccontextmanager
    async def identified(self, response_s: float | None = None) -> AsyncIterator[C1218Client]:
        """A client that has identified and negotiated, and not logged on."""
        client = self.client(response_s=response_s)
        try:
            await client.connect()
            yield client
        finally:
            await client.close()

    @asynccontextmanager
    async def session(
        self, role: str = MANAGEMENT, *, ask: bool = False, response_timeout_s: float | None = None
    ) -> AsyncIterator[C1218Client]:
        """A client that has logged on as ``role``. ``ask`` is for links whose credentials are counted."""
        async with self.identified(response_timeout_s) as client:
            await client.log_on(self.credential(role))
            yield client


async def identify(station: Station, seat: str, port: str) -> str:
    """Who answers at a port: the protocol's version and what tables 0 and 1 say. Spends no password.

    Raises what the driver raises as ValueError, since `bench.lab.online` knows no protocol.
    """
    client = C1218Access(station, seat).client(port)
    try:
        await client.connect()
        await client.logon(0)
        formats = Configuration.decode(await client.read(GEN_CONFIG)).formats
        maker = MANUFACTURER.decode(await client.read(MFG_ID), formats)
    except C1218Error as error:
        raise ValueError(str(error)) from error
    finally:
        await client.close()
    version = f"C12.18 version {client.identity.version}.{client.identity.revision}" if client.identity else "C12.18"
    firmware = f"{maker.firmware_version}.{maker.firmware_revision}"
    return f"{maker.manufacturer} {maker.model}, serial {maker.serial}, firmware {firmware} ({version})"
