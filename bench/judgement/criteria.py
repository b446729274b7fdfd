"""The criteria: named pure functions from a series of observations and limits to an answer.

Each takes the observations of one series and the check's limits and answers with a verdict and two sentences, what was
expected and what was seen. An observation that could not be made (its value is ``None``) makes the answer inconclusive,
unless the others already make it a fail. An empty series is inconclusive: nothing was looked at.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from bench.judgement import decision
from bench.judgement.observation import Json, Observation
from bench.judgement.verdict import Verdict, worst


class UnknownCriterionError(LookupError):
    """A check names a criterion that nobody registered."""


class LimitMissingError(ValueError):
    """A check lacks a limit that its criterion needs."""


@dataclass(frozen=True)
class Answer:
    verdict: Verdict
    expected: str
    seen: str


Series = Sequence[Observation]
Limits = Mapping[str, Json]
Criterion = Callable[[Series, Limits], Answer]

NOTHING_RECORDED = "nothing was recorded"
"""What is seen of a series without an observation."""

_CRITERIA: dict[str, Criterion] = {}


def register(name: str) -> Callable[[Criterion], Criterion]:
    """Register a criterion under ``name``; it then only sees what could be looked at."""

    def decorate(function: Criterion) -> Criterion:
        @wraps(function)
        def guarded(series: Series, limits: Limits) -> Answer:
            looked_at = [observation for observation in series if observation.seen]
            blind = [observation for observation in series if not observation.seen]
            if not looked_at:
                why = _why(blind) if blind else NOTHING_RECORDED
                return Answer(Verdict.INCONCLUSIVE, _expected(function.__doc__ or name, limits), why)
            answer = function(looked_at, limits)
            if blind and answer.verdict is Verdict.PASS:
                seen = f"{len(blind)} could not be looked at: {_why(blind)}"
                return Answer(Verdict.INCONCLUSIVE, answer.expected, seen)
            return answer

        if name in _CRITERIA:
            raise ValueError(f"criterion {name!r} is registered twice")
        _CRITERIA[name] = guarded
        return guarded

    return decorate


def _expected(meaning: str, limits: Limits) -> str:
    """What a criterion means with these limits in the places that its docstring names."""

    def told(match: re.Match[str]) -> str:
        limit = limits.get(match[1], match[1])
        return ", ".join(map(str, limit)) if isinstance(limit, list | tuple) else str(limit)

    return re.sub(r"``(\w+)``", told, meaning)


def criterion(name: str) -> Criterion:
    """The criterion called ``name``. Raises UnknownCriterionError."""
    try:
        return _CRITERIA[name]
    except KeyError:
        known = ", ".join(sorted(_CRITERIA))
        raise UnknownCriterionError(f"no criterion {name!r}; known are: {known}") from None


def names() -> tuple[str, ...]:
    """The names of all registered criteria."""
    return tuple(sorted(_CRITERIA))


def number(limits: Limits, key: str) -> float:
    """The numeric limit ``key``. Raises LimitMissingError."""
    value = limits.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise LimitMissingError(f"the limit {key!r} is missing or no number: {value!r}")
    return float(value)


def numbers(series: Series) -> list[float]:
    """The values as numbers. Raises TypeError for anything else, which is an error of the test, not of the IUT."""
    values: list[Any] = [observation.value for observation in series]
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values):
        raise TypeError(f"series {series[0].series!r} holds values that are no numbers: {values!r}")
    return [float(value) for value in values]


def named(observations: Series, most: int = 3) -> str:
    """The observations' subjects, for a sentence: at most ``most`` of them."""
    subjects = [observation.what or repr(observation.value) for observation in observations]
    rest = f" and {len(subjects) - most} more" if len(subjects) > most else ""
    return "; ".join(subjects[:most]) + rest


def _why(blind: Series) -> str:
    return str(blind[0].attributes.get("why", "it could not be looked at"))


def _verdict(good: bool) -> Verdict:
    return Verdict.PASS if good else Verdict.FAIL


@register("never")
def never(series: Series, _limits: Limits) -> Answer:
    """false every time"""
    bad = [observation for observation in series if observation.value is not False]
    seen = f"{len(bad)} of {len(series)} true" + (f": {named(bad)}" if bad and any(o.what for o in bad) else "")
    return Answer(_verdict(not bad), f"false {len(series)} times out of {len(series)}", seen)


@register("always")
def always(series: Series, _limits: Limits) -> Answer:
    """true every time"""
    bad = [observation for observation in series if observation.value is not True]
    seen = f"{len(series) - len(bad)} of {len(series)} true" + (f"; not: {named(bad)}" if bad else "")
    return Answer(_verdict(not bad), f"true {len(series)} times out of {len(series)}", seen)


@register("at_least_true")
def at_least_true(series: Series, limits: Limits) -> Answer:
    """true at least ``count`` times, of at least ``of`` tries"""
    good = sum(observation.value is True for observation in series)
    count, of = number(limits, "count"), number(limits, "of")
    seen = f"{good} of {len(series)}"
    if len(series) < of:
        return Answer(Verdict.INCONCLUSIVE, f"at least {count:g} of {of:g}", f"{seen}: too few tries")
    share = count / of
    return Answer(_verdict(good >= share * len(series)), f"at least {count:g} of {of:g}", seen)


@register("equals")
def equals(series: Series, limits: Limits) -> Answer:
    """equal to ``expected`` every time"""
    expected = limits.get("expected")
    bad = [observation for observation in series if observation.value != expected]
    seen = f"{series[-1].value!r}" if not bad else f"{bad[0].value!r}" + (f" ({bad[0].what})" if bad[0].what else "")
    return Answer(_verdict(not bad), f"{expected!r}", seen)


@register("one_of")
def one_of(series: Series, limits: Limits) -> Answer:
    """one of ``allowed`` every time"""
    allowed = limits.get("allowed")
    if not isinstance(allowed, list):
        raise LimitMissingError("the limit 'allowed' is missing or no list")
    bad = [observation for observation in series if observation.value not in allowed]
    shown = f"{bad[0].value!r}: {named(bad)}" if bad else f"{len(series)} times one of them"
    return Answer(_verdict(not bad), f"one of {allowed!r}", shown)


@register("within")
def within(series: Series, limits: Limits) -> Answer:
    """every element of every value in ``allowed``"""
    allowed = limits.get("allowed")
    if not isinstance(allowed, list):
        raise LimitMissingError("the limit 'allowed' is missing or no list")
    extra = [
        item
        for observation in series
        for item in (observation.value if isinstance(observation.value, list) else [observation.value])
        if item not in allowed
    ]
    seen = "nothing else" if not extra else f"{len(extra)} more: {', '.join(str(item) for item in extra[:5])}"
    return Answer(_verdict(not extra), f"nothing outside the {len(allowed)} allowed", seen)


@register("empty")
def empty(series: Series, _limits: Limits) -> Answer:
    """nothing found"""
    found = [item for observation in series if isinstance(observation.value, list) for item in observation.value]
    if any(not isinstance(observation.value, list) for observation in series):
        raise TypeError(f"series {series[0].series!r} holds values that are no lists")
    shown = f"{len(found)} found" + (f": {', '.join(str(item) for item in found[:5])}" if found else "")
    return Answer(_verdict(not found), "nothing found", shown)


@register("agree")
def agree(series: Series, _limits: Limits) -> Answer:
    """the same value everywhere"""
    first = series[0].value
    bad = [observation for observation in series if observation.value != first]
    seen = f"{first!r}" if not bad else f"{first!r} and {bad[0].value!r} ({bad[0].what or bad[0].source})"
    return Answer(_verdict(not bad), "the same value everywhere", seen)


@register("unique")
def unique(series: Series, _limits: Limits) -> Answer:
    """no value twice"""
    seen_before: set[str] = set()
    twice: list[str] = []
    for observation in series:
        for item in observation.value if isinstance(observation.value, list) else [observation.value]:
            key = repr(item)
            if key in seen_before:
                twice.append(key)
            seen_before.add(key)
    shown = f"{len(seen_before)} different" if not twice else f"{len(twice)} repeated, e.g. {twice[0]}"
    return Answer(_verdict(not twice), "no value twice", shown)


@register("rising")
def rising(series: Series, limits: Limits) -> Answer:
    """each value at least the one before, plus ``step``"""
    values = numbers(series)
    step = float(limits.get("step", 0) or 0)  # type: ignore[arg-type]
    falls = [(a, b) for a, b in itertools.pairwise(values) if b < a + step]
    seen = f"{values[0]:g} to {values[-1]:g}" if not falls else f"{falls[0][0]:g} then {falls[0][1]:g}"
    return Answer(_verdict(not falls), "never lower than before", seen)


def _extreme(series: Series, limit: float, rule: Callable[[float, float, float], Verdict]) -> Verdict:
    pairs = zip(numbers(series), series, strict=True)
    return worst(rule(value, limit, observation.standard_uncertainty) for value, observation in pairs)


def _with_unit(value: float, observation: Observation) -> str:
    uncertainty = decision.COVERAGE_FACTOR * observation.standard_uncertainty
    spread = f" ± {uncertainty:.3g}" if uncertainty else ""
    return f"{value:.6g}{spread} {observation.unit}".rstrip()


@register("at_most")
def at_most(series: Series, limits: Limits) -> Answer:
    """no value above ``limit``, by the decision rule"""
    limit = number(limits, "limit")
    top = max(series, key=lambda observation: float(observation.value))  # type: ignore[arg-type]
    verdict = _extreme(series, limit, decision.at_most)
    return Answer(verdict, f"at most {limit:g} {top.unit}".rstrip(), _with_unit(numbers([top])[0], top))


@register("at_least")
def at_least(series: Series, limits: Limits) -> Answer:
    """no value below ``limit``, by the decision rule"""
    limit = number(limits, "limit")
    low = min(series, key=lambda observation: float(observation.value))  # type: ignore[arg-type]
    verdict = _extreme(series, limit, decision.at_least)
    return Answer(verdict, f"at least {limit:g} {low.unit}".rstrip(), _with_unit(numbers([low])[0], low))


def _percentile_at_most(series: Series, limits: Limits, percent: int) -> Answer:
    limit = number(limits, "limit")
    ordered = sorted(series, key=lambda observation: float(observation.value))  # type: ignore[arg-type]
    rank = ordered[max(0, -(-percent * len(ordered) // 100) - 1)]
    value = numbers([rank])[0]
    verdict = decision.at_most(value, limit, rank.standard_uncertainty)
    seen = f"{_with_unit(value, rank)} over {len(series)}"
    name = "median" if percent == 50 else f"{percent}th percentile"
    return Answer(verdict, f"{name} at most {limit:g} {rank.unit}".rstrip(), seen)


@register("p50_at_most")
def p50_at_most(series: Series, limits: Limits) -> Answer:
    """the median (nearest rank) at most ``limit``, by the decision rule"""
    return _percentile_at_most(series, limits, 50)


@register("p95_at_most")
def p95_at_most(series: Series, limits: Limits) -> Answer:
    """the 95th percentile (nearest rank) at most ``limit``, by the decision rule"""
    return _percentile_at_most(series, limits, 95)


@register("p99_at_most")
def p99_at_most(series: Series, limits: Limits) -> Answer:
    """the 99th percentile (nearest rank) at most ``limit``, by the decision rule"""
    return _percentile_at_most(series, limits, 99)


@register("close_to_reference")
def close_to_reference(series: Series, limits: Limits) -> Answer:
    """each value within ``limit`` of the reference recorded with it, by the decision rule"""
    limit = number(limits, "limit")
    verdicts: list[Verdict] = []
    deviations: list[float] = []
    for value, observation in zip(numbers(series), series, strict=True):
        reference = number(observation.attributes, "reference")
        deviations.append(value - reference)
        verdicts.append(decision.at_most(abs(value - reference), limit, observation.standard_uncertainty))
    largest = max(deviations, key=abs)
    seen = f"largest deviation {largest:+.4g} {series[0].unit} over {len(series)}".replace("  ", " ")
    return Answer(worst(verdicts), f"within {limit:g} {series[0].unit} of the reference".replace("  ", " "), seen)


@register("in_1547_band")
def in_1547_band(series: Series, _limits: Limits) -> Answer:
    """each value within the band recorded with it, by the rule of IEEE 1547.1 (1.5 times the minimum accuracy)"""
    verdicts: list[Verdict] = []
    worst_by, seen = -1.0, ""
    for value, observation in zip(numbers(series), series, strict=True):
        low, high = number(observation.attributes, "low"), number(observation.attributes, "high")
        beyond = max(low - value, value - high)
        verdicts.append(decision.in_band(value, low, high, observation.standard_uncertainty))
        if beyond / (high - low) > worst_by or not seen:
            worst_by = beyond / (high - low)
            seen = f"{_with_unit(value, observation)} in {low:.4g} to {high:.4g} {observation.what}".rstrip()
    of = f", the nearest to its band's edge of {len(series)}" if len(series) > 1 else ""
    return Answer(worst(verdicts), "within the band of IEEE 1547.1 around what is expected", seen + of)


@register("relative_to_reference")
def relative_to_reference(series: Series, limits: Limits) -> Answer:
    """each value within the share ``limit`` (plus ``floor`` in its unit) of its reference, by the decision rule"""
    share, floor = number(limits, "limit"), float(limits.get("floor", 0) or 0)  # type: ignore[arg-type]
    verdicts: list[Verdict] = []
    worst_share = 0.0
    for value, observation in zip(numbers(series), series, strict=True):
        reference = number(observation.attributes, "reference")
        allowed = share * abs(reference) + floor
        verdicts.append(decision.at_most(abs(value - reference), allowed, observation.standard_uncertainty))
        worst_share = max(worst_share, abs(value - reference) / abs(reference) if reference else 0.0)
    seen = f"largest deviation {100 * worst_share:.3g} % over {len(series)}"
    return Answer(worst(verdicts), f"within {100 * share:.3g} % of the reference", seen)
