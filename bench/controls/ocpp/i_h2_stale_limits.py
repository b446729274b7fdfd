"""I-H2 Stale, early and cancelled limits have no effect, and of two that overlap the one that goes before the other.

Limits whose time is over: just now, since t_fresh, since yesterday, by the validity of the profile and by the length of
its schedule. One for a time to come: not before, and then. One for a time to come that is taken back, also with the
station's supply cut before that time. A second one on a higher stack level, until it is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, exchange_of, record, works
from bench.controls.ocpp._restart import restart
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.charging import ChargingProfile, Period, ProfileFilter
from drivers.ocpp.charger import LIMIT_PROFILE

STALE, EARLY = "a limit whose time is over took effect", "a limit took effect before its time"
CANCELLED, DUE = "a limit that was taken back took effect", "a limit took effect when its time came"
HOLDS = "of two limits the one on the higher stack level holds"
_AHEAD_S, _LASTS_S = 300.0, 600
_YESTERDAY_S = 86_400.0
_OTHER_A, _OTHER_LEVEL = 16.0, 5


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    await exchange.prepare()
    for what, profile in _stale(trial):
        tried = await attempt(exchange.role.set_profile(profile))
        await _effect(trial, STALE, what, tried.text)
        await exchange.restore()
    await _early(trial)
    await _taken_back(trial, "taken back", cut=False)
    await _taken_back(trial, "taken back, then the supply was cut", cut=True)
    await _superseded(trial)
    await works(trial, "after")


def _stale(trial: Trial) -> Iterator[tuple[str, ChargingProfile]]:
    ages = {"just now": 1.0, "since t_fresh": trial.bound("t_fresh").number, "since yesterday": _YESTERDAY_S}
    for name, over_s in ages.items():
        profile, ended = exchange_of(trial).profile(), trial.clock.now() - over_s
        began = ended - _LASTS_S
        yield f"validity over {name}", replace(profile, valid_from=began, valid_to=ended)
        schedule = replace(profile.schedule, start=began, duration_s=_LASTS_S)
        yield f"schedule over {name}", replace(profile, schedule=schedule)


def _ahead(trial: Trial) -> ChargingProfile:
    """The row's limit, for later."""
    profile, start = exchange_of(trial).profile(), trial.clock.now() + _AHEAD_S
    return replace(profile, valid_from=start, schedule=replace(profile.schedule, start=start))


async def _early(trial: Trial) -> None:
    exchange, later = exchange_of(trial), _ahead(trial)
    await exchange.role.set_profile(later)
    await _effect(trial, EARLY, "as it comes")
    await trial.station.advance(max(0.0, (later.valid_from or 0.0) - 2.0 * exchange.settle_s - trial.clock.now()))
    await _effect(trial, EARLY, "just before its time")
    await trial.station.advance(exchange.settle_s)
    await _effect(trial, DUE, "at its time")
    await exchange.restore()


async def _taken_back(trial: Trial, what: str, *, cut: bool) -> None:
    exchange, later = exchange_of(trial), _ahead(trial)
    await exchange.role.set_profile(later)
    await exchange.restore()
    if cut:
        await restart(trial)
        await _charges(trial)
    await trial.station.advance(max(0.0, (later.valid_from or 0.0) - trial.clock.now()))
    await _effect(trial, CANCELLED, what)
    await exchange.restore()


async def _charges(trial: Trial) -> None:
    """The vehicle charges again, by a card or a remote start; nothing is taken back that nobody has sent since."""
    exchange = exchange_of(trial)
    await attempt(exchange.role.start())
    await trial.station.advance(exchange.starting_s)


async def _superseded(trial: Trial) -> None:
    exchange = exchange_of(trial)
    own = exchange.profile()
    other_a = _OTHER_A if own.schedule.periods[0].limit != _OTHER_A else _OTHER_A / 2.0
    other = replace(
        own,
        number=LIMIT_PROFILE + 1,
        stack_level=_OTHER_LEVEL,
        schedule=replace(own.schedule, periods=(Period(0, other_a),)),
    )
    await exchange.role.set_profile(other)
    await exchange.perform()
    await trial.station.advance(exchange.settle_s)
    record(trial, HOLDS, await exchange.draws(other_a), "while it is there")
    await exchange.role.clear_profiles(ProfileFilter(number=other.number))
    await trial.station.advance(exchange.settle_s)
    record(trial, HOLDS, await exchange.draws(exchange.limit_a), "once it is taken back, the other one")
    await exchange.restore()


async def _effect(trial: Trial, series: str, what: str, answer: str = "") -> None:
    exchange = exchange_of(trial)
    await trial.station.advance(exchange.settle_s)
    record(trial, series, await exchange.draws(exchange.limit_a), what, answer=answer)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("a stale limit has no effect", "never", STALE),
        Check("none has one before its time", "never", EARLY),
        Check("it has one at its time", "always", DUE),
        Check("one that was taken back has none", "never", CANCELLED),
        Check("exactly one of two holds", "always", HOLDS),
        Check("good limits work before and after", "always", GOOD),
    ]


PROBE = Probe("I-H2", "ocpp", stimulus, checks)
