"""C-L1 on C12.18: passwords and keys cannot be read.

Every declared client reads every standard table, the password table 42 and the key tables 45 and 46 among them, whole
and by offset. All that comes back is searched for the secrets of the PIXIT. What is found is named, never recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.access.c1218 import C1218Access
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import STANDARD_TABLES, access_of, read_each, refusal
from bench.controls.traces import forms_of, found_in
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.c1219.security import EXTENDED_KEYS, KEYS, PASSWORDS

LEAKED = "known secrets in what a client could read"
DENIED = "answer to a read of a table of secrets"
SERVED = "the client was served"
_FIRST_BYTES = 20


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    secrets = {name: forms_of(access.reveal(name)) for name in _secret_names(access)}
    for role in access.clients:
        async with access.session(role) as client:
            answers = await read_each(client, STANDARD_TABLES)
            given = {number: tried.value for number, tried in answers.items() if tried.accepted}
            trial.record.observe(SERVED, bool(given), what=role)
            for number in (PASSWORDS, KEYS, EXTENDED_KEYS):
                part = await attempt(client.read_part(number, 0, _FIRST_BYTES))
                trial.record.observe(DENIED, refusal(answers[number]), what=f"{role}, table {number}")
                trial.record.observe(DENIED, refusal(part), what=f"{role}, part of table {number}")
                if part.accepted:
                    given[-number] = part.value
        trial.record.observe(LEAKED, _leaks(role, given, secrets), what=role, read=len(answers), given=len(given))  # type: ignore[arg-type]


def _secret_names(access: C1218Access) -> Sequence[str]:
    device = access.station.lab.seat(access.seat).device
    return tuple(device.secrets) if device is not None else ()


def _leaks(role: str, given: Mapping[int, bytes], secrets: Mapping[str, Mapping[str, bytes]]) -> list[str]:
    return [
        f"{role} reads {name} in table {abs(number)}"
        for number, content in given.items()
        for name, forms in secrets.items()
        if found_in(content, forms)
    ]


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("every declared client is served", "always", SERVED),
        Check("no client reads a secret of the device", "empty", LEAKED),
        Check("tables of secrets are refused by code", "within", DENIED, {"allowed": ["isc", "iar", "onp", "sns"]}),
    ]


PROBE = Probe("C-L1", "c1218", stimulus, checks)
