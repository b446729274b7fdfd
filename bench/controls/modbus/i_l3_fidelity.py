"""I-L3 on Modbus: what the registers show is what a reference instrument measures, in the right unit and scale.

The row's exchange brings the device to known operating points (`operating_points`) and names what is compared with
which quantity of the power analyser (`compared`). The limits are the supplier's: PIXIT ``reading_accuracy``, by
quantity a share of the value and a floor. On a row that notifies, what it tells must be what happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import TYPE_CHECKING

from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of, exchange_of
from bench.controls.trial import Trial
from bench.exchanges.modbus_notice import PolledNotification
from bench.exchanges.witness import Wiring
from bench.judgement.check import Check
from drivers.transport.base import CannotOpenError

if TYPE_CHECKING:
    from bench.exchanges.modbus_exchange import ModbusExchange
    from drivers.scpi.measurement import Measurement

POINTS = "operating points at which the reference instrument measured"
TOLD = "the notification tells of what happened"
TURNED = "-"
"""Before a quantity that the device counts the other way than the analyser."""
_SETTLE_S = 1.0
_RECTANGULAR = 12**-0.5
_FLOATS = ("f32", "f64")


async def stimulus(trial: Trial) -> None:
    exchange, wiring = exchange_of(trial), Wiring(trial.station, trial.seat)
    if not exchange.compared:
        trial.record.could_not_look(POINTS, "the row's exchange names nothing that could be measured beside")
        return
    if not wiring.has("power_analyser"):
        trial.record.could_not_look(POINTS, f"no power analyser is wired to {trial.seat}")
        return
    await exchange.prepare()
    count = 0
    async for name in exchange.operating_points():
        await trial.station.advance(_SETTLE_S)
        await _compare(trial, exchange, wiring, name)
        count += 1
    trial.record.observe(POINTS, count, unit="points")
    if isinstance(exchange, PolledNotification):
        await _told(trial, exchange)
    await exchange.restore()


async def _compare(trial: Trial, exchange: ModbusExchange, wiring: Wiring, what: str) -> None:
    access = exchange.access
    async with access.session() as client:
        shown = await access.device(client).values(exchange.compared)
    for name, quantity in exchange.compared.items():
        measured: Measurement = await getattr(await wiring.analyser(), quantity.removeprefix(TURNED))()
        point = access.points[name]
        step = 0.0 if point.kind in _FLOATS else abs(point.scale) * _RECTANGULAR
        trial.record.observe(
            _series(name),
            float(shown[name]),
            what=what,
            unit=measured.unit,
            standard_uncertainty=hypot(measured.standard_uncertainty, step),
            reference=-measured.value if quantity.startswith(TURNED) else measured.value,
            instrument=str(measured.instrument),
        )


async def _told(trial: Trial, exchange: PolledNotification) -> None:
    """The event is caused at two subjects, one after the other: it is told of the right one each time."""
    for subject in (1, exchange.subjects):
        await exchange.cause(subject)
        within_s = trial.bound("t_evt").number if _has_bound(trial) else exchange.poll_s * 3
        try:
            found = await exchange.awaited(within_s)
        except CannotOpenError as error:
            trial.record.could_not_look(TOLD, str(error))
            return
        named = [one.subject for one in found]
        trial.record.observe(TOLD, named == [str(subject)], what=f"subject {subject}", told=", ".join(named))
        await exchange.undo(subject)
        await trial.station.advance(exchange.poll_s)


def _has_bound(trial: Trial) -> bool:
    return "t_evt" in trial.control.bounds


def _series(name: str) -> str:
    return f"{name} as the device shows it"


def checks(trial: Trial) -> Sequence[Check]:
    exchange = exchange_of(trial)
    stated = access_of(trial).pixit("reading_accuracy", {})
    found = [Check("there are points enough", "at_least", POINTS, {"limit": trial.bound("n_value_points").number})]
    for name in exchange.compared:
        share, floor = stated.get(name, (0.0, 0.0))
        limits = {"limit": float(share), "floor": float(floor)}
        found.append(Check(f"{name} is what flows", "relative_to_reference", _series(name), limits))
    if isinstance(exchange, PolledNotification):
        found.append(Check("what is told is what happened", "always", TOLD))
    return found


PROBES = on_both("I-L3", stimulus, checks)
