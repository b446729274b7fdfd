"""What the device file of an ANSI meter declares for its optical port: clients, sessions, places, rights.

    [pixit.clients.management]
    user_id = 3
    user = "technician"
    password = "technician.password"      # a name in [secrets]

    [pixit.c1218]
    bauds = [19200]                       # offered in the negotiate service; none: stay at the port's speed
    packet_size = 512
    packets = 64
    answer_s = 6.0
    disconnect = "21 00000000"            # procedure and parameters; "m5 01" is a manufacturer's
    connect = "21 00640000"
    channels = ["energy_import", "energy_export"]
    registers = { energy_import = "summation 0", voltage_l1 = "present 0" }

    [[pixit.access_table]]
    tables = [23, 28]
    roles = ["management", "reader"]
    read = true

Role ``anonymous`` is whoever has logged on without a password. What no entry grants is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field, ValidationError

from bench.access.dlms_clients import ClientsError
from bench.lab.device import Device
from bench.lab.strict import Strict, mistakes_in
from drivers.c1218.client import SessionSettings
from drivers.c1218.names import TableNames

ANONYMOUS = "anonymous"


class C1218ClientTable(Strict):
    """``[pixit.clients.ROLE]``: user id and name at logon, and the name of the password in ``[secrets]``."""

    user_id: int = Field(ge=0, le=65535)
    user: str = Field(default="", max_length=10)
    password: str = ""


class C1218RightTable(Strict):
    """``[[pixit.access_table]]``. ``tables`` and ``procedures`` are numbers, ``roles`` those of ``pixit.clients``."""

    roles: tuple[str, ...]
    tables: tuple[int, ...] = ()
    procedures: tuple[int, ...] = ()
    read: bool = False
    write: bool = False


@dataclass(frozen=True)
class C1218Rights:
    """The declared rights, each a role with a table's or procedure's number."""

    read: frozenset[tuple[str, int]]
    write: frozenset[tuple[str, int]]
    start: frozenset[tuple[str, int]]

    @property
    def tables(self) -> tuple[int, ...]:
        """Every table that is named."""
        return tuple(sorted({number for _role, number in self.read | self.write}))

    def may_read(self, role: str, table: int) -> bool:
        """Whether the client of ``role`` may read a table."""
        return (role, table) in self.read

    def may_write(self, role: str, table: int) -> bool:
        """Whether the client of ``role`` may write a table."""
        return (role, table) in self.write

    def may_start(self, role: str, procedure: int) -> bool:
        """Whether the client of ``role`` may start a procedure."""
        return (role, procedure) in self.start


def clients_of(device: Device | None) -> Mapping[str, C1218ClientTable]:
    """The declared clients by role. Raises ClientsError."""
    declared = device.pixit.get("clients", {}) if device is not None else {}
    return {role: _table(C1218ClientTable, table, f"pixit.clients.{role}") for role, table in declared.items()}


def rights_of(device: Device | None) -> C1218Rights:
    """The declared rights. Raises ClientsError."""
    entries = device.pixit.get("access_table", []) if device is not None else []
    tables = [_table(C1218RightTable, entry, f"pixit.access_table {number}") for number, entry in enumerate(entries, 1)]
    return C1218Rights(
        frozenset((role, number) for one in tables if one.read for role in one.roles for number in one.tables),
        frozenset((role, number) for one in tables if one.write for role in one.roles for number in one.tables),
        frozenset((role, number) for one in tables for role in one.roles for number in one.procedures),
    )


def session_settings(stated: Mapping[str, Any]) -> SessionSettings:
    """What a session asks for, by ``pixit.c1218``. Raises ClientsError."""
    known = {"bauds", "packet_size", "packets", "answer_s", "busy_retries", "busy_pause_s"}
    given: dict[str, Any] = {name: value for name, value in stated.items() if name in known}
    if "bauds" in given:
        given["bauds"] = tuple(given["bauds"])
    return SessionSettings(**given)


def table_names(stated: Mapping[str, Any]) -> TableNames:
    """Where quantities stand and how the switch is ordered, by ``pixit.c1218``. Raises ClientsError."""
    names = {"registers", "channels", "disconnect", "connect", "restart"}
    known = {*names, "bauds", "packet_size", "packets", "answer_s", "busy_retries", "busy_pause_s"}
    unknown = sorted(stated.keys() - known)
    if unknown:
        raise ClientsError(f"pixit.c1218: unknown entry {unknown[0]!r}; known are {', '.join(sorted(known))}")
    try:
        return TableNames().overridden({name: value for name, value in stated.items() if name in names})
    except ValueError as error:
        raise ClientsError(f"pixit.c1218: {error}") from None


def _table(model: type[Any], value: object, where: str) -> Any:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        wrong = "; ".join(mistakes_in(model, error))
        raise ClientsError(f"{where}: {wrong}") from None
