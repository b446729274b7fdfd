"""C-H5 Third-party release needs live consent.

A third party asks for a customer's intervals without consent, with a consent for another meter, with one that has
expired, beyond the interval of a live one, and after it was taken back, also in the middle of a download by pages.
Only what the live consent covers is released, and each release is in the log.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.access.office import OfficeAccess
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.office._holdings import PERIOD_S, collect
from bench.controls.office._log import NO_READER, log_reader, newest_number, whole_log
from bench.controls.office._row import access_of
from bench.controls.office._visitors import THIRD_PARTY, another_customer, credential_of, third_party
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.meters import meter_name
from bench.judgement.check import Check
from drivers.cim.portal import PortalClient
from drivers.cim.times import parse_iso

LIVE = "a live consent releases its data"
WITHOUT = "released without a live consent"
OUTSIDE = "released intervals outside the consent"
REVOKED_AFTER = "consent taken back to first refusal"
LOGGED = "releases that are not in the log"
_INTERVALS = 30
_DAY_S = 86_400.0
_SHORT_S = 60.0
_TRY_EVERY_S = 5.0
_MARGIN_S = 1.0


@dataclass(frozen=True)
class _Scene:
    """Who is who: ``meter`` of ``customer``, the data of which end in (``start``, ``end``]."""

    access: OfficeAccess
    customer: PortalClient
    reader: PortalClient
    user: str
    meter: str
    start: float
    end: float

    async def ask(self, start: float | None = None, end: float | None = None, page: int = 0) -> dict[str, Any]:
        """One page for the third party, of the whole period where none is given; raises the refusal."""
        return await self.reader.released_readings(self.meter, start or self.start, end or self.end, page)


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    if THIRD_PARTY not in access.pixit("counterparts", {}):
        record_absent(trial, "release to third parties", "the device file declares no third party")
        trial.record.could_not_look(LIVE, "the device file declares no third party")
        return
    await _fill(trial)
    end = math.floor(trial.clock.now() / PERIOD_S) * PERIOD_S
    user = credential_of(access, THIRD_PARTY)[0]
    log = log_reader(access)
    before = await newest_number(access, log) if log is not None else 0
    async with access.customer() as customer, third_party(access) as reader:
        meter = meter_name(trial.station)
        scene = _Scene(access, customer, reader, user, meter, end - (_INTERVALS - 2) * PERIOD_S, end)
        await _before_consent(trial, scene)
        released = await _live_consent(trial, scene)
    if log is None:
        trial.record.could_not_look(LOGGED, NO_READER)
    else:
        entries = (await whole_log(access, log, before)).entries
        logged = sum(e.who == user and "release" in e.action and e.result == "accepted" for e in entries)
        trial.record.observe(LOGGED, max(0, released - logged), unit="releases", what=f"{logged} of {released} logged")


async def _fill(trial: Trial) -> None:
    """Have the MDMS behind the CIS hold more intervals than one page, where the station has one."""
    seat = trial.station.lab.seat_for_actor("MDMS")
    if seat is not None:
        await collect(OfficeAccess(trial.station, seat.name), _INTERVALS)


async def _before_consent(trial: Trial, scene: _Scene) -> None:
    _record(trial, "no consent at all", await attempt(scene.ask()))
    now = trial.clock.now()
    if "another_user" in scene.access.pixit("counterparts", {}).get("customer", {}):
        async with another_customer(scene.access) as other:
            meter = str((await other.account())["meters"][0])
            consent = await other.consent(scene.user, meter, scene.start, now + _DAY_S)
            _record(trial, "a consent for another meter", await attempt(scene.ask()))
            await other.revoke_consent(consent)
    else:
        record_absent(trial, "a consent for another meter", "the device file declares one customer only")
    await scene.customer.consent(scene.user, scene.meter, scene.start, now + _SHORT_S)
    await trial.station.advance(_SHORT_S + _MARGIN_S)
    _record(trial, "a consent that has expired", await attempt(scene.ask()))


async def _live_consent(trial: Trial, scene: _Scene) -> int:
    """A whole download under one consent, and one under another that is taken back in the middle; how many releases
    there were."""
    consent = await _consent(trial, scene)
    _record(trial, "more than the consent covers", await attempt(scene.ask(start=scene.start - PERIOD_S)))
    released = 0
    outside: list[str] = []
    page: int | None = 0
    while page is not None:
        tried = await attempt(scene.ask(page=page))
        trial.record.observe(LIVE, _has_data(tried), what=f"page {page}", answer=tried.text)
        if not tried.accepted:
            return released
        released += 1
        outside += _outside(tried.value, scene)
        page = tried.value.get("next")
    trial.record.observe(OUTSIDE, list(outside), what=f"{released} pages")
    await scene.customer.revoke_consent(consent)
    _record(trial, "a consent that was taken back", await attempt(scene.ask()))
    consent = await _consent(trial, scene)
    tried = await attempt(scene.ask())
    trial.record.observe(LIVE, _has_data(tried), what="page 0, once more", answer=tried.text)
    await scene.customer.revoke_consent(consent)
    return released + tried.accepted + await _until_refused(trial, scene)


async def _consent(trial: Trial, scene: _Scene) -> str:
    return await scene.customer.consent(scene.user, scene.meter, scene.start, trial.clock.now() + _DAY_S)


async def _until_refused(trial: Trial, scene: _Scene) -> int:
    """Go on with a download whose consent has just been taken back; how many pages came all the same."""
    begun, limit_s, released = trial.clock.now(), trial.bound("t_revoked").number, 0
    tried = await attempt(scene.ask(page=1))
    while tried.accepted and trial.clock.now() - begun <= limit_s:
        released += 1
        await trial.station.advance(_TRY_EVERY_S)
        tried = await attempt(scene.ask(page=1))
    took_s = trial.clock.now() - begun
    trial.record.observe_duration(REVOKED_AFTER, took_s, what="page 1 of a download", answer=tried.text)
    return released


def _has_data(tried: Attempt) -> bool:
    return tried.accepted and bool(tried.value.get("readings"))


def _outside(page: dict[str, Any], scene: _Scene) -> list[str]:
    stamps = [str(reading["timeStamp"]) for reading in page.get("readings", ())]
    return [stamp for stamp in stamps if not scene.start < parse_iso(stamp) <= scene.end]


def _record(trial: Trial, what: str, tried: Attempt) -> None:
    trial.record.observe(WITHOUT, tried.accepted, what=what, answer=tried.text)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("a live consent releases its data", "always", LIVE),
        Check("nothing is released without a live consent", "never", WITHOUT),
        Check("only the consented interval is released", "empty", OUTSIDE),
        Check("a consent taken back ends the release in time", "at_most", REVOKED_AFTER, trial.limit("t_revoked")),
        Check("every release is logged", "at_most", LOGGED, {"limit": 0}),
    ]


PROBE = Probe("C-H5", "office_https", stimulus, checks)
