"""The change of a home device's link key, and a power cut of the gateway in the middle of it."""

from __future__ import annotations

from dataclasses import dataclass

from bench.access.sep2_member import CREATED, NO_CONTENT, OK, Candidate
from drivers.sep2.codec import encode
from drivers.sep2.devices import LogEvent
from drivers.sep2.responses import DrResponse

_BOOT_S, _LOOK_S = 120.0, 2.0
_POINTS = ("before the request", "before the new key was used", "after the new key was used")


@dataclass(frozen=True)
class AfterCut:
    """What opened the home after a cut: the key of before (which may only while the new one was not used), the new one,
    and once more the old one when the new one had been used. ``changed``: there was a new one.
    """

    what: str
    changed: bool
    by_old: bool
    by_new: bool
    old_beside: bool


async def cut_while_changing(device: Candidate, number: int) -> AfterCut:
    """Have the device change its key, cut the gateway's power at one of three points by turns, and try the keys."""
    old, point = device.credential, number % len(_POINTS)
    if point:
        await device.change_key()
    new = device.credential
    if point == len(_POINTS) - 1:
        await device.works()
    await power_cycle(device)
    changed = new is not old
    by_old = point != len(_POINTS) - 1 and await device.works(old)
    by_new = changed and await device.works(new)
    beside = changed and await device.works(old)
    return AfterCut(f"cut {number + 1}, {_POINTS[point]}", changed, by_old, by_new, beside)


async def power_cycle(device: Candidate) -> None:
    """Cut the gateway's power, give it back, and wait until its port answers."""
    station, seat = device.access.station, device.access.seat
    await station.power(seat, on=False)
    await station.advance(_LOOK_S)
    await station.power(seat, on=True)
    back = station.clock.now()
    while not await device.status("GET", "/dcap") and station.clock.now() - back < _BOOT_S:
        await station.advance(_LOOK_S)


async def foreign_tries(first: Candidate, second: Candidate, entry: LogEvent) -> dict[str, bool]:
    """What the key of ``first`` opens of ``second``, in words; both belong to the home."""
    (place,) = await second.entries()
    now = int(first.access.station.clock.now())
    response = DrResponse(created=now, lfdi=second.lfdi, status=1, subject=bytes(16))
    tries = {
        "reads its entry": await first.status("GET", str(place.href)),
        "reads its PIN": await first.status("GET", f"{place.href}/rg"),
        "writes into its log": await first.status("POST", f"{place.href}/log", encode(entry)),
        "answers an event in its name": await first.status("POST", "/rsps/1/rsp", encode(response)),
    }
    return {what: status in (OK, CREATED, NO_CONTENT) for what, status in tries.items()}
