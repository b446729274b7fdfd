"""I-H5 on C12.18: no code loads through the optical port.

C12.19 has no service for firmware: where a meter takes any, it does so by procedures or tables of its manufacturer,
which table 0 names. A meter that names none must carry out none, whoever asks, and go on with the firmware that runs.
What one that names some does with an image nobody can judge here without the supplier's word on them.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.c1218 import MANAGEMENT, C1218Access
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import access_of, answers_again
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.c1218.names import ProcedureCall

OFFERED = "the meter names procedures or tables of its manufacturer"
CARRIED_OUT = "a manufacturer's procedure that the meter does not name was carried out"
WRITTEN = "a manufacturer's table that the meter does not name was written"
SAME = "the firmware that runs is the one before"
SERVED = "the meter serves afterwards"
_TRIED = (*range(8), 15, 16, 31, 32, 63, 64, 127, 128, 255)
_FIRST_MANUFACTURERS_TABLE = 2048
_BLOCK = b"amibench I-H5" + bytes(3)


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    async with access.session(MANAGEMENT) as client:
        configuration = await access.meter(client).configuration()
    named = configuration.mfg_procedures | configuration.mfg_writable
    if named:
        trial.record.could_not_look(
            OFFERED, f"table 0 names {len(named)} of them, for which nobody hands over an image"
        )
        return
    trial.record.observe(OFFERED, False, what="table 0")
    record_absent(trial, "transfer of an image", "the meter offers no procedure or table that takes one")
    before = await _firmware(access)
    for role in access.clients:
        async with access.session(role) as client:
            meter = access.meter(client)
            for number in _TRIED:
                tried = await attempt(meter.start(ProcedureCall(number, _BLOCK, manufacturer=True)))
                trial.record.observe(CARRIED_OUT, tried.accepted, what=f"{role}, m{number}", answer=tried.text)
                tried = await attempt(client.write(_FIRST_MANUFACTURERS_TABLE + number, _BLOCK))
                trial.record.observe(WRITTEN, tried.accepted, what=f"{role}, table m{number}", answer=tried.text)
    back = await answers_again(trial, access, 2 * trial.bound("t_boot").number)
    trial.record.observe(SERVED, back is not None, what="after all of it")
    after = await _firmware(access)
    trial.record.observe(SAME, after == before, what=f"{before}, then {after}")


async def _firmware(access: C1218Access) -> str | None:
    async with access.session(MANAGEMENT) as client:
        return (await access.meter(client).identity()).firmware


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the meter offers no way to load code", "never", OFFERED),
        Check("no hidden procedure is carried out", "never", CARRIED_OUT),
        Check("no hidden table is written", "never", WRITTEN),
        Check("the meter serves afterwards", "always", SERVED),
        Check("what runs stays the same", "always", SAME),
    ]


PROBE = Probe("I-H5", "c1218", stimulus, checks)
