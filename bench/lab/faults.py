"""Which seeded faults go to which seats."""

from __future__ import annotations

from collections.abc import Iterable

from bench.lab.config import Lab
from bench.lab.errors import LabError


class FaultOnRealDeviceError(LabError):
    """A seeded fault was asked for on a real device, which cannot be given one."""


def faults_by_seat(lab: Lab, faults: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """From ``ID`` or ``ID@seat`` to the faults of each emulated seat.

    An id alone goes to the emulated seats under test whose device files say that they can have it. Where none says so
    it goes to every emulated seat: one that does not know it is not changed by it. Raises UnknownSeatError,
    FaultOnRealDeviceError.
    """
    by_seat: dict[str, list[str]] = {}
    for fault in faults:
        identifier, at, name = fault.partition("@")
        if at:
            if not lab.seat(name).emulated:
                raise FaultOnRealDeviceError(f"{fault}: seat {name} holds a real device; faults are for emulated ones")
            by_seat.setdefault(name, []).append(identifier)
            continue
        emulated = lab.seats_with_fault(identifier) or [seat.name for seat in lab.seats.values() if seat.emulated]
        if not emulated:
            raise FaultOnRealDeviceError(f"{fault}: this station has no emulated seat that could have the fault")
        for seat in emulated:
            by_seat.setdefault(seat, []).append(identifier)
    return {seat: tuple(identifiers) for seat, identifiers in by_seat.items()}
