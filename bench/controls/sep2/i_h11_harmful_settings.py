"""I-H11 Harmful settings outside the range of allowable ones are refused, and the refusal is logged.

Trip settings narrowed and widened past the ranges of IEEE 1547-2018, an inverted volt-var curve, a droop of no use: by
the very server that may give controls. Each stands in a program of generation of that server.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, Case, exchange_of, said_nothing, try_all, works
from bench.controls.sep2._log import entries, record_code
from bench.controls.trial import Trial
from bench.exchanges.sep2_events import GenerationLimit, When, new_mrid
from bench.judgement.check import Check
from drivers.sep2.der import CurveData, DERControlBase, DERCurve, FreqDroop
from drivers.sep2.events import Event, Link
from drivers.sep2.programs import Program, ProgramKind
from drivers.sep2.vocabulary import CurveType, ResponseStatus

EFFECT, REFUSED = "a harmful setting took effect", "the harmful setting was refused with a reason"
LOGGED = "the refusal is in the device's log"

_Mode = Callable[[Link], DERControlBase]
_CURVES: dict[str, tuple[_Mode, CurveType, list[tuple[int, int]]]] = {
    "an over-voltage trip at 1.5 of nominal": (
        lambda link: DERControlBase(hv_must_trip=link),
        CurveType.HVRT_MUST_TRIP,
        [(16, 15_000)],
    ),
    "an over-voltage trip after 100 s": (
        lambda link: DERControlBase(hv_must_trip=link),
        CurveType.HVRT_MUST_TRIP,
        [(10_000, 12_000)],
    ),
    "an under-voltage trip after 10 ms": (
        lambda link: DERControlBase(lv_must_trip=link),
        CurveType.LVRT_MUST_TRIP,
        [(1, 5_000)],
    ),
    "an inverted volt-var curve": (
        lambda link: DERControlBase(volt_var=link),
        CurveType.VOLT_VAR,
        [(9_200, -4_400), (10_800, 4_400)],
    ),
}
"""Name to control, type and points; x in hundredths of a s or of a per cent, y in hundredths of a per cent."""
_DROOP = FreqDroop(db_over=36, db_under=36, k_over=900, k_under=50, open_loop=500)


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    resources = exchange.counterpart.resources
    program = resources.add_program(ProgramKind.DER, new_mrid(exchange.random), 1, "harmful")
    await exchange.counterpart.found_anew()
    cases = [_with_curve(trial, program, name) for name in _CURVES]
    cases.append(Case("a droop of 90 %", _control(trial, DERControlBase(freq_droop=_DROOP)), program=program))
    await try_all(trial, cases, EFFECT)
    for case in cases:
        told = exchange.counterpart.told(case.event.mrid)
        refused = any(ResponseStatus(status).rejects for status in told)
        trial.record.observe(REFUSED, refused, what=case.name, told=[*told])
    logged = await entries(trial, record_code(trial, "rejected"))
    for case in cases:
        mark = case.event.mrid.hex()[:16]
        trial.record.observe(LOGGED, any(mark in (entry.details or "") for entry in logged), what=case.name)
    await works(trial, "after")


def _with_curve(trial: Trial, program: Program, name: str) -> Case:
    mode, kind, points = _CURVES[name]
    exchange = exchange_of(trial)
    href = f"{program.path}/dc/{len(program.curves) + 1}"
    curve = DERCurve(
        href=href,
        mrid=new_mrid(exchange.random),
        created=int(trial.clock.now()),
        points=tuple(CurveData(x=x, y=y) for x, y in points),
        kind=kind,
        x_multiplier=-2,
        y_multiplier=-2,
        y_reference=2,
    )
    program.curves.append(curve)
    return Case(name, _control(trial, mode(Link(href=href))), program=program)


def _control(trial: Trial, base: DERControlBase) -> Event:
    now = trial.clock.now()
    return GenerationLimit().event(new_mrid(exchange_of(trial).random), When(now, now, 3600), base=base)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("a harmful setting has no effect", "never", EFFECT),
        Check("it is refused with a reason", "always", REFUSED),
        Check("the refusal is logged", "always", LOGGED),
        *said_nothing(trial),
        Check("good signals work before and after", "always", GOOD),
    ]


PROBE = Probe("I-H11", "sep2", stimulus, checks)
