"""Bumble's device as the central of an `HciAdapter`: its PDUs go by the adapter's layers, it pairs as it is told."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from bumble import hci, smp
from bumble.device import Device
from bumble.host import Host
from bumble.pairing import PairingConfig, PairingDelegate

from drivers.gatt.errors import GarbageError
from drivers.gatt.security import PairingManner

ATT_CID, SMP_CID = 0x0004, 0x0006
_MOST_PASSKEY = 999_999
_LEGACY_RESPONSE, _CONNECTABLE = 4, (0, 1)


@dataclass(frozen=True)
class Report:
    """One advertising report as the controller gave it. ``scan_response``: it answers a question of this side."""

    address: str
    connectable: bool
    scan_response: bool
    data: bytes


class Between(Protocol):
    """Who is in the way of a central's PDUs."""

    def sent(self, handle: int, cid: int, pdu: bytes) -> bool:
        """Take a PDU on its way out; False where its layer has no tap."""
        ...

    def arrived(self, handle: int, cid: int, pdu: bytes) -> None:
        """Take a PDU on its way in."""
        ...

    def paired(self, session: smp.Session, identity: str) -> None:
        """A pairing has come to a good end."""
        ...


class Central(Device):
    """Bumble's device with the adapter in the way of its PDUs."""

    def __init__(self, between: Between, address: str, host: Host) -> None:
        self._between = between
        self.seen: Callable[[Report], None] | None = None
        super().__init__(name="bench", address=hci.Address(address), host=host)

    def send_l2cap_pdu(self, connection_handle: int, cid: int, pdu: bytes) -> None:
        if not self._between.sent(connection_handle, cid, bytes(pdu)):
            super().send_l2cap_pdu(connection_handle, cid, pdu)

    def send_now(self, handle: int, cid: int, pdu: bytes) -> None:
        super().send_l2cap_pdu(handle, cid, pdu)

    def on_gatt_pdu(self, connection: Any, pdu: bytes) -> None:
        self._between.arrived(connection, ATT_CID, pdu)

    def on_smp_pdu(self, connection: Any, pdu: bytes) -> None:
        self._between.arrived(connection, SMP_CID, pdu)

    def take_att(self, handle: int, pdu: bytes) -> None:
        Device.on_gatt_pdu(self, handle, pdu)

    def take_smp(self, handle: int, pdu: bytes) -> None:
        Device.on_smp_pdu(self, handle, pdu)

    def end_all(self) -> None:
        """The controller is gone, and every connection with it."""
        self.emit(self.EVENT_FLUSH)
        for handle in tuple(self.connections):
            self.on_disconnection(handle, hci.HCI_CONNECTION_TIMEOUT_ERROR)

    def spoil(self, handle: int, error: GarbageError) -> None:
        """Who waits for an answer gets ``error`` instead."""
        connection = self.lookup_connection(handle)
        client = connection.gatt_client if connection is not None else None
        if client is not None and client.pending_response is not None and not client.pending_response.done():
            client.pending_response.set_exception(error)

    def on_advertising_report(self, report: Any) -> None:
        if self.seen is None:
            return
        kind = int(report.event_type)
        if isinstance(report, hci.HCI_LE_Extended_Advertising_Report_Event.Report):
            connectable, response = bool(kind & 1), bool(kind & 8)
        else:
            connectable, response = kind in _CONNECTABLE, kind == _LEGACY_RESPONSE
        self.seen(Report(str(report.address), connectable, response, bytes(report.data)))


def session_class(between: Between) -> type[smp.Session]:
    """Sessions that tell how they ended."""

    class Session(smp.Session):
        async def on_pairing(self) -> None:
            if not self.completed:
                between.paired(self, str(self.peer_bd_addr or self.connection.peer_address))
            await super().on_pairing()

    return Session


class Delegate(PairingDelegate):
    """A manner of pairing, and the person of it, as Bumble asks them."""

    def __init__(self, manner: PairingManner) -> None:
        super().__init__(PairingDelegate.IoCapability(int(manner.io)), maximum_encryption_key_size=manner.key_size)
        self._manner = manner

    async def generate_passkey(self) -> int:
        return self._manner.passkey or 1 + secrets.randbelow(_MOST_PASSKEY)

    async def display_number(self, number: int, digits: int = 6) -> None:
        if self._manner.person is not None:
            await self._manner.person.shown(number)

    async def get_number(self) -> int | None:
        return await self._manner.person.type_in() if self._manner.person is not None else None

    async def compare_numbers(self, number: int, digits: int = 6) -> bool:
        return self._manner.person is not None and await self._manner.person.compare(number)


def pairing_config(manner: PairingManner) -> PairingConfig:
    """A manner of pairing as Bumble has it. Bonds go by the random identity address, or they would be lost."""
    return PairingConfig(
        sc=manner.secure_connections,
        mitm=manner.mitm,
        bonding=manner.bonding,
        delegate=Delegate(manner),
        identity_address_type=PairingConfig.AddressType.RANDOM,
    )
