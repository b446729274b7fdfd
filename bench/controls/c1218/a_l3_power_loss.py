"""A-L3 on C12.18: the meter survives losing its power, also in the middle of a write. The technique is that of DLMS."""

from __future__ import annotations

from bench.access.c1218 import MANAGEMENT, C1218Access
from bench.controls.base import Probe
from bench.controls.c1218._writes import TARGET
from bench.controls.dlms.a_l3_power_loss import checks, cut_power
from bench.controls.trial import Trial
from drivers.c1218.packet import Packet
from drivers.c1218.services import Write, encode_request


async def stimulus(trial: Trial) -> None:
    """Power cuts at random phase, the first one during a write."""
    await cut_power(trial, begin_write)


async def begin_write(access: C1218Access) -> None:
    """Write the setting that the meter has, and leave before it is answered."""
    async with access.session(MANAGEMENT) as client:
        content = await client.read(TARGET)
        await client.taps["line"].send(Packet(encode_request(Write(TARGET, content))).encode())
        await client.abort()


PROBE = Probe("A-L3", "c1218", stimulus, checks)
