"""C-L2 on Modbus: who has no credential sees what the device file lists, and no more.

On a plain link everybody is anonymous: the addresses of all spaces are gone through, and what answers must be granted
to ``anonymous``. Within TLS nobody without a certificate is served at all, neither at the TLS port nor at plain ones.
On both, no unit id answers but the declared ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.modbus import RTU, TRUST
from bench.access.modbus_declared import ANONYMOUS
from bench.controls.attempts import attempt
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of, exchange_of, gives_data, harmless_read
from bench.controls.modbus._sweep import answering_units, sweep
from bench.controls.trial import Trial
from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess

ALIVE = "the row's sender was served, so that the port was alive"
BEYOND = "what gave data without a credential and is not on the list"
UNITS = "unit ids that answer and are not declared"
_SHORT_S = 0.5


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    for port in access.ports:
        async with access.session(port=port, timeout_s=_SHORT_S) as client:
            tried = await attempt(client.send_pdu(harmless_read(trial)))
            alive = tried.accepted and gives_data(tried.value)
            trial.record.observe(ALIVE, alive, what=port, answer=tried.text)
            units = await answering_units(trial, client)
            undeclared = [unit for unit in units if unit not in access.declared.units]
            trial.record.observe(UNITS, undeclared, what=f"unit ids at {port}")  # type: ignore[arg-type]
    if not access.secure:
        for port in _swept(trial, access):
            await _everybody(trial, access, port)
        return
    for port in (*access.ports, *access.plaintext_ports):
        await _without_certificate(trial, access, port)


def _swept(trial: Trial, access: ModbusAccess) -> Sequence[str]:
    """The ports whose addresses are gone through: all, in the quick profile one, on TCP where there is such a port."""
    quickest = sorted(access.ports, key=lambda port: access.profile_of(port) == RTU)
    return quickest[:1] if trial.profile == "quick" else quickest


async def _everybody(trial: Trial, access: ModbusAccess, port: str) -> None:
    async with access.session(port=port, timeout_s=_SHORT_S) as client:
        beyond = [
            f"{space.value} {at}"
            for space, at in await sweep(trial, client)
            if not access.rights.may_read(ANONYMOUS, space, at)
        ]
        trial.record.observe(BEYOND, beyond, what=f"no credential at {port}")  # type: ignore[arg-type]


async def _without_certificate(trial: Trial, access: ModbusAccess, port: str) -> None:
    requests = [harmless_read(trial), *exchange_of(trial).reads()[:3]]
    tried = await attempt(_data(access, port, requests))
    beyond = tried.value if tried.accepted else []
    trial.record.observe(BEYOND, beyond, what=f"no certificate at {port}", answer=tried.text)


async def _data(access: ModbusAccess, port: str, requests: Sequence[bytes]) -> list[str]:
    """What of these requests was answered with data; the end of the connection is an answer too."""
    async with access.session(TRUST, port=port, timeout_s=_SHORT_S) as client:
        answers = [(request, await client.send_pdu(request)) for request in requests]
    return [f"{request.hex()} at {port}" for request, response in answers if gives_data(response)]


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the row's sender is served", "always", ALIVE),
        Check("nothing else is to be had without a credential", "empty", BEYOND),
        Check("no undeclared unit id answers", "empty", UNITS),
    ]


PROBES = on_both("C-L2", stimulus, checks)
