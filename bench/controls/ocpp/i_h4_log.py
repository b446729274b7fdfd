"""I-H4 The security log cannot be rewritten: its CSMS empties it not without a trace, and nobody flushes it.

A remote action makes an entry that weighs. It outlives what a CSMS could try (vendor's messages, variables, resets,
delivery), twice as many malformed messages as the log holds (PIXIT ``ocpp.log_entries``), a clock that is set back, and
the loss of power right after the newest entry. What clears the log leaves SecurityLogWasCleared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.access.ocpp_files import FileServer
from bench.controls.base import Probe
from bench.controls.log_integrity import CLEARED, FLUSHED, LOST, STILL_LOGS
from bench.controls.ocpp._acts import GOOD, call, exchange_of, works
from bench.controls.ocpp._junk import serves
from bench.controls.ocpp._restart import restart
from bench.controls.ocpp._security_log import entries
from bench.controls.trial import Trial
from bench.judgement.check import Check

_ACTION = "ChangeAvailability"
_CLEARED_EVENT = "SecurityLogWasCleared"
_CUTS = 2
_BACK_S, _MARGIN_S = 3600.0, 2.0
_VARIABLES = (("SecurityCtrlr", "SecurityLog"), ("LogCtrlr", "Clear"), ("LogCtrlr", "Entries"), ("LogCtrlr", "Enabled"))
_KEYS = ("ClearSecurityLog", "SecurityLogEntries", "LogEnabled")


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    async with FileServer(exchange.access.listen[0]) as files:
        weighty = await _act(trial, files)
        await _clearing(trial, files, weighty)
        await _flush(trial, files, weighty)
        await _clock_back(trial, files)
        for number in range(_CUTS):
            await _cut(trial, files, f"cut {number + 1}")
    await works(trial, "after")


async def _act(trial: Trial, files: FileServer) -> str:
    """A remote action that changes nothing, and its entry; empty where it makes none."""
    exchange, known = exchange_of(trial), await entries(trial, files)
    if exchange.version.is_old:
        payload: dict[str, Any] = {"connectorId": 1, "type": "Operative"}
    else:
        payload = {"operationalStatus": "Operative", "evse": {"id": 1}}
    await call(exchange.there, _ACTION, payload)
    new = [one for one in await entries(trial, files) if one not in known and _ACTION in one]
    trial.record.observe(STILL_LOGS, bool(new), what=f"{len(known)} entries before")
    return new[-1] if new else ""


async def _clearing(trial: Trial, files: FileServer, weighty: str) -> None:
    there = await entries(trial, files)
    gone = weighty not in there and not any(_CLEARED_EVENT in entry for entry in there)
    trial.record.observe(CLEARED, gone, what="its delivery", entries=len(there))
    for action, payload in _attempts(trial):
        before = await entries(trial, files)
        tried = await call(exchange_of(trial).there, action, payload)
        after = await entries(trial, files)
        emptied = any(entry not in after for entry in before)
        traced = any(_CLEARED_EVENT in entry and entry not in before for entry in after)
        trial.record.observe(CLEARED, emptied and not traced, what=action, answer=tried.text, entries=len(after))


def _attempts(trial: Trial) -> Iterator[tuple[str, Mapping[str, Any]]]:
    exchange = exchange_of(trial)
    yield "DataTransfer", {"vendorId": "factory", "messageId": "ClearSecurityLog"}
    if exchange.version.is_old:
        for key in _KEYS:
            yield "ChangeConfiguration", {"key": key, "value": "0"}
        return
    for component, variable in _VARIABLES:
        place = {"component": {"name": component}, "variable": {"name": variable}, "attributeValue": "0"}
        yield "SetVariables", {"setVariableData": [place]}


async def _flush(trial: Trial, files: FileServer, weighty: str) -> None:
    capacity = exchange_of(trial).access.declared.log_entries
    if not capacity:
        trial.record.could_not_look(FLUSHED, "the device file does not state ocpp.log_entries")
        return
    count = round(capacity * trial.bound("log_flush").number)
    for number in range(count):
        await exchange_of(trial).there.session.say(f"[2, junk {number}")
    await serves(trial, trial.bound("t_rec").number)
    after = await entries(trial, files)
    trial.record.observe(FLUSHED, weighty not in after, what=f"{count} malformed messages", entries=len(after))
    await _act(trial, files)


async def _clock_back(trial: Trial, files: FileServer) -> None:
    """The CSMS's time goes back; what was there stays, and what is done then stands there."""
    exchange, before = exchange_of(trial), await entries(trial, files)
    exchange.csms.server.offset_s = -_BACK_S
    await trial.station.advance(exchange.access.declared.heartbeat_s + _MARGIN_S)
    await _act(trial, files)
    exchange.csms.server.offset_s = 0.0
    await trial.station.advance(exchange.access.declared.heartbeat_s + _MARGIN_S)
    _nothing_lost(trial, before, await entries(trial, files), "the clock was set back")


async def _cut(trial: Trial, files: FileServer, what: str) -> None:
    """An entry, and power is gone at once."""
    await _act(trial, files)
    before = await entries(trial, files)
    await restart(trial)
    _nothing_lost(trial, before, await entries(trial, files), what)


def _nothing_lost(trial: Trial, before: Sequence[str], after: Sequence[str], what: str) -> None:
    newest = [entry for entry in before if "InvalidMessages" not in entry][-trial.bound("n_last_entries").count :]
    lost = [entry for entry in newest if entry not in after]
    trial.record.observe(LOST, lost, what=what, entries=len(after))  # type: ignore[arg-type]


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the log is not emptied without a trace", "never", CLEARED),
        Check("entries that weigh outlive cheap events", "never", FLUSHED),
        Check("a full log goes on", "always", STILL_LOGS),
        Check("no recent entry is lost", "empty", LOST),
        Check("good limits work after", "always", GOOD),
    ]


PROBE = Probe("I-H4", "ocpp", stimulus, checks)
