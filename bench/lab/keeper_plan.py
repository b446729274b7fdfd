"""What the keeper is told and what it says: JSON, one object a line, over its standard input and output.

bench to keeper: a `KeeperPlan`, then orders ``{"order": "safe_state"}`` or ``{"order": "stop"}``. The closing of
standard input is ``stop``, whatever the reason. Keeper to bench: `KeeperSays`.
"""

from __future__ import annotations

from typing import Any

import msgspec


class HostPlan(msgspec.Struct, frozen=True):
    """An emulation host: ``python -m module CONFIG.json``. The keeper adds ``directory`` to ``config``."""

    name: str
    module: str
    config: dict[str, Any]


class AsFound(msgspec.Struct, frozen=True):
    """Asked at the start; the command for the answer is sent in the end."""

    query: str
    restore: dict[str, str]


class SafePlan(msgspec.Struct, frozen=True):
    """The safe state of one VISA resource: ``commands`` in order, then relays back to how they were found."""

    resource: str
    commands: tuple[str, ...] = ()
    as_found: tuple[AsFound, ...] = ()
    backend: str = "@py"
    baud_rate: int = 9600
    timeout_s: float = 3.0


class KeeperPlan(msgspec.Struct, frozen=True):
    """Everything the keeper owns for one run. ``leases`` are names of ports, instruments and devices."""

    run: str
    hosts: tuple[HostPlan, ...] = ()
    safe: tuple[SafePlan, ...] = ()
    leases: tuple[str, ...] = ()
    log_folder: str = ""


class KeeperSays(msgspec.Struct, omit_defaults=True):
    """One line from the keeper. ``what`` is ``ready``, ``failed``, ``host_ended``, ``safe`` or ``stopped``.

    ``hosts`` are the ready lines by host, ``scratch`` the folder of this run's hosts; ``problems`` say what could not
    be brought to its safe state.
    """

    what: str
    hosts: dict[str, dict[str, Any]] = {}
    scratch: str = ""
    host: str = ""
    text: str = ""
    kind: str = ""
    problems: list[str] = []
