"""A-H2 Emergency pre-empts bulk work: a limit goes before a report of everything, and before an update of firmware.

The report goes on; the update is installed or fails cleanly, and the station then runs the old firmware or the new one.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.ocpp_files import FileServer
from bench.access.ocpp_firmware import update_call
from bench.controls.base import Probe
from bench.controls.command_times import ANSWER_TIME, CONFIRMED, EFFECT_TIME, MOVED
from bench.controls.ocpp._acts import GOOD, back, call, exchange_of, released, works
from bench.controls.ocpp._firmware import FAILED, comes_to, running_firmware, told
from bench.controls.ocpp._timed import timed
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.ocpp.rpc import Call, encode

GOES_ON = "the bulk work went on, or failed cleanly"
WHOLE = "the station runs the old firmware or the new one"
_REPORT_S, _UPDATE_S = 30.0, 600.0
_ENDED = (*FAILED, "InstallRebooting", "Installed")


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    await _report(trial)
    await released(trial)
    if exchange.access.declared.firmware and exchange.access.has_secret("maker"):
        await _update(trial)
    else:
        record_absent(trial, "an update of firmware", "the device file names no image, or no maker")
    await works(trial, "after")


async def _report(trial: Trial) -> None:
    """Everything is asked for, and the limit is set while the answer comes."""
    exchange = exchange_of(trial)
    if exchange.version.is_old:
        question, told_by = Call("bulk-1", "GetConfiguration", {}), "bulk-1"
    else:
        question = Call("bulk-1", "GetBaseReport", {"requestId": 1, "reportBase": "FullInventory"})
        told_by = "NotifyReport"
    heard = len(exchange.there.session.heard)
    await exchange.there.session.say(encode(question))
    await timed(trial, "while a report of everything comes")
    await trial.station.advance(_REPORT_S)
    came = any(told_by in item.text for item in exchange.there.session.heard[heard:])
    trial.record.observe(GOES_ON, came, what="a report of everything")


async def _update(trial: Trial) -> None:
    """The maker's image is fetched and installed, and the limit is set meanwhile."""
    exchange, before = exchange_of(trial), await running_firmware(trial)
    attempts, after = exchange.csms.attempts, len(told(trial))
    async with FileServer(exchange.access.listen[0]) as files:
        tried = await call(
            exchange.there, *update_call(exchange.access, exchange.version, files, exchange.access.image)
        )
        await trial.station.advance(1.0)
        await timed(trial, f"while firmware is updated: {tried.text}")
        ended = await comes_to(trial, _ENDED, after, _UPDATE_S)
    trial.record.observe(
        GOES_ON, bool(ended) or not tried.answered, what="an update", told=", ".join(told(trial)[after:])
    )
    if ended == "InstallRebooting":
        declared = exchange.access.declared
        await back(trial, attempts, declared.boot_s + declared.connect_s + declared.retry_s)
    now = await running_firmware(trial)
    trial.record.observe(WHOLE, bool(now) and (now != before) == (ended in ("InstallRebooting", "Installed")), what=now)


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the limit is accepted", "always", CONFIRMED),
        Check("within t_ack", "at_most", ANSWER_TIME, trial.limit("t_ack")),
        Check("it takes effect", "always", MOVED),
        Check("within t_act", "at_most", EFFECT_TIME, trial.limit("t_act")),
        Check("the bulk work goes on or fails cleanly", "always", GOES_ON),
        Check("good limits work after", "always", GOOD),
    ]
    if exchange_of(trial).access.declared.firmware:
        found.append(Check("no firmware is there in part", "always", WHOLE))
    return found


PROBE = Probe("A-H2", "ocpp", stimulus, checks)
