"""What the tests of seeded faults share: a defect shows, and a right service has it not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from drivers.cim import MessageOptions, OfficeError
from drivers.cim.payloads import EndDeviceControl
from drivers.cim.vocabulary import Control
from tests.unit.office.doubles import Station, station

Probe = Callable[[Station], Awaitable[bool]]
"""Whether a defect shows at a running station."""
DISCONNECT = EndDeviceControl(control=Control.DISCONNECT, meter="M-1001")


def opened(running: Station) -> bool:
    """Whether the meter was told to open."""
    return "disconnect" in running.meters["M-1001"].operations


async def order_as(running: Station, source: str, options: MessageOptions | None = None) -> bool:
    """Whether an order of ``source`` took effect."""
    try:
        await running.office("headend", source).order([DISCONNECT], options)
    except OfficeError:
        pass
    await running.pass_time(30)
    return opened(running)


async def check(
    directory: Path, case: str, seat: str, roles: Sequence[str], probe: Probe, **settings: Mapping[str, Any]
) -> None:
    """Run ``probe`` on a right station and on one whose ``seat`` has the fault that ``case`` begins with."""
    for name, faults in (("right", set[str]()), ("wrong", {case.split()[0]})):
        own = directory / name
        own.mkdir()
        async with station(own, *roles, faults={seat: faults}, **settings) as running:
            assert await probe(running) is bool(faults)
