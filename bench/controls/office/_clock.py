"""Setting the clock of an office system, as the party that may."""

from __future__ import annotations

from bench.access.office import OfficeAccess
from bench.access.office_rights import Act
from bench.controls.attempts import Attempt, attempt
from bench.controls.office._parties import claimed_parties
from drivers.cim.times import parse_iso
from drivers.cim.vocabulary import Noun, Verb

SET_CLOCK = Act(Verb.CHANGE, Noun.SERVICE_CLOCK)
_STEPS_AT_MOST = 50


def clock_setter(access: OfficeAccess) -> str | None:
    """The party that may set the clock and whose credential the bench has, None when there is none."""
    return next((party for party in claimed_parties(access) if access.rights.may(party, SET_CLOCK)), None)


async def set_clock(access: OfficeAccess, setter: str, when: float) -> Attempt:
    """Try to set the clock to ``when`` (UTC, s)."""
    async with access.session(setter) as office:
        return await attempt(office.set_service_clock(when))


async def offset_of(access: OfficeAccess, setter: str) -> float:
    """How far the clock is ahead of the bench's (s)."""
    async with access.session(setter) as office:
        return parse_iso((await office.service_clock()).time) - access.station.clock.now()


async def shift_clock(access: OfficeAccess, setter: str, shift_s: float) -> float:
    """Bring the clock to ``shift_s`` ahead of the bench's, at one go or by the steps that the device file states
    (``clock_step_limit_s``); how far ahead it is then, which is less where the system refuses."""
    now = access.station.clock.now()
    await set_clock(access, setter, now + shift_s)
    step_s = float(access.pixit("clock_step_limit_s", 0.0))
    offset = await offset_of(access, setter)
    for _ in range(_STEPS_AT_MOST):
        left = shift_s - offset
        if abs(left) < 1.0 or not step_s:
            break
        tried = await set_clock(access, setter, now + offset + max(-step_s, min(step_s, left)))
        if not tried.accepted:
            break
        offset = await offset_of(access, setter)
    return offset
