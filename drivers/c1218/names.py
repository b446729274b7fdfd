"""Which table element of a meter is what. Defaults suit the emulated meter; a device file replaces single ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from drivers.c1219.load_control import OFF, ON
from drivers.c1219.procedures import Procedure

_PLACE = re.compile(r"summation (?P<summation>\d+)(?: tier (?P<tier>\d+))?|present (?P<present>\d+)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quantity stands: summation ``index`` of table 23 (in the total block or a ``tier``, from 1), or value
    ``index`` of table 28 (``present``)."""

    index: int
    tier: int = 0
    present: bool = False

    @classmethod
    def parse(cls, text: str) -> Place:
        """From ``summation 0``, ``summation 0 tier 2`` or ``present 3``. Raises ValueError."""
        match = _PLACE.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is no place: expected 'summation 0', 'summation 0 tier 1' or 'present 0'")
        if match["present"] is not None:
            return cls(int(match["present"]), present=True)
        return cls(int(match["summation"]), int(match["tier"] or 0))


@dataclass(frozen=True, slots=True)
class ProcedureCall:
    """A procedure with its parameters, as a meter wants them."""

    number: int
    parameters: bytes = b""
    manufacturer: bool = False

    @classmethod
    def parse(cls, text: str) -> ProcedureCall:
        """From ``21 00640000`` or, for a manufacturer's, ``m5 01``: number and parameters in hex. Raises ValueError."""
        number, _, parameters = text.strip().partition(" ")
        try:
            return cls(int(number.removeprefix("m")), bytes.fromhex(parameters), number.startswith("m"))
        except ValueError:
            raise ValueError(f"{text!r} is no procedure: expected '21 00640000' or 'm5 01'") from None


def _registers() -> dict[str, Place]:
    places = {}
    for index, name in enumerate(("energy_import", "energy_export")):
        places[name] = Place(index)
        places.update({f"{name}_rate_{tier}": Place(index, tier) for tier in (1, 2)})
    for index, name in enumerate(INSTANTANEOUS):
        places[name] = Place(index, present=True)
    return places


INSTANTANEOUS = (
    "voltage_l1", "current_l1", "power_import", "power_export", "reactive_power_import", "reactive_power_export",
    "frequency",
)  # fmt: skip
"""Quantities of the moment, by name."""

_DIRECT = int(Procedure.DIRECT_LOAD_CONTROL)


@dataclass(frozen=True, kw_only=True)
class TableNames:
    """Names of registers and of the load profile's channels, and the procedures of the switch.

    Parameters of procedure 21 are `drivers.c1219.load_control.DirectOrder` here, a layout that is unverified.
    """

    registers: Mapping[str, Place] = field(default_factory=_registers)
    channels: tuple[str, ...] = ("energy_import", "energy_export")
    point: int = 0
    disconnect: ProcedureCall = ProcedureCall(_DIRECT, bytes((0, OFF, 0, 0)))
    connect: ProcedureCall = ProcedureCall(_DIRECT, bytes((0, ON, 0, 0)))
    restart: ProcedureCall = ProcedureCall(int(Procedure.WARM_START))

    def overridden(self, given: Mapping[str, object]) -> TableNames:
        """With the entries of a device file: ``registers``, ``channels``, ``disconnect``, ``connect``.

        Raises ValueError for one that means nothing.
        """
        changes: dict[str, object] = {}
        for name, value in given.items():
            if name == "registers" and isinstance(value, Mapping):
                changes[name] = {**self.registers, **{key: Place.parse(str(text)) for key, text in value.items()}}
            elif name == "channels" and isinstance(value, list | tuple):
                changes[name] = tuple(str(one) for one in value)
            elif name in ("disconnect", "connect", "restart"):
                changes[name] = ProcedureCall.parse(str(value))
            else:
                raise ValueError(f"{name!r} is no entry of the tables' names")
        return replace(self, **changes)  # type: ignore[arg-type]
