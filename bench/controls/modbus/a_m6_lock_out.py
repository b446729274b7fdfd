"""A-M6 on Modbus: who fails to get in again and again keeps nobody else out.

Within TLS an attacker shows certificates that are refused; on a plain link, where nothing can be locked, it writes
where nothing stands. The row's sender is served all the while.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt
from bench.controls.modbus._changes import send_as, strangers_of
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of, gives_data, harmless_read
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.modbus.requests import write_request

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess

SERVED = "the row's sender was served while another was refused"
REFUSED = "the attacker was refused"
_NOWHERE = 0xFFF0
_GROUP = 4


async def stimulus(trial: Trial) -> None:
    access, request = access_of(trial), harmless_read(trial)
    attackers = strangers_of(access) if access.secure else (access.role,)
    count = trial.bound("p_ok").count
    for number in range(count):
        tried = await send_as(access, [write_request(_NOWHERE, [1])], attackers[number % len(attackers)])
        trial.record.observe(REFUSED, not tried.accepted, what=f"try {number + 1}", answer=tried.text)
        since = number % _GROUP + 1
        if since == _GROUP or number == count - 1:
            await _serve(trial, access, request, number + 1, since)


async def _serve(trial: Trial, access: ModbusAccess, request: bytes, tries: int, since: int) -> None:
    """The row's sender asks as often as the attacker has tried since he asked last."""
    async with access.session() as client:
        for _number in range(since):
            served = await attempt(client.send_pdu(request))
            good = served.accepted and gives_data(served.value)
            trial.record.observe(SERVED, good, what=f"after {tries} tries", answer=served.text)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the attacker is refused", "always", REFUSED),
        Check("the row's sender is served", "at_least_true", SERVED, trial.enough("p_ok")),
    ]


PROBES = on_both("A-M6", stimulus, checks)
