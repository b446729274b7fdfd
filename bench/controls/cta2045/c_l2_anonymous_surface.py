"""C-L2 on CTA-2045: an appliance takes the message types and answers the requests that its papers name, and no other.

The link knows no credentials: whoever is at the port is anybody.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.cta2045._row import access_of, answers_again
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cta2045.errors import ResponseCodeError
from drivers.cta2045.intermediate import Intermediate, ResponseCode

TYPES, REQUESTS = "message types that are taken and not declared", "requests that are answered and not declared"
THERE = "the appliance answers its declared questions"
_SWEEP = (*range(0x0800, 0x0810), *range(0x0900, 0x0904), 0x0A01, 0x1234, 0xFFFF)
_GROUPS, _WITHIN = range(0x01, 0x0A), range(0x08)
_CHANGES = frozenset({0x0400})


async def stimulus(trial: Trial) -> None:
    declared = access_of(trial).declared
    trial.record.observe(THERE, await answers_again(trial, 30.0) is not None)
    async with access_of(trial).session() as client:
        taken = [kind for kind in _SWEEP if await client.takes(kind)]
        answered = []
        for group in _GROUPS:
            for number in _WITHIN:
                opcodes = group << 8 | number
                if opcodes in _CHANGES:
                    continue
                try:
                    await client.request(Intermediate(opcodes), f"0x{opcodes:04X}")
                except ResponseCodeError as error:
                    if error.code == ResponseCode.NOT_IMPLEMENTED:
                        continue
                answered.append(opcodes)
    beyond = [f"0x{kind:04X}" for kind in taken if kind not in declared.kinds]
    trial.record.observe(TYPES, [*beyond], what=f"of {len(_SWEEP)} tried")
    hidden = [f"0x{opcodes:04X}" for opcodes in answered if opcodes not in declared.intermediate]
    trial.record.observe(REQUESTS, [*hidden], what=f"of {len(_GROUPS) * len(_WITHIN)} tried")


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the appliance is there", "always", THERE),
        Check("no other message type is taken", "empty", TYPES),
        Check("no other request is answered", "empty", REQUESTS),
    ]


PROBE = Probe("C-L2", "cta2045", stimulus, checks)
