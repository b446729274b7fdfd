"""The credentials of a DLMS meter that the bench knows, and the second unit of its type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.access.dlms import DlmsAccess
from bench.access.dlms_clients import DlmsClientTable
from bench.controls.attempts import Attempt, attempt
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import DlmsClient

if TYPE_CHECKING:
    from bench.controls.trial import Trial


def log_on_roles(access: DlmsAccess) -> tuple[str, ...]:
    """The clients that log on with a credential."""
    return tuple(role for role, table in access.clients.items() if logs_on(table))


def logs_on(table: DlmsClientTable) -> bool:
    """Whether the client proves who it is in an association of its own."""
    return table.mechanism != "lowest" and not table.pre_established


def second_unit(trial: Trial) -> DlmsAccess | None:
    """The other unit of the type that the station has: same manufacturer and model, reached over DLMS."""
    lab = trial.station.lab
    own = lab.seat(trial.seat).device
    for name, seat in lab.seats.items():
        device = seat.device
        if name == trial.seat or own is None or device is None or not seat.speaks("dlms"):
            continue
        if (device.identity.manufacturer, device.identity.model) == (own.identity.manufacturer, own.identity.model):
            return DlmsAccess(trial.station, name)
    return None


def metering_attribute(access: DlmsAccess) -> Attribute:
    """What no anonymous client may read: the register of total active energy imported."""
    register = access.names.register("energy_import")
    return Attribute(register.class_id, register.instance, 2)


async def log_on_with(owner: DlmsAccess, device: DlmsAccess, role: str, port: str) -> Attempt:
    """Log on to ``device`` as the client of ``role`` with the credential of another unit, ``owner``'s."""
    link = device.link(device.client(role).sap, port)
    client = DlmsClient(link, owner.identity(role), device.counters_of(role))
    try:
        return await attempt(client.associate())
    finally:
        await client.close()
