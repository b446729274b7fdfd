"""DLMS sessions with the meter in a seat.

A :class:`DlmsAccess` knows a seat's ports, declared clients and objects, and keeps the invocation counters of each
client across sessions, since a meter takes every counter value once only. Where the device file names a client's
counter object, the bench asks the meter before the client's first session: others may have used the key since.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bench.access.dlms_clients import ClientsError, DlmsClientTable, clients_of, identity_of
from bench.access.dlms_counters import LedgerCounters
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import ClientIdentity, DlmsClient
from drivers.dlms.enums import AcseUser
from drivers.dlms.errors import AssociationRefusedError, AuthenticationError
from drivers.dlms.hdlc_address import ServerAddress
from drivers.dlms.hdlc_link import HdlcLink, HdlcSettings
from drivers.dlms.link import DlmsLink
from drivers.dlms.meter import DlmsMeter
from drivers.dlms.object_names import ObjectNames
from drivers.dlms.security import InvocationCounters
from drivers.dlms.wrapper_link import WrapperLink
from drivers.iec62056_21.sign_on import SerialLine, sign_on_hdlc
from drivers.transport.base import Transport

if TYPE_CHECKING:
    from bench.lab.station import Station

PUBLIC = "public"
MANAGEMENT = "management"
READER = "reader"


@dataclass
class DlmsAccess:
    """How the bench reaches the meter in ``seat``. ``first``: name or profile of the ports that it prefers."""

    station: Station
    seat: str
    first: str = ""
    counters: dict[str, LedgerCounters] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set, init=False, repr=False)

    @cached_property
    def clients(self) -> Mapping[str, DlmsClientTable]:
        """The declared clients by role."""
        device = self.station.lab.seat(self.seat).device
        return clients_of(device) if device is not None else {}

    @property
    def ports(self) -> tuple[str, ...]:
        """The seat's DLMS ports, the first one being where the row is tested."""
        links = self.station.lab.seat(self.seat).links
        ports = (name for name, link in links.items() if link.carries == "dlms")
        return (
            tuple(sorted(ports, key=lambda name: self.first not in (name, links[name].profile)))
            if self.first
            else tuple(ports)
        )

    def profile_of(self, port: str) -> str:
        """How DLMS is carried at a port: ``wrapper``, ``hdlc`` or ``mode_e``."""
        return self.station.lab.seat(self.seat).links[port].profile

    def ports_of(self, role: str) -> tuple[str, ...]:
        """The ports on which the client of ``role`` is served."""
        declared = self.client(role).ports
        return tuple(port for port in self.ports if not declared or port in declared)

    def client(self, role: str) -> DlmsClientTable:
        """The declared client of ``role``. Raises ClientsError."""
        try:
            return self.clients[role]
        except KeyError:
            declared = ", ".join(self.clients) or "none"
            raise ClientsError(
                f"the device in seat {self.seat} declares no client {role!r}; declared: {declared}"
            ) from None

    def pixit(self, name: str, default: Any = None) -> Any:
        """A PIXIT item of the device."""
        device = self.station.lab.seat(self.seat).device
        return device.pixit.get(name, default) if device is not None else default

    @property
    def names(self) -> ObjectNames:
        """Which object holds what: the usual list, with the PIXIT item ``obis`` laid over it. Raises ClientsError."""
        try:
            return ObjectNames().overridden(self.pixit("obis", {}))
        except ValueError as error:
            raise ClientsError(f"pixit.obis of the device in seat {self.seat}: {error}") from None

    def meter(self, client: DlmsClient) -> DlmsMeter:
        """The meter as ``client`` sees it."""
        return DlmsMeter(client, self.names)

    def reveal(self, secret: str) -> bytes:
        """The bytes of a secret by its name in the device file."""
        return self.station.secret(self.seat, secret)

    def identity(self, role: str, **changes: Any) -> ClientIdentity:
        """The identity of a declared client, with fields replaced for an attack."""
        declared = identity_of(self.client(role), self.reveal)
        within_s = float(self.pixit("answer_timeout_s", declared.response_timeout_s))
        return replace(declared, **{"response_timeout_s": within_s, **changes})

    def link(self, sap: int, port: str | None = None) -> DlmsLink:
        """A link to the meter as client ``sap``, not yet open."""
        port = port or self.ports[0]
        table = self.station.lab.seat(self.seat).links[port]
        transport = self.station.transport(self.seat, port)
        logical = int(self.pixit("logical_device", 1))
        if table.profile == "wrapper":
            return WrapperLink(transport, sap, logical)
        hdlc = dict(self.pixit("hdlc", {}))
        address = ServerAddress(logical, self.pixit("physical_address"), int(hdlc.pop("address_length", 0)))
        settings = HdlcSettings(**hdlc)
        sign_on = _sign_on if table.profile == "mode_e" else None
        return HdlcLink(transport, sap, address, settings, sign_on)

    def new_client(
        self,
        role: str = MANAGEMENT,
        *,
        port: str | None = None,
        sap: int | None = None,
        counters: InvocationCounters | None = None,
        **changes: Any,
    ) -> DlmsClient:
        """A client of ``role``, neither open nor associated; ``changes`` replace fields of its identity."""
        identity = self.identity(role, **changes)
        own = counters if counters is not None else self.counters_of(role)
        port = port or next(iter(self.ports_of(role)), None)
        return DlmsClient(self.link(sap if sap is not None else self.client(role).sap, port), identity, own)

    def counters_of(self, role: str) -> LedgerCounters:
        """The counters of a client, as far as the seat's ledger knows them."""
        if role not in self.counters:
            self.counters[role] = LedgerCounters(self.station.ledger(self.seat), f"dlms/{role}")
        return self.counters[role]

    async def ask_counter(self, role: str, port: str | None = None) -> None:
        """Ask the meter, as the public client, for the counter that it has seen last of ``role``, and go on after it.

        Does nothing where the device file names no counter object or no public client. Raises what the meter does.
        """
        declared = self.client(role).counter_object
        if declared is None or PUBLIC not in self.clients:
            return
        public = self.new_client(PUBLIC, port=port or next(iter(self.ports_of(role)), None))
        try:
            await public.associate()
            seen = await public.get(Attribute(1, declared, 2))
        finally:
            await public.close()
        if isinstance(seen, int):
            self.counters_of(role).raise_to(int(seen) + 1)

    @asynccontextmanager
    async def session(
        self, role: str = MANAGEMENT, *, port: str | None = None, ask: bool = False, **changes: Any
    ) -> AsyncIterator[DlmsClient]:
        """An associated client of ``role``; released and closed at the end.

        ``ask``: ask the meter for the client's counter again, since somebody else may have used its key meanwhile.
        Raises TriesSparedError for a client whose own credential a real device has refused in tests before.
        """
        await self.station.outlast_lock_out(self.seat, role)
        careful = not self.station.lab.seat(self.seat).emulated and not changes.keys() - {"response_timeout_s"}
        if careful:
            self.station.wear.spare(self.seat, role)
        if ask or role not in self._asked:
            await self.ask_counter(role, port)
            self._asked.add(role)
        client = self.new_client(role, port=port, **changes)
        try:
            try:
                await client.associate()
            except (AssociationRefusedError, AuthenticationError) as error:
                if careful:
                    self.station.wear.answered(self.seat, role, refused=_is_of_credential(error))
                raise
            if careful:
                self.station.wear.answered(self.seat, role, refused=False)
            yield client
        finally:
            await client.close()


def _is_of_credential(error: AssociationRefusedError | AuthenticationError) -> bool:
    """Whether a log-on was refused for its secret or key."""
    return isinstance(error, AuthenticationError) or error.diagnostic is AcseUser.AUTHENTICATION_FAILURE


async def _sign_on(transport: Transport) -> None:
    """Sign on in mode E of IEC 62056-21, as many optical ports ask for before HDLC."""
    if not isinstance(transport, SerialLine):
        raise ClientsError(f"{transport.name}: sign-on in mode E needs a serial port")
    await sign_on_hdlc(transport)
