"""Setting the clock of an office system, as the party that may."""

from __future__ import annotations

from bench.access.office import OfficeAccess
from bench.controls.attempts import Attempt, attempt
from bench.controls.office._commands import SET_CLOCK as SET_CLOCK
from bench.controls.office._parties import claimed_parties
from drivers.cim.office import CimOffice
from drivers.cim.times import parse_iso

_STEPS_AT_MOST = 5
_NEAR_S = 1.0


def clock_setter(access: OfficeAccess) -> str | None:
    """The party that may set the clock and whose credential the bench has, None when there is none."""
    return next((party for party in claimed_parties(access) if access.rights.may(party, SET_CLOCK)), None)


async def set_clock(access: OfficeAccess, setter: str, when: float) -> Attempt:
    """Try to set the clock to ``when`` (UTC, s)."""
    async with access.session(setter, kept=True) as office:
        return await attempt(office.set_service_clock(when))


async def offset_of(access: OfficeAccess, setter: str) -> float:
    """How far the clock is ahead of the bench's (s)."""
    async with access.session(setter, kept=True) as office:
        return await _offset(office)


async def shift_clock(access: OfficeAccess, setter: str, shift_s: float) -> float:
    """Bring the clock to ``shift_s`` ahead of the bench's; how far ahead it is then.

    At one go or, where the system refuses that, by a few steps of the size that the device file states
    (``clock_step_limit_s``).
    """
    step_s = float(access.pixit("clock_step_limit_s", 0.0))
    async with access.session(setter, kept=True) as office:
        await attempt(office.set_service_clock(office.client.clock.now() + shift_s))
        for _ in range(_STEPS_AT_MOST):
            offset = await _offset(office)
            left = shift_s - offset
            if abs(left) < _NEAR_S or not step_s:
                break
            step = max(-step_s, min(step_s, left))
            if not (await attempt(office.set_service_clock(office.client.clock.now() + offset + step))).accepted:
                break
        return await _offset(office)


async def _offset(office: CimOffice) -> float:
    return parse_iso((await office.service_clock()).time) - office.client.clock.now()
