"""What an office system must keep whatever happens to it: settings, readings, events, log; and how long it has been
up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.access.office import OfficeAccess
from bench.controls.office._holdings import STORED_PATH, event_reader, reader_of
from bench.controls.office._log import log_reader, whole_log
from bench.controls.office._parties import OPERATOR, claimed_parties
from bench.controls.office._surface import filled
from bench.controls.office._visitors import has_portal
from bench.exchanges.meters import asked_meter
from drivers.cim.client import OfficeClient

CONFIG_PATH, METRICS_PATH = "/config", "/metrics"
_UPTIME = "uptime_seconds"
_NEWEST = 20


@dataclass(frozen=True)
class SystemState:
    """``readings``: values by what they are and their own time, in the order in which they came; ``events``: of the
    meter under test, as told; ``log``: its entries in words, oldest first. ``config`` and ``uptime_s`` are None where
    nobody may see them.
    """

    config: str | None
    readings: tuple[tuple[str, float | None], ...]
    events: tuple[str, ...]
    log: tuple[str, ...]
    uptime_s: float | None


async def read_state(access: OfficeAccess) -> SystemState:
    """The state as the parties see it that may. Raises what the system answers."""
    config: str | None = None
    reader = OPERATOR if CONFIG_PATH in access.rights.paths_of(OPERATOR) and access.has_secret(OPERATOR) else ""
    async with access.session(reader or claimed_parties(access)[0], kept=True) as office:
        if reader:
            config = (await office.client.get(CONFIG_PATH)).raise_for_refusal().body.decode("utf-8")
        uptime = await _uptime(office.client)
    return SystemState(config, await stored_values(access), await _events(access), await _log(access), uptime)


async def read_uptime(access: OfficeAccess) -> float | None:
    """Seconds of station time since the system started, None where it does not tell."""
    async with access.session(claimed_parties(access)[0]) as office:
        return await _uptime(office.client)


async def stored_values(access: OfficeAccess) -> tuple[tuple[str, float | None], ...]:
    """What the system holds of the meter under test."""
    meter, reader = asked_meter(access.station), reader_of(access)
    if reader is not None:
        async with access.session(reader, kept=True) as office:
            answer = await office.client.get(filled(STORED_PATH, meter))
            document = answer.json() if answer.status < 400 else {}
    elif has_portal(access):
        async with access.customer() as portal:
            document = await portal.stored_readings(meter)
    else:
        document = {}
    return tuple(_values(document.get("readings", ())))


def _values(readings: Any) -> Iterator[tuple[str, float | None]]:
    for reading in readings:
        for value in reading.get("readings", ()):
            yield f"{value['readingType']} at {value['timeStamp']}", value["value"]
        for block in reading.get("intervalBlocks", ()):
            for interval in block["readings"]:
                yield f"{block['readingType']} at {interval['timeStamp']}", interval["value"]


async def _events(access: OfficeAccess) -> tuple[str, ...]:
    reader = event_reader(access)
    if reader is None:
        return ()
    async with access.session(reader, kept=True) as office:
        found = await office.events((asked_meter(access.station),))
    return tuple(f"{one.kind} {one.event} at {one.time_stamp}" for one in found)


async def _log(access: OfficeAccess) -> tuple[str, ...]:
    reader = log_reader(access)
    if reader is None:
        return ()
    entries = (await whole_log(access, reader)).entries
    return tuple(f"{entry.number}: {entry.who}, {entry.action}, {entry.result}" for entry in entries)


async def _uptime(client: OfficeClient) -> float | None:
    answer = await client.get(METRICS_PATH)
    lines: Mapping[str, str] = dict(
        line.split(" ", 1) for line in answer.body.decode("utf-8", "replace").splitlines() if line.count(" ") == 1
    )
    return float(lines[_UPTIME]) if answer.status < 400 and _UPTIME in lines else None


def changed(before: SystemState, after: SystemState) -> list[str]:
    """Readings that are not there any more, or not with their values, in words."""
    held = dict(after.readings)
    return [
        f"{what}: {value} became {held[what]}" if what in held else f"{what}: gone"
        for what, value in before.readings
        if what not in held or held[what] != value
    ]


def lost_events(before: SystemState, after: SystemState) -> list[str]:
    """The newest events before that are not held after."""
    kept = frozenset(after.events)
    return [event for event in before.events[-_NEWEST:] if event not in kept]


def lost_entries(before: SystemState, after: SystemState) -> list[str]:
    """The newest entries of the log before that are not in it after."""
    kept = frozenset(after.log)
    return [entry for entry in before.log[-_NEWEST:] if entry not in kept]
