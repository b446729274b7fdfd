"""I-H4 The log cannot be rewritten: it outlasts power cuts, and what is cheap to cause displaces nothing that matters.

A signal that was followed leaves its entry; twice the log's capacity of cheap entries (servers with wrong credentials)
and power cuts come after it; a server that never saw the log is then shown the entry of the signal. Entries are
numbered without gaps or repetitions; nobody can take one away.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.sep2._acts import exchange_of, follow, impostor
from bench.controls.sep2._junk import Junk
from bench.controls.sep2._log import entries
from bench.controls.sep2._restart import back, restart
from bench.controls.trial import Trial
from bench.judgement.check import Check

KEPT, NUMBERS = "the entry of the signal is still there", "numbers of the entries"
CLEARED = "the log was cleared"
_BACK_S, _CUTS = 600.0, 3
_MRID_DIGITS = 16


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    await exchange.perform()
    event = exchange.event
    assert event is not None
    mark = event.mrid.hex()[:_MRID_DIGITS]
    exchange.program.events.clear()  # nothing is offered that a restart would have the device write down anew
    for _cut in range(_CUTS):
        await restart(trial)
        await back(trial, _BACK_S)
    await _record(trial, mark, "after power cuts")
    capacity = int(exchange.access.pixit("log_capacity", 100))
    exchange.counterpart.alter = Junk(trial, "an element that nobody knows", exchange.counterpart.polled_path)
    await trial.station.advance(2.0 * capacity * exchange.access.poll_s)
    exchange.counterpart.alter = None
    async with impostor(trial, "stranger", exchange.new_event()):
        await follow(trial)
    await exchange.prepare()
    await _record(trial, mark, "after twice its capacity of cheap entries")
    if exchange.access.own_server:
        async with exchange.access.client("cems") as client:
            for path in ("/edev/1/log", "/log", "/edev/1"):
                tried = await attempt(client.request("DELETE", path))
                trial.record.observe(CLEARED, tried.accepted and tried.value.status < 400, what=path)


async def _record(trial: Trial, mark: str, what: str) -> None:
    """Have the device show its whole log to a server that never saw it."""
    exchange = exchange_of(trial)
    counterpart = exchange.counterpart
    counterpart.resources.devices.clear()
    await counterpart.found_anew()
    found = await entries(trial)
    trial.record.observe(KEPT, any(mark in (entry.details or "") for entry in found), what=what, entries=len(found))
    for entry in found:
        trial.record.observe(NUMBERS, f"{what}: {entry.number}")


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the entry of the signal is kept", "always", KEPT),
        Check("no entry stands there twice", "unique", NUMBERS),
    ]
    if exchange_of(trial).access.own_server:
        found.append(Check("nobody clears the log", "never", CLEARED))
    return found


PROBE = Probe("I-H4", "sep2", stimulus, checks)
