"""A DLMS meter: who it is, its ports, its clients, its objects, how its switch obeys."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.access.dlms_clients import DlmsClientTable
from bench.access.dlms_rights import declared_rights
from bench.declarations.base import Comparison, Topic
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Array, Data, Integer, OctetString, Structure
from drivers.dlms.errors import DataAccessError, DlmsError
from drivers.dlms.obis import Obis
from drivers.transport.base import CannotOpenError, TransportError

_ASSOCIATION = 15
_CURRENT = Obis("0.0.40.0.0.255")
_OBJECT_LIST, _PARTNERS, _MECHANISM = 2, 3, 6
_MECHANISMS = {0: "lowest", 1: "lls", 5: "hls_gmac", 6: "hls_sha256", 7: "hls_ecdsa"}


async def identity(comparison: Comparison) -> None:
    """Serial number, logical device name and firmware by what its client reads; the system title by the association."""
    declared = comparison.device.identity
    access = DlmsAccess(comparison.station, comparison.seat)
    async with access.session(_reader(access)) as client:
        seen = await access.meter(client).identity()
        material = client.material
        title = material.peer_title.hex().upper() if material is not None else ""
    pairs = {
        "serial number": (declared.serial, seen.serial_number),
        "logical device name": (declared.logical_device_name, seen.device_name),
        "firmware": (declared.firmware, seen.firmware),
        "system title": (declared.system_title.upper(), title or None),
    }
    comparison.hold_each(pairs)


async def ports(comparison: Comparison) -> None:
    """Each declared port carries an association of each client that is declared to be served there."""
    access = DlmsAccess(comparison.station, comparison.seat)
    for port in access.ports:
        served = [role for role in access.clients if port in access.ports_of(role) and _logs_on(access.client(role))]
        if not served:
            comparison.undeclared(f"clients of port {port}")
        for role in served:
            try:
                async with access.session(role, port=port):
                    answer = "served"
            except CannotOpenError:
                raise
            except (DlmsError, TransportError) as error:
                answer = str(error)
            comparison.hold(f"client {role} on {port}", "served", answer)


async def clients(comparison: Comparison) -> None:
    """Each client's SAP and mechanism as its association object has them."""
    access = DlmsAccess(comparison.station, comparison.seat)
    for role in _who_log_on(access):
        shown = await _association(comparison, access, role, _PARTNERS, _MECHANISM)
        match shown:
            case [Structure((Integer() as sap, _server)), mechanism]:
                comparison.hold(f"client SAP of {role}", access.client(role).sap, int(sap))
                comparison.hold(f"mechanism of {role}", access.client(role).mechanism, _mechanism(mechanism))
            case [partners, _]:
                comparison.unseen(f"client SAP of {role}", f"associated_partners_id is {partners!r}")


async def objects(comparison: Comparison) -> None:
    """The objects in each client's view are those that the access table grants it something on."""
    access = DlmsAccess(comparison.station, comparison.seat)
    rights = declared_rights(comparison.device)
    if not rights.stated:
        comparison.undeclared("objects (pixit.access_table)")
        return
    for role in _who_log_on(access):
        shown = await _association(comparison, access, role, _OBJECT_LIST)
        if not shown:
            continue
        listed = _names(shown[0])
        granted = {name for who, name, _number in rights.read | rights.write | rights.invoke if who == role}
        comparison.hold(f"declared objects that {role} does not see", [], sorted(map(str, granted - listed)))
        comparison.hold(f"objects that {role} sees undeclared", [], sorted(map(str, listed - granted)))


async def switch(comparison: Comparison) -> None:
    """The control mode of the disconnect control."""
    declared = comparison.device.pixit.get("control_mode")
    if declared is None:
        comparison.undeclared("control mode of the switch (pixit.control_mode)")
        return
    access = DlmsAccess(comparison.station, comparison.seat)
    async with access.session(_reader(access)) as client:
        comparison.hold("control mode of the switch", declared, (await access.meter(client).switch()).mode)


def _reader(access: DlmsAccess) -> str:
    """The client that sees most: the management client, else the first that logs on, else the first."""
    if MANAGEMENT in access.clients:
        return MANAGEMENT
    return next((role for role, table in access.clients.items() if _logs_on(table)), next(iter(access.clients)))


def _logs_on(table: DlmsClientTable) -> bool:
    return not table.pre_established


def _who_log_on(access: DlmsAccess) -> list[str]:
    return [role for role, table in access.clients.items() if _logs_on(table) and access.ports_of(role)]


async def _association(
    comparison: Comparison, access: DlmsAccess, role: str, *indices: int
) -> Sequence[Data | str] | None:
    """Attributes of the client's own association, each a value or its refusal; None, and recorded, when the client is
    let in on none of its ports."""
    refusal = ""
    for port in access.ports_of(role):
        try:
            async with access.session(role, port=port) as client:
                return [await _attribute(client, index) for index in indices]
        except DlmsError as error:
            refusal = str(error)
    comparison.hold(f"log-on of {role}", "accepted", refusal)
    return None


async def _attribute(client: DlmsClient, index: int) -> Data | str:
    try:
        return await client.get(Attribute(_ASSOCIATION, _CURRENT, index))
    except DataAccessError as error:
        return str(error)


def _mechanism(value: Data | str) -> str:
    """The mechanism in an authentication_mechanism_name: a structure, or an encoded object identifier."""
    match value:
        case Structure((*_, Integer() as number)):
            return _MECHANISMS.get(int(number), f"mechanism {int(number)}")
        case OctetString() as encoded if encoded:
            return _MECHANISMS.get(bytes(encoded)[-1], f"mechanism {bytes(encoded)[-1]}")
    return str(value)


def _names(value: Data | str) -> set[Obis]:
    """The logical names in an object list; none for a refusal."""
    if not isinstance(value, Array):
        return set()
    found = set()
    for element in value:
        match element:
            case Structure((_class, _version, OctetString() as name, _rights)):
                found.add(Obis(bytes(name)))
    return found


TOPICS: Sequence[Topic] = (
    Topic("identity", identity),
    Topic("ports", ports),
    Topic("clients", clients),
    Topic("objects", objects),
    Topic("switch", switch),
)
