"""What a device tells of its DER: powers as mirrored metering, charge and connection as a status (schema 2018).

A device posts a `MirrorUsagePoint` for each of its DER, with the readings in it, and puts one `DERStatus` for all of
them; both as often as the server asks for in ``EndDevice.postRate``. Active power is posted as the flow from the
customer to the grid, so that what is generated is positive.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from drivers.sep2.der import DERStatus
from drivers.sep2.responses import MirrorMeterReading, MirrorUsagePoint, Reading, ReadingType

Told = MirrorUsagePoint | DERStatus
"""What a server is told of DER."""

DER_ROLE = 0x08
"""The bit of ``RoleFlagsType`` that tells the meter of a DER."""
_DER_METER = b"\x00\x49"
"""``RoleFlagsType``: mirrored (bit 0), of a DER (bit 3), a sub-meter's (bit 6)."""
_LOAD_METER = b"\x00\x41"
_WATTS, _VARS = 38, 63
_FORWARD, _REVERSE, _POWER, _INSTANTANEOUS = 1, 19, 37, 12
CONNECTED, AVAILABLE, OPERATING = 1, 2, 4
"""Bits of ``genConnectStatus``."""


@dataclass(frozen=True)
class DerPowers:
    """The powers of a DER, W and var generated, read at ``at`` (s since the epoch)."""

    name: str
    active_w: float | None
    reactive_var: float | None
    at: float


def usage_point(lfdi: bytes, powers: DerPowers) -> MirrorUsagePoint:
    """The powers of a DER of the device ``lfdi``; its mRID follows from both names."""
    measured = ((_WATTS, powers.active_w), (_VARS, powers.reactive_var))
    return MirrorUsagePoint(
        mrid=_mrid(lfdi, powers.name),
        description=powers.name,
        roles=_DER_METER,
        lfdi=lfdi,
        readings=tuple(
            _reading(lfdi, f"{powers.name}/{unit}", unit, value, powers.at)
            for unit, value in measured
            if value is not None
        ),
    )


def load_point(lfdi: bytes, name: str, power_w: float, at: float) -> MirrorUsagePoint:
    """What a load of the device ``lfdi`` draws (W) at ``at`` (s since the epoch), as the device mirrors it."""
    kind = ReadingType(accumulation=_INSTANTANEOUS, flow=_FORWARD, kind=_POWER, multiplier=0, unit=_WATTS)
    reading = MirrorMeterReading(
        mrid=_mrid(lfdi, f"{name}/{_WATTS}"),
        updated=int(at),
        reading=Reading(value=round(power_w)),
        reading_type=kind,
    )
    mrid = _mrid(lfdi, name)
    return MirrorUsagePoint(mrid=mrid, description=name, roles=_LOAD_METER, lfdi=lfdi, readings=(reading,))


def powers_of(point: MirrorUsagePoint) -> DerPowers:
    """The powers in a usage point; None for what it does not hold."""
    found: dict[int, float] = {}
    for one in point.readings:
        kind, reading = one.reading_type, one.reading
        if kind is not None and reading is not None and kind.unit is not None and reading.value is not None:
            found[kind.unit] = reading.value * 10.0 ** (kind.multiplier or 0)
    at = min((one.updated for one in point.readings if one.updated is not None), default=0)
    return DerPowers(point.description or "", found.get(_WATTS), found.get(_VARS), float(at))


def _reading(lfdi: bytes, name: str, unit: int, value: float, at: float) -> MirrorMeterReading:
    kind = ReadingType(accumulation=_INSTANTANEOUS, flow=_REVERSE, kind=_POWER, multiplier=0, unit=unit)
    return MirrorMeterReading(
        mrid=_mrid(lfdi, name), updated=int(at), reading=Reading(value=round(value)), reading_type=kind
    )


def _mrid(lfdi: bytes, name: str) -> bytes:
    return hashlib.blake2b(lfdi + name.encode(), digest_size=12).digest() + (32_473).to_bytes(4, "big")
