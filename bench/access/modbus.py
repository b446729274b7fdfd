"""Modbus clients of the device in a seat, on its plain ports and on its TLS ports.

What speaks Modbus is imported when it is first needed: its codec is an extra, and takes longer to import than a plan
that speaks no Modbus may take.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bench.access.dlms_clients import ClientsError
from bench.access.modbus_declared import (
    ANONYMOUS,
    ModbusClientTable,
    ModbusRights,
    ModbusTable,
    clients_of,
    modbus_of,
    rights_of,
)
from bench.lab.errors import LabError
from drivers.cim.credentials import Credential, TlsOptions, client_context
from drivers.modbus.errors import ModbusError
from drivers.modbus.field_device import ModbusFieldDevice
from drivers.modbus.points import Point
from drivers.sunspec.errors import SunSpecError
from drivers.transport.base import Transport

if TYPE_CHECKING:
    from bench.lab.station import Station
    from drivers.modbus.client import ModbusClient

PLAIN, SECURE = "modbus", "modbus_tls"
RTU, TCP, PLAINTEXT = "rtu", "tcp", "plaintext"
MANAGEMENT, READER = "management", "reader"
TRUST, EXPIRED, UNTRUSTED, NO_ROLE = "trust", "expired", "untrusted", "no_role"


@dataclass
class ModbusAccess:
    """How the bench reaches the device in ``seat`` on ``link`` (`PLAIN` or `SECURE`)."""

    station: Station
    seat: str
    link: str

    # -- what is declared ------------------------------------------------------------------------------------------

    @cached_property
    def declared(self) -> ModbusTable:
        """``pixit.modbus``. Raises ClientsError."""
        return modbus_of(self.station.lab.seat(self.seat).device)

    @property
    def points(self) -> Mapping[str, Point]:
        """The register map by name."""
        return self.declared.map

    @cached_property
    def rights(self) -> ModbusRights:
        """The declared rights."""
        return rights_of(self.station.lab.seat(self.seat).device)

    @cached_property
    def clients(self) -> Mapping[str, ModbusClientTable]:
        """The declared clients by role; none on a plain link, which knows none."""
        return clients_of(self.station.lab.seat(self.seat).device) if self.secure else {}

    @property
    def secure(self) -> bool:
        """Whether the link is within TLS."""
        return self.link == SECURE

    def pixit(self, name: str, default: Any = None) -> Any:
        """A PIXIT item of the device."""
        device = self.station.lab.seat(self.seat).device
        return device.pixit.get(name, default) if device is not None else default

    @property
    def role(self) -> str:
        """Whoever the row's sender is: the management client, and nobody in particular on a plain link."""
        return MANAGEMENT if self.secure else ANONYMOUS

    # -- ports -----------------------------------------------------------------------------------------------------

    @property
    def ports(self) -> tuple[str, ...]:
        """The seat's ports with this link."""
        links = self.station.lab.seat(self.seat).links
        return tuple(name for name, table in links.items() if table.carries == self.link and table.profile != PLAINTEXT)

    def profile_of(self, port: str) -> str:
        """`RTU` or `TCP`."""
        stated = self.station.lab.seat(self.seat).links[port].profile
        if stated in (RTU, TCP):
            return stated
        return RTU if self.station.endpoint(self.seat, port).url.startswith("serial:") else TCP

    @property
    def is_line(self) -> bool:
        """Whether the row's own port is a serial line."""
        return self.profile_of(self.ports[0]) == RTU

    @property
    def plaintext_ports(self) -> tuple[str, ...]:
        """Ports beside TLS where nobody should answer plain Modbus (profile ``plaintext``)."""
        links = self.station.lab.seat(self.seat).links
        return tuple(name for name, table in links.items() if table.profile == PLAINTEXT)

    # -- clients ---------------------------------------------------------------------------------------------------

    def reveal(self, secret: str) -> bytes:
        """The bytes of a secret by its name in the device file."""
        return self.station.secret(self.seat, secret)

    def credential(self, role: str) -> Credential:
        """The credential of a declared client, or one of the bench's for attacks. Raises ClientsError."""
        table = self.clients.get(role)
        name = table.credential if table is not None else role
        device = self.station.lab.seat(self.seat).device
        if device is None or name not in device.secrets:
            raise ClientsError(f"the device in seat {self.seat} declares no client {role!r} and no secret of that name")
        return Credential.from_pem(self.reveal(name).decode("ascii"))

    def has(self, name: str) -> bool:
        """Whether a client or a credential of that name is declared."""
        device = self.station.lab.seat(self.seat).device
        return name in self.clients or (device is not None and name in device.secrets)

    def transport(self, port: str, role: str = "", options: TlsOptions | None = None) -> Transport:
        """A transport to a port, not yet open. On TLS as whoever ``role`` is."""
        if self.station.lab.seat(self.seat).links[port].carries != SECURE or port in self.plaintext_ports:
            return self.station.transport(self.seat, port)
        counted = self.station.lab.seat(self.seat).emulated and self.station.lab.clock == "stepped"
        context = client_context(self.credential(role or self.role), options)
        return self.station.transport(self.seat, port, context=context, counted=counted)

    def client(
        self,
        role: str = "",
        *,
        port: str = "",
        unit: int | None = None,
        timeout_s: float | None = None,
        options: TlsOptions | None = None,
    ) -> ModbusClient:
        """A client, nothing opened yet."""
        from drivers.modbus.client import ModbusClient
        from drivers.modbus.link import RtuLink, TcpLink

        port = port or self.ports[0]
        transport = self.transport(port, role, options)
        link = RtuLink(transport) if self.profile_of(port) == RTU else TcpLink(transport)
        return ModbusClient(
            link,
            self.declared.units[0] if unit is None else unit,
            timeout_s=self.declared.timeout_s if timeout_s is None else timeout_s,
        )

    @asynccontextmanager
    async def session(
        self,
        role: str = "",
        *,
        port: str = "",
        unit: int | None = None,
        timeout_s: float | None = None,
        options: TlsOptions | None = None,
    ) -> AsyncIterator[ModbusClient]:
        """A client whose link is open. Raises CannotOpenError, HandshakeError."""
        async with self.client(role, port=port, unit=unit, timeout_s=timeout_s, options=options) as client:
            yield client

    def device(self, client: ModbusClient) -> ModbusFieldDevice:
        """The device as ``client`` sees it."""
        return ModbusFieldDevice(client, self.points)


class NotIdentifiedError(LabError):
    """Something answered, and not as the device that is declared would."""


async def identify(station: Station, seat: str, port: str) -> str:
    """Who answers at a port, by its device identification, a SunSpec device by its models.

    Raises TransportError, NotIdentifiedError.
    """
    from bench.access import sunspec

    link = station.lab.seat(seat).links[port].carries
    access = ModbusAccess(station, seat, link)
    if port in access.plaintext_ports:
        return "not asked: nobody should listen there"
    try:
        if access.pixit(sunspec.ITEM) is not None:
            return await sunspec.identify(sunspec.SunSpecAccess(station, seat, link), port)
        async with access.session(port=port) as client:
            told = await client.read_identification()
    except (ModbusError, SunSpecError) as error:
        raise NotIdentifiedError(str(error)) from error
    return " ".join(text for text in (told.text(0), told.text(1), told.text(2)) if text) or "answers, and tells no name"
