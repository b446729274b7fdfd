"""C-L3 on Modbus/TLS: no default certificate opens the device, and no two units hold the same key.

Certificates have no dictionary: what corresponds to a default is one that anybody could have made (of another authority
with the same name), and one that gives no role. The keys of two units are compared by their certificates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.modbus import NO_ROLE, SECURE, UNTRUSTED
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.modbus._keys import certificate_of, public_key
from bench.controls.modbus._row import access_of, gives_data, harmless_read, second_unit
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess

SERVED = "the configured certificate was accepted"
GUESSED = "a certificate that anybody could have was accepted"
SHARED = "two units hold the same key"


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    tried = await attempt(_data(trial, access, ""))
    trial.record.observe(SERVED, tried.accepted and bool(tried.value), answer=tried.text)
    for name in (UNTRUSTED, NO_ROLE):
        if not access.has(name):
            record_absent(trial, f"certificate {name}", "the device file names no such credential for the bench")
            continue
        tried = await attempt(_data(trial, access, name))
        trial.record.observe(GUESSED, tried.accepted and bool(tried.value), what=name, answer=tried.text)
    other = second_unit(access)
    if other is None:
        trial.record.could_not_look(SHARED, "the station has one unit of the type only, and two are needed")
    else:
        same = public_key(await certificate_of(access)) == public_key(await certificate_of(other))
        trial.record.observe(SHARED, same, what=f"{access.seat} and {other.seat}")


async def _data(trial: Trial, access: ModbusAccess, role: str) -> bool:
    async with access.session(role) as client:
        return gives_data(await client.send_pdu(harmless_read(trial)))


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the configured certificate is accepted", "always", SERVED),
        Check("no certificate that anybody could have is", "never", GUESSED),
        Check("each unit has a key of its own", "never", SHARED),
    ]


PROBE = Probe("C-L3", SECURE, stimulus, checks)
