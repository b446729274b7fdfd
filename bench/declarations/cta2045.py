"""An appliance behind CTA-2045: who it is, which messages it takes."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.cta2045 import Cta2045Access
from bench.declarations.base import Comparison, Topic
from drivers.cta2045.errors import ResponseCodeError
from drivers.cta2045.intermediate import Intermediate, ResponseCode


async def identity(comparison: Comparison) -> None:
    """Model, serial number and type by the device information."""
    declared, access = comparison.device.identity, Cta2045Access(comparison.station, comparison.seat)
    async with access.session() as client:
        told = await client.information()
        largest = await client.maximum_payload()
    comparison.hold_each(
        {
            "model": (declared.model, told.model or None),
            "serial": (declared.serial, told.serial or None),
            "device type": (access.declared.device_type, told.device_type),
            "largest payload": (access.declared.max_payload, largest),
        }
    )


async def messages(comparison: Comparison) -> None:
    """Every declared message type is taken, and every declared intermediate request implemented."""
    access = Cta2045Access(comparison.station, comparison.seat)
    async with access.session() as client:
        for kind in access.declared.kinds:
            comparison.hold(f"message type 0x{kind:04X} is taken", True, await client.takes(kind))
        missing = []
        for opcodes in access.declared.intermediate:
            try:
                await client.request(Intermediate(opcodes), f"0x{opcodes:04X}")
            except ResponseCodeError as error:
                if error.code == ResponseCode.NOT_IMPLEMENTED:
                    missing.append(f"0x{opcodes:04X}")
    comparison.hold("declared requests that are not implemented", [], missing)


TOPICS: Sequence[Topic] = (Topic("identity", identity), Topic("messages", messages))
