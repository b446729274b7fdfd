"""From a lab config to what the keeper must own: hosts with their seats, safe states, leases."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import msgspec

from bench.lab.config import Lab
from bench.lab.errors import LabError
from bench.lab.keeper_plan import AsFound, HostPlan, KeeperPlan, SafePlan
from bench.lab.strict import did_you_mean
from drivers.clock import FreeClock
from drivers.scpi.declaration import make_instrument

HOST_GROUP = "amibench.hosts"


class UnknownHostError(LabError):
    """The entry point that a host names is not installed."""


def keeper_plan(lab: Lab, run: str, faults: Mapping[str, tuple[str, ...]], log_folder: Path | None) -> KeeperPlan:
    """What the keeper of this station owns. Raises UnknownHostError, DeclarationError."""
    return KeeperPlan(
        run=run,
        hosts=tuple(_host_plan(lab, name, faults) for name in lab.table.hosts),
        safe=tuple(_safe_plans(lab)),
        leases=tuple(sorted(set(leases(lab)))),
        log_folder=str(log_folder or ""),
    )


def host_module(entry_point: str) -> str:
    """The module that runs a kind of host. It is not imported here: the bench reaches emulations by their name only."""
    known = {point.name: point for point in entry_points(group=HOST_GROUP)}
    if entry_point not in known:
        hint = did_you_mean(entry_point, tuple(known))
        raise UnknownHostError(f"no host {entry_point!r} is installed in entry-point group {HOST_GROUP}; {hint}")
    return known[entry_point].module


def leases(lab: Lab) -> Iterator[str]:
    """The names of what only one run may use: ports of real seats, VISA resources."""
    for seat in lab.seats.values():
        for link in seat.links.values():
            if link.url:
                yield lease_name(link.url)
    for instrument in lab.instruments.values():
        if instrument.resource:
            yield instrument.resource
    for entry in lab.table.safe_state:
        yield entry.resource
    for relays in lab.table.fault_box.relays.values():
        for relay in relays:
            yield relay.resource


def lease_name(url: str) -> str:
    """One name for one port, by whichever link of ``/dev/serial/by-id`` it is called."""
    scheme, _, rest = url.partition(":")
    if scheme == "serial" and rest.startswith("/"):
        return os.path.realpath(rest)
    return url


def _host_plan(lab: Lab, name: str, faults: Mapping[str, tuple[str, ...]]) -> HostPlan:
    host, station = lab.table.hosts[name], lab.table.station
    config = {
        "name": name,
        "clock": {"mode": station.clock, "start": station.start.timestamp(), "guard_s": host.guard_s},
        "seed": station.seed,
        "plant": host.plant,
        "seats": {
            seat_name: {
                "kind": seat.table.kind,
                "settings": _settings(seat.table.settings, seat.table.service_point),
                "faults": list(faults.get(seat_name, ())),
            }
            for seat_name, seat in lab.seats.items()
            if seat.table.host == name
        },
    }
    return HostPlan(name, host_module(host.entry_point), msgspec.to_builtins(config))


def _settings(settings: Mapping[str, Any], service_point: str) -> dict[str, Any]:
    return {**settings, "service_point": service_point} if service_point else dict(settings)


def _safe_plans(lab: Lab) -> Iterator[SafePlan]:
    """First what the instruments' drivers know, then what the lab config adds."""
    clock = FreeClock()
    for name, table in lab.instruments.items():
        if table.resource:
            state = make_instrument(name, table.declaration(table.resource), clock).safe_state
            yield SafePlan(
                table.resource,
                commands=state.commands,
                backend=table.backend,
                baud_rate=table.baud_rate,
                timeout_s=max(table.answer_timeout_s, table.open_timeout_s),
            )
    for entry in lab.table.safe_state:
        yield SafePlan(
            entry.resource,
            commands=entry.commands,
            as_found=tuple(AsFound(relay.query, dict(relay.restore)) for relay in entry.as_found),
            backend=entry.backend,
            timeout_s=entry.timeout_s,
        )
