"""C-H4 on Modbus: ports beside the declared one give away neither the row's data nor secrets.

The row's data are read by their sender at the declared port, so that they are there to be given away. Then the side
ports are gone through as nobody in particular: plain ports beside a TLS one, the objects of the device identification,
the server id, the diagnostic and file functions, unit ids that are not declared. None gives the data, or a secret.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from bench.access.modbus import TRUST
from bench.access.modbus_declared import ANONYMOUS
from bench.controls.attempts import attempt
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of, exchange_of, gives_data
from bench.controls.modbus._secrets import secret_forms
from bench.controls.traces import found_in
from bench.controls.trial import Trial
from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess

PLANTED = "the declared port gives the row's data"
HITS = "the row's data and secrets at side ports"
_SHORT_S = 0.5
_HIDDEN_UNITS = (0, 2, 100, 246, 247, 255)
_LEAST_REGISTERS = 2
"""A single register is found anywhere; what is looked for is at least so many in a row that are not all zero."""
_IDENTIFICATION = tuple(b"\x2b\x0e" + bytes([level, first]) for level, first in ((1, 0), (2, 3), (3, 0x80), (4, 0x80)))
_FUNCTIONS = (
    *_IDENTIFICATION,
    b"\x11",
    b"\x07",
    b"\x0b",
    b"\x0c",
    b"\x08\x00\x00\x00\x00",
    b"\x14\x07\x06\x00\x01\x00\x00\x00\x10",
)


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    data = await _data(trial, access)
    trial.record.observe(PLANTED, bool(data), what=access.role, pieces=len(data))
    secrets = secret_forms(access)
    async for place, answer in _side_ports(trial, access):
        hits = [f"the row's data at {place}" for piece in data if piece in answer]
        hits += [f"{name} at {place}" for name, forms in secrets.items() if found_in(answer, forms)]
        trial.record.observe(HITS, hits, what=place, bytes=len(answer))  # type: ignore[arg-type]


async def _data(trial: Trial, access: ModbusAccess) -> Sequence[bytes]:
    """What the row's sender reads, as it stands in the responses."""
    found: list[bytes] = []
    async with access.session() as client:
        for request in exchange_of(trial).reads():
            response = await client.send_pdu(request)
            if gives_data(response) and len(response) >= 2 + 2 * _LEAST_REGISTERS and any(response[2:]):
                found.append(response[2:])
    return found


async def _side_ports(trial: Trial, access: ModbusAccess) -> AsyncIterator[tuple[str, bytes]]:
    reads = exchange_of(trial).reads()
    if access.secure:
        for port in access.plaintext_ports:
            yield f"plain port {port}", await _asked(access, port, "", [*reads, *_FUNCTIONS])
        yield "the port, without a certificate", await _asked(access, access.ports[0], TRUST, [*reads, *_FUNCTIONS])
    yield "functions beside reading", await _asked(access, access.ports[0], access.role, _FUNCTIONS)
    for unit in _HIDDEN_UNITS:
        if unit not in access.declared.units and not (unit == 0 and access.is_line):
            role = access.role if access.secure else ANONYMOUS
            yield f"unit {unit}", await _asked(access, access.ports[0], role, reads, unit)


async def _asked(
    access: ModbusAccess, port: str, role: str, requests: Sequence[bytes], unit: int | None = None
) -> bytes:
    """All that came back for these requests; nothing from a port where nobody answers."""
    answers: list[bytes] = []

    async def ask() -> None:
        async with access.session(role, port=port, unit=unit, timeout_s=_SHORT_S) as client:
            for request in requests:
                tried = await attempt(client.send_pdu(request))
                if tried.accepted:
                    answers.append(tried.value)

    await attempt(ask())
    return b"".join(answers)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the declared port gives the data", "always", PLANTED),
        Check("no side port gives them, or a secret", "empty", HITS),
    ]


PROBES = on_both("C-H4", stimulus, checks)
