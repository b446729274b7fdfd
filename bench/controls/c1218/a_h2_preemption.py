"""A-H2 on C12.18: a command does not wait for bulk work, here a load profile of which only a part has been read.

There is one port and one session on it: whoever reads in parts gives the command between two of them. Judged as on
DLMS.
"""

from __future__ import annotations

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import access_of
from bench.controls.dlms._commands import TimedCommand, switch_command_of
from bench.controls.dlms.a_h2_preemption import BULK, WENT_ON, checks
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from drivers.c1218.client import C1218Client
from drivers.c1219.load_profile import PROFILE_DATA

_PART_BYTES, _PARTS = 200, 4


async def stimulus(trial: Trial) -> None:
    """The first part, the command, and the parts after it: in the same session or, where that has ended, anew."""
    exchange, access = switch_command_of(trial), access_of(trial)
    await exchange.prepare()
    what = "load profile in parts"
    command = TimedCommand(trial, what)
    await command.begin()
    async with access.session(exchange.role) as client:
        begun = await attempt(_read(client, 0, 1))
        trial.record.observe(BULK, begun.accepted, what=what, answer=begun.text)
        await command.give(client)  # type: ignore[arg-type]
        went_on = await attempt(_read(client, 1, _PARTS))
    await command.moved(trial.bound("t_act").number)
    clean = went_on.accepted
    if not clean:
        async with access.session(exchange.role) as client:
            clean = (await attempt(_read(client, 0, _PARTS))).accepted
    trial.record.observe(WENT_ON, clean, what=what, whole=went_on.accepted, answer=went_on.text)
    record_absent(trial, "firmware transfer", "C12.19 has no tables or procedures for one (control I-H5)")
    await exchange.restore()


async def _read(client: C1218Client, first: int, end: int) -> None:
    """Parts ``first`` to ``end`` - 1 of the profile's data. Raises the meter's refusals."""
    for part in range(first, end):
        await client.read_part(PROFILE_DATA, part * _PART_BYTES, _PART_BYTES)


PROBE = Probe("A-H2", "c1218", stimulus, checks)
