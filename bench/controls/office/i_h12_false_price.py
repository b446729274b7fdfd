"""I-H12 at a gateway that takes messages: a false price is not acted upon.

By the right party: a thousand times the usual one, below zero, made known half an hour after its start. Each is
refused, and no device of the home finds it; a good signal has its effect before and afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.office._row import exchange_of
from bench.controls.trial import Trial
from bench.exchanges.office.give_signal import GiveSignal
from bench.judgement.check import Check
from drivers.cim.errors import OfficeRefusedError
from drivers.cim.signal_calls import end, give
from drivers.cim.signals import Signal, SignalKind
from drivers.cim.times import iso

EFFECT, REFUSED, GOOD = "a false price took effect", "the false price was refused", "a good signal took effect"
_USUAL, _LATE_S, _DURATION_S = 0.3, 1800, 3600


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    assert isinstance(exchange, GiveSignal)
    await _works(trial, exchange, "before")
    late = iso(trial.clock.now() - _LATE_S)
    for what, price, start in (
        ("a thousand times the usual price", 1000.0 * _USUAL, ""),
        ("a price below zero", -0.5, ""),
        ("made known half an hour late", 2.0 * _USUAL, late),
    ):
        home = exchange.subject
        wanted = Signal(kind=SignalKind.PRICE, homes=(home,), duration=_DURATION_S, price=price, start=start)
        await _false(trial, exchange, what, wanted)
    await _works(trial, exchange, "after")


async def _works(trial: Trial, exchange: GiveSignal, what: str) -> None:
    await exchange.prepare()
    await exchange.perform()
    effect = await exchange.observe()
    if effect.happened is None:
        trial.record.could_not_look(GOOD, f"{what}: {effect.detail}")
    else:
        trial.record.observe(GOOD, effect.happened, what=what, source=effect.shown_by, detail=effect.detail)
    await exchange.restore()


async def _false(trial: Trial, exchange: GiveSignal, what: str, wanted: Signal) -> None:
    async with exchange.access.session(exchange.sender) as office:
        try:
            taken = await give(office.messenger, (wanted,))
        except OfficeRefusedError as refusal:
            trial.record.observe(REFUSED, True, what=what, answer=str(refusal))
            taken = ()
        else:
            trial.record.observe(REFUSED, False, what=what)
        found = await exchange.prices_offered()
        trial.record.observe(EFFECT, found > 0, what=what, source="what a device of the home finds", prices=found)
        if taken:
            await end(office.messenger, [one.signal for one in taken])


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("a false price has no effect", "never", EFFECT),
        Check("it is refused", "always", REFUSED),
        Check("good signals work before and after", "always", GOOD),
    ]


PROBE = Probe("I-H12", "office_https", stimulus, checks)
