"""C-L1 Secrets are write-only.

Everybody with a credential gets every path that the system has for anybody, and reads the logs, events and clock
that are for its eyes. All that comes back is searched for the secrets of the PIXIT. What is found is named, never
recorded.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.office import OfficeAccess
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.office._acts import ask, questions
from bench.controls.office._holdings import stock
from bench.controls.office._row import access_of
from bench.controls.office._secrets import leaked, secret_forms
from bench.controls.office._surface import filled, known_paths
from bench.controls.office._visitors import Visitor, visitors
from bench.controls.trial import Trial
from bench.exchanges.meters import asked_meter
from bench.judgement.check import Check
from drivers.cim.vocabulary import Noun
from drivers.transport.tap import Direction

LEAKED = "known secrets in what a party could get"
SERVED = "the party was served"


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await stock(access)
    secrets = secret_forms(access)
    async for visitor in visitors(access):
        with visitor.client.message.capturing() as seen:
            served = await _get_everything(access, visitor)
        answers = [one.data for one in seen if one.direction is Direction.IN]
        leaks = sorted({f"{visitor.role} gets {name}" for data in answers for name in leaked(data, secrets)})
        trial.record.observe(SERVED, served, what=visitor.role)
        trial.record.observe(LEAKED, list(leaks), what=visitor.role, answers=len(answers))


async def _get_everything(access: OfficeAccess, visitor: Visitor) -> bool:
    """Get all that there is to be got; whether anything was given at all."""
    served = False
    meter = asked_meter(access.station)
    for path in known_paths(access):
        tried = await attempt(visitor.client.get(filled(path, meter)))
        served = served or (tried.accepted and tried.value.status < 400)
    if visitor.office is not None:
        for act in questions(access.rights):
            if act.noun is not Noun.METER_READINGS and access.rights.may(visitor.role, act):
                await attempt(ask(visitor.office, act, (meter,)))
    return served


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("every declared party is served", "always", SERVED),
        Check("no party gets a secret of the system", "empty", LEAKED),
    ]


PROBE = Probe("C-L1", "office_https", stimulus, checks)
