"""A Modbus device: who it is, its units, its clients, its register map; of an inverter what SunSpec adds."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.modbus import ModbusAccess
from bench.controls.attempts import attempt
from bench.declarations import sunspec
from bench.declarations.base import Comparison, Topic
from drivers.modbus.requests import is_exception, read_request


def _access(comparison: Comparison) -> ModbusAccess:
    links = comparison.station.lab.seat(comparison.seat).links
    link = next(table.carries for table in links.values() if table.carries.startswith("modbus"))
    return ModbusAccess(comparison.station, comparison.seat, link)


async def identity(comparison: Comparison) -> None:
    """Vendor, product code and revision by the device identification (function 43 / 14)."""
    declared = comparison.device.identity
    async with _access(comparison).session() as client:
        tried = await attempt(client.read_identification())
    if not tried.accepted:
        comparison.unseen("device identification", tried.text)
        return
    told = tried.value
    comparison.hold_each(
        {
            "manufacturer": (declared.manufacturer, told.text(0) or None),
            "model": (declared.model, told.text(1) or None),
            "firmware": (declared.firmware, told.text(2) or None),
        }
    )


async def clients(comparison: Comparison) -> None:
    """Each declared client is let in and served as the access table says, at the first point of the map."""
    access = _access(comparison)
    for role in access.clients:
        readable = [point for point in access.points.values() if _may_read(access, role, point.name)]
        if not readable:
            comparison.undeclared(f"a point that client {role} may read")
            continue
        point = readable[0]
        async with access.session(role) as client:
            tried = await attempt(client.send_pdu(read_request(point.space, point.address, point.size)))
        served = tried.accepted and not is_exception(tried.value)
        comparison.hold(f"client {role}", "served", "served" if served else tried.text)


def _may_read(access: ModbusAccess, role: str, name: str) -> bool:
    point = access.points[name]
    return access.rights.may_read(role, point.space, point.address, point.size)


async def register_map(comparison: Comparison) -> None:
    """Every quantity of the declared map is there and can be read."""
    access = _access(comparison)
    missing: list[str] = []
    async with access.session() as client:
        device = access.device(client)
        for name, point in access.points.items():
            if not access.secure or _may_read(access, access.role, name):
                tried = await attempt(device.read(point.space, point.address, point.size))
                if not tried.accepted:
                    missing.append(name)
    comparison.hold("declared quantities that are not there", [], missing)


TOPICS: Sequence[Topic] = (
    Topic("identity", identity),
    Topic("clients", clients),
    Topic("register map", register_map),
    *sunspec.TOPICS,
)
