"""C-L1 on Modbus: no register holds a secret.

Every client goes through the addresses of all four spaces, and reads in blocks what begins where something answers. All
that comes back is searched for the secrets of the device file: keys as they are, and the private keys of credentials.
What is found is named, never recorded.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.modbus import RTU
from bench.access.modbus_declared import ANONYMOUS
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of, gives_data
from bench.controls.modbus._secrets import secret_forms
from bench.controls.modbus._sweep import neighbours, sweep
from bench.controls.traces import found_in
from bench.controls.trial import Trial
from bench.judgement.check import Check

LEAKED = "known secrets in what a client could read"
SERVED = "the client was served"


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    secrets = secret_forms(access)
    port = min(access.ports, key=lambda port: access.profile_of(port) == RTU)
    for role in access.clients or (ANONYMOUS,):
        async with access.session(role, port=port) as client:
            found = await sweep(trial, client)
            blocks = await neighbours(trial, client, list(found))
        trial.record.observe(SERVED, bool(found), what=role)
        leaks = [
            f"{role} reads {name} from {space.value} {at} on"
            for (space, at), response in {**found, **blocks}.items()
            if gives_data(response)
            for name, forms in secrets.items()
            if found_in(response[2:], forms)
        ]
        trial.record.observe(LEAKED, leaks, what=role, read=len(found))  # type: ignore[arg-type]


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("every client is served", "always", SERVED),
        Check("no client reads a secret of the device", "empty", LEAKED),
    ]


PROBES = on_both("C-L1", stimulus, checks)
