"""I-M5 Privileged actions leave a trace: one entry in the device's log, with its time, its originator, its result.

The PIXIT table ``sep2`` names the code of the entry (``log.started``); the text of an entry begins with the originator,
which is the server from which the signal came, and names the beginning of the event's mRID.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import exchange_of, works
from bench.controls.sep2._log import entries, record_code
from bench.controls.trial import Trial
from bench.judgement.check import Check

ONE, WHEN = "entries of the action", "time of the entry against that of the action"
WHO, LATE = "the entry names who acted", "from the action to the entry's being readable"
_MRID_DIGITS = 16


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    began = trial.clock.now()
    await exchange.perform()
    event = exchange.event
    assert event is not None
    answers = exchange.counterpart.resources.answers(event.mrid)
    acted = answers[-1].at if answers else trial.clock.now()
    mark = event.mrid.hex()[:_MRID_DIGITS]
    code = record_code(trial, "started")
    device = exchange.counterpart.resources.devices[exchange.counterpart.device]
    soon = any(mark in (entry.details or "") for entry in device.log)
    readable = trial.clock.now() if soon else float("inf")
    found = [entry for entry in await entries(trial, code) if mark in (entry.details or "")]
    readable = min(readable, trial.clock.now())
    trial.record.observe(ONE, len(found), what="a signal that was followed")
    for entry in found:
        trial.record.observe(WHEN, abs(entry.created - acted), unit="s")
        trial.record.observe(WHO, (entry.details or "").startswith(exchange.party), details=entry.details or "")
    waited_s = max(0.0, readable - acted - exchange.access.poll_s) if found else readable - began
    trial.record.observe_duration(LATE, waited_s)
    await exchange.restore()
    await works(trial, "after")


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the action leaves exactly one entry", "equals", ONE, {"expected": 1}),
        Check("its time is right", "at_most", WHEN, trial.limit("dt_clk", subject="meter_han")),
        Check("it names the originator", "always", WHO),
        Check("it is readable within t_log, from the next poll on", "at_most", LATE, trial.limit("t_log")),
    ]


PROBE = Probe("I-M5", "sep2", stimulus, checks)
