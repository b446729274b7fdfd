"""An ANSI meter at its optical port: who it is, its clients, its tables and procedures, how its switch obeys."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.c1218 import MANAGEMENT, C1218Access
from bench.declarations.base import Comparison, Topic
from drivers.c1218.errors import C1218Error
from drivers.c1219.procedures import INITIATE, RESPONSE


async def identity(comparison: Comparison) -> None:
    """Serial number and firmware by table 1, device identification by table 5."""
    declared = comparison.device.identity
    access = C1218Access(comparison.station, comparison.seat)
    async with access.session(_reader(access)) as client:
        seen = await access.meter(client).identity()
    pairs = {
        "serial number": (declared.serial, seen.serial_number),
        "device identification": (declared.logical_device_name, seen.device_name),
        "firmware": (declared.firmware, seen.firmware),
    }
    comparison.hold_each(pairs)


async def clients(comparison: Comparison) -> None:
    """Each declared client is let in with its user id, name and password."""
    access = C1218Access(comparison.station, comparison.seat)
    for role in access.clients:
        async with access.identified() as client:
            try:
                await client.log_on(access.credential(role))
                answer = "let in"
            except C1218Error as error:
                answer = str(error)
        comparison.hold(f"client {role}", "let in", answer)


async def tables(comparison: Comparison) -> None:
    """The tables and procedures that table 0 calls used are those that the access table names, and no others."""
    access = C1218Access(comparison.station, comparison.seat)
    rights = access.rights
    if not rights.tables:
        comparison.undeclared("tables (pixit.access_table)")
        return
    async with access.session(_reader(access)) as client:
        used = await access.meter(client).configuration()
    # Every meter with procedures has tables 7 and 8, whether its supplier names them or not.
    declared = {*rights.tables, INITIATE, RESPONSE}
    comparison.hold("declared tables that table 0 does not have", [], sorted(declared - used.tables))
    comparison.hold("tables that table 0 has undeclared", [], sorted(used.tables - declared))
    started = {number for _role, number in rights.start}
    comparison.hold("declared procedures that table 0 does not have", [], sorted(started - used.procedures))


async def switch(comparison: Comparison) -> None:
    """The control mode of the disconnect switch."""
    declared = comparison.device.pixit.get("control_mode")
    if declared is None:
        comparison.undeclared("control mode of the switch (pixit.control_mode)")
        return
    access = C1218Access(comparison.station, comparison.seat)
    async with access.session(_reader(access)) as client:
        comparison.hold("control mode of the switch", declared, (await access.meter(client).switch()).mode)


def _reader(access: C1218Access) -> str:
    """The client that sees most: the management client, else the first."""
    return MANAGEMENT if MANAGEMENT in access.clients else next(iter(access.clients))


TOPICS: Sequence[Topic] = (
    Topic("identity", identity),
    Topic("clients", clients),
    Topic("tables", tables),
    Topic("switch", switch),
)
