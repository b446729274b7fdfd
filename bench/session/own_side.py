"""The bench's own side, looked at before a device's silence is held against it: is the device supplied at all?

A seat whose supply nobody measures cannot be blamed for silence on a real station; in emulation the plant's supply is
measured by the same kind of witness.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.roles import Multimeter, PowerAnalyser
from drivers.scpi.errors import InstrumentError

if TYPE_CHECKING:
    from bench.lab.station import Station

LEAST_SHARE_OF_NOMINAL = 0.5
_SUPPLY_WITNESS = "power_analyser"


async def own_side_fault(station: Station, seat: str) -> str:
    """Why silence of ``seat`` says nothing about it; empty when the bench's own side is in order.

    A seat without a nominal voltage in its device file (an office system) needs no supply from the bench. Raises
    HostGoneError when it was the emulation that died.
    """
    await station.look_at_hosts()
    device = station.lab.seat(seat).device
    nominal = device.pixit.get("nominal_voltage_v") if device is not None else None
    if nominal is None:
        return ""
    witnesses = [
        name
        for name, table in station.lab.instruments.items()
        if table.kind == _SUPPLY_WITNESS and seat in table.wired_to
    ]
    if not witnesses:
        return f"no {_SUPPLY_WITNESS.replace('_', ' ')} is wired to {seat}: whether it is supplied cannot be seen"
    try:
        witness = await station.instrument(witnesses[0])
        if not isinstance(witness, PowerAnalyser | Multimeter):
            return f"{witnesses[0]} does not measure voltage"
        voltage = await witness.voltage()
    except InstrumentError as error:
        return f"the supply of {seat} could not be measured: {error}"
    if voltage.value < LEAST_SHARE_OF_NOMINAL * float(nominal):
        return f"{witnesses[0]} measures {voltage.value:.1f} V at {seat}: the device is not supplied"
    return ""
