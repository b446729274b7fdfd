"""I-H4 on Modbus/TLS: nobody rewrites the log.

Every client tries to write into the log's registers. It is then filled beyond its capacity, with writes that are
refused and cost nothing: the numbers of its entries only rise, and the newest stay. A power cut takes none of the
last entries.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.modbus import SECURE
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.modbus._changes import send_as
from bench.controls.modbus._log import read_log
from bench.controls.modbus._row import access_of, power_cycle
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.modbus.requests import is_exception, write_one_request, write_request

KEPT = "an entry of the log was changed or removed"
TAKEN = "a write into the log was confirmed"
RISES = "the numbers of the entries rise without a gap"
LOST = "of the last entries those that a power cut removed"
THERE = "the log is there"
_NOWHERE = 0xFFF0


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    table = access.declared.log
    if table is None:
        trial.record.observe(THERE, False, what="the device file declares no log")
        return
    await send_as(access, [write_one_request(_NOWHERE, 1)], access.role)  # so that there is an entry
    before = await read_log(access) or ()
    trial.record.observe(THERE, True, what=f"{len(before)} entries")
    for role in access.clients:
        for request in (write_request(table.address, [0] * table.first), write_one_request(table.address, 0)):
            tried = await send_as(access, [request], role)
            trial.record.observe(TAKEN, tried.accepted, what=f"{role}, {request.hex()}", answer=tried.text)
    now = {entry.sequence: entry for entry in await read_log(access) or ()}
    for entry in before:
        trial.record.observe(KEPT, now.get(entry.sequence) != entry, what=f"entry {entry.sequence}")
    await _fill(trial)
    entries = await read_log(access) or ()
    numbers = [entry.sequence for entry in entries]
    rises = numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False
    trial.record.observe(RISES, rises, what=f"{len(numbers)} entries of {table.capacity}")
    last = entries[-trial.bound("n_last_entries").count :]
    await power_cycle(trial, access, 10.0)
    after = {entry.sequence for entry in await read_log(access) or ()}
    trial.record.observe(LOST, [entry.sequence for entry in last if entry.sequence not in after], what="power cut")


async def _fill(trial: Trial) -> None:
    """Refused writes, a tenth more than the log holds."""
    access = access_of(trial)
    assert access.declared.log is not None
    count = round(access.declared.log.capacity * (1.0 + trial.bound("log_overfill").number))
    async with access.session() as client:
        for _number in range(count):
            tried = await attempt(client.send_pdu(write_one_request(_NOWHERE, 1)))
            if not tried.accepted or not is_exception(tried.value):
                break


def checks(trial: Trial) -> Sequence[Check]:
    found = [Check("there is a log", "always", THERE)]
    if access_of(trial).declared.log is not None:
        found += [
            Check("no write into the log is taken", "never", TAKEN),
            Check("no entry changes", "never", KEPT),
            Check("the oldest go first, and none between", "always", RISES),
            Check("a power cut takes none of the last", "empty", LOST),
        ]
    return found


PROBE = Probe("I-H4", SECURE, stimulus, checks)
