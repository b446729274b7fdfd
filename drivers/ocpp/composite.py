"""Which limit holds when: the composite of charging profiles.

OCPP 1.6, 3.13: within a purpose the valid profile with the highest stack level prevails, across purposes the lowest
limit; TxProfile takes the place of TxDefaultProfile while its transaction runs. 2.x adds external constraints, one more
purpose (K01, K11, K12). 2.1 adds PriorityCharging, which takes the place of both while somebody has activated it (K21,
K22; unverified). Nobody here had the specification's text: it is as libocpp's documentation has it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from drivers.charging import ChargingProfile, Kind, Period, Purpose, RateUnit, Recurrency, Schedule

_OF_A_TRANSACTION = (Purpose.PRIORITY, Purpose.TX, Purpose.TX_DEFAULT)
"""Of these the first that says anything counts."""
_PERIOD_S = {Recurrency.DAILY: 86_400.0, Recurrency.WEEKLY: 7 * 86_400.0}
PHASES = 3
"""What a limit without ``phases`` counts on (1.6, 7.13: assumed to be 3)."""


@dataclass(frozen=True)
class Electrical:
    """What turns watts into amperes: voltage of a phase (V) and the phases that a vehicle is served on."""

    voltage_v: float = 230.0
    phases: int = PHASES

    def amperes(self, limit: float, unit: RateUnit, phases: int | None = None) -> float:
        """A limit as A per phase."""
        used = min(phases or self.phases, self.phases)
        return limit if unit is RateUnit.AMPERES else limit / (self.voltage_v * used)

    def as_unit(self, current_a: float, unit: RateUnit) -> float:
        """A per phase as a limit of ``unit``."""
        return current_a if unit is RateUnit.AMPERES else current_a * self.voltage_v * self.phases


@dataclass(frozen=True)
class Situation:
    """What profiles refer to: the running transaction's id (None: none), and since when it runs (UTC, s).

    ``priority``: priority charging is active (2.1).
    """

    transaction: str | None = None
    since: float | None = None
    priority: bool = False


@dataclass(frozen=True)
class Limit:
    """What one profile says at a moment: A per phase, and the phases it was said for."""

    current_a: float
    phases: int | None


@dataclass(frozen=True)
class Step:
    """From ``start_s`` on (s after the composite's start) so many A per phase; None: no profile limits."""

    start_s: float
    limit: Limit | None


def limit_at(
    profiles: Iterable[ChargingProfile], at: float, situation: Situation, electrical: Electrical = Electrical()
) -> Limit | None:
    """The limit at a moment; None where no profile says anything."""
    found = _by_purpose(tuple(profiles), at, situation, electrical)
    if not situation.priority:
        found.pop(Purpose.PRIORITY, None)
    for purpose in [one for one in _OF_A_TRANSACTION if one in found][1:]:
        found.pop(purpose)
    return min(found.values(), key=lambda limit: limit.current_a, default=None)


def is_over(profile: ChargingProfile, at: float) -> bool:
    """Whether a profile will never hold again: its validity, or its one schedule, has ended."""
    if profile.valid_to is not None and at >= profile.valid_to:
        return True
    start, duration_s = profile.schedule.start, profile.schedule.duration_s
    if profile.kind is not Kind.ABSOLUTE or start is None or duration_s is None:
        return False
    return at >= start + duration_s


def next_change(profiles: Iterable[ChargingProfile], after: float, situation: Situation) -> float:
    """The next moment at which some profile says something else; infinite where there is none."""
    found = [moment for profile in profiles for moment in _changes(profile, after, situation) if moment > after]
    return min(found, default=math.inf)


def composite(
    profiles: Sequence[ChargingProfile],
    start: float,
    duration_s: float,
    situation: Situation,
    electrical: Electrical = Electrical(),
) -> list[Step]:
    """The steps of the composite schedule from ``start`` on; equal neighbours are one step."""
    steps: list[Step] = []
    at = start
    while at < start + duration_s:
        limit = limit_at(profiles, at, situation, electrical)
        if not steps or steps[-1].limit != limit:
            steps.append(Step(at - start, limit))
        at = next_change(profiles, at, situation)
    return steps


def schedule_of(
    steps: Sequence[Step], start: float, duration_s: int, unit: RateUnit, electrical: Electrical, highest_a: float
) -> Schedule:
    """A composite as a schedule in ``unit``; where nothing limits, the hardware's ``highest_a`` does."""
    periods = tuple(
        Period(
            round(step.start_s),
            electrical.as_unit(min(step.limit.current_a, highest_a) if step.limit is not None else highest_a, unit),
            step.limit.phases if step.limit is not None else None,
        )
        for step in steps
    )
    return Schedule(periods, unit, start, duration_s)


# -- one profile -----------------------------------------------------------------------------------------------------


def _by_purpose(
    profiles: Sequence[ChargingProfile], at: float, situation: Situation, electrical: Electrical
) -> dict[Purpose, Limit]:
    found: dict[Purpose, tuple[int, Limit]] = {}
    for profile in profiles:
        limit = _says(profile, at, situation, electrical)
        if limit is not None and (profile.purpose not in found or profile.stack_level > found[profile.purpose][0]):
            found[profile.purpose] = profile.stack_level, limit
    return {purpose: limit for purpose, (_level, limit) in found.items()}


def _says(profile: ChargingProfile, at: float, situation: Situation, electrical: Electrical) -> Limit | None:
    if not _is_valid(profile, at, situation):
        return None
    began = _began(profile, at, situation)
    if began is None or at < began:
        return None
    schedule, passed_s = profile.schedule, at - began
    if schedule.duration_s is not None and passed_s >= schedule.duration_s:
        return None
    period = [period for period in schedule.periods if period.start_s <= passed_s][-1]
    return Limit(electrical.amperes(period.limit, schedule.unit, period.phases), period.phases)


def _is_valid(profile: ChargingProfile, at: float, situation: Situation) -> bool:
    if profile.valid_from is not None and at < profile.valid_from:
        return False
    if profile.valid_to is not None and at >= profile.valid_to:
        return False
    if profile.purpose is not Purpose.TX:
        return True
    return situation.transaction is not None and profile.transaction in (None, situation.transaction)


def _began(profile: ChargingProfile, at: float, situation: Situation) -> float | None:
    """When the schedule that holds at ``at`` began; None where it has no beginning yet."""
    start = profile.schedule.start
    if profile.kind is Kind.RELATIVE or start is None:
        return situation.since if situation.since is not None else profile.valid_from
    if profile.kind is Kind.RECURRING and profile.recurrency is not None:
        length_s = _PERIOD_S[profile.recurrency]
        return start + math.floor((at - start) / length_s) * length_s
    return start


def _changes(profile: ChargingProfile, after: float, situation: Situation) -> Iterable[float]:
    yield from (moment for moment in (profile.valid_from, profile.valid_to) if moment is not None)
    began = _began(profile, after, situation)
    if began is None:
        return
    ends = [] if profile.schedule.duration_s is None else [float(profile.schedule.duration_s)]
    marks = [float(period.start_s) for period in profile.schedule.periods] + ends
    yield from (began + mark for mark in marks)
    if profile.kind is Kind.RECURRING and profile.recurrency is not None:
        yield from (began + _PERIOD_S[profile.recurrency] + mark for mark in marks)


def of_transaction(profile: ChargingProfile, transaction: str) -> ChargingProfile:
    """A TxProfile bound to its transaction."""
    return replace(profile, transaction=transaction) if profile.transaction is None else profile
