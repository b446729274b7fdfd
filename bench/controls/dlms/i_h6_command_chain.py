"""I-H6 on DLMS: each command can be traced to its origin in the meter's own log.

Security suite 0 has no signatures, so the chain rests on logs: the bench's record of what it sent as which client,
and the meter's entries. They have to tell the same story: one entry a command, in order, at its time, by that client.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.controls.base import Probe
from bench.controls.dlms._row import access_of
from bench.controls.trial import Trial
from bench.exchanges.switch_scene import SwitchScene
from bench.judgement.check import Check
from drivers.metering import LoggedEvent

ENTRIES = "entries of the meter's log for one command"
ORIGIN = "the entry names the client that commanded"
TIME_ERROR = "the entry's time against the bench's record"
ORDER = "times of the entries, in the order of the commands"

_LOG = "switch"
_SLACK_S = 60.0


async def stimulus(trial: Trial) -> None:
    """A disconnect and a reconnect by the authorised client, then the log beside the bench's own record."""
    access = access_of(trial)
    scene = SwitchScene(access)
    await scene.prepare(closed=True)
    commands: list[tuple[str, float]] = []
    for meaning in ("remote_disconnection", "remote_connection"):
        await scene.rest()
        async with access.session(MANAGEMENT, ask=True) as client:
            commands.append((meaning, trial.clock.now()))
            meter = access.meter(client)
            await (meter.disconnect() if meaning == "remote_disconnection" else meter.reconnect())
        await scene.settle()
        await scene.look()
    async with access.session(MANAGEMENT) as client:
        events = await access.meter(client).events(_LOG)
    for meaning, at in commands:
        _record(trial, access, meaning, at, events)
    await scene.restore()


def _record(trial: Trial, access: DlmsAccess, meaning: str, at: float, events: Sequence[LoggedEvent]) -> None:
    codes = [int(entry["code"]) for entry in access.pixit("event_table", []) if entry["meaning"] == meaning]
    found = [one for one in events if one.code in codes and one.at is not None and abs(one.at - at) <= _SLACK_S]
    trial.record.observe(ENTRIES, len(found), what=meaning)
    for entry in found:
        assert entry.at is not None
        trial.record.observe(TIME_ERROR, abs(entry.at - at), unit="s", what=meaning)
        trial.record.observe(ORDER, entry.at, unit="s", what=meaning)
        column = dict(access.pixit("event_logs", {})).get(_LOG, {}).get("originator")
        if column is not None:
            sap = access.client(MANAGEMENT).sap
            trial.record.observe(
                ORIGIN, entry.others.get(column) == sap, what=meaning, seen=str(entry.others.get(column))
            )


def checks(trial: Trial) -> Sequence[Check]:
    access = access_of(trial)
    found = [
        Check("each command left exactly one entry", "equals", ENTRIES, {"expected": 1}),
        Check("entries stand in the order of the commands", "rising", ORDER),
        Check("their times are right", "at_most", TIME_ERROR, {"limit": _time_limit(trial)}),
    ]
    if dict(access.pixit("event_logs", {})).get(_LOG, {}).get("originator"):
        found.append(Check("entries name their origin", "always", ORIGIN))
    return found


def _time_limit(trial: Trial) -> float:
    """Clock error, and the time that the contacts may travel."""
    travel = float(access_of(trial).pixit("switch_travel_s", 0.0))
    return trial.bound("dt_clk", subject="meter_han").number + travel


PROBE = Probe("I-H6", "dlms", stimulus, checks)
