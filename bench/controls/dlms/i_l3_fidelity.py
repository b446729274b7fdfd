"""I-L3 on DLMS: the meter's values are those of the reference meter, with the right unit and scaler.

Known loads: zero, two below the largest, the largest that meter and load can take, inductive, and export. At each, what
the meter shows of the moment and how far its registers advance are compared with the reference meter, by the accuracy
class and the decision rule; what its profile then holds must be what its register showed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import hypot, sqrt
from typing import TYPE_CHECKING

from bench.controls.base import Probe
from bench.controls.dlms._notices import listening, notice_of
from bench.controls.dlms._row import exchange_of
from bench.controls.stimulus import Feed, Point
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute
from drivers.dlms.object_names import DEVICE_NAME, SERIAL_NUMBER
from drivers.metering import Reading

if TYPE_CHECKING:
    from bench.controls.trial import Trial
    from bench.exchanges.notice import Notice
    from drivers.scpi.measurement import Measurement

ENERGY = "energy that a register counted"
POWER = "active power shown"
CURRENT = "current shown"
VOLTAGE = "voltage shown"
NOTHING = "something was counted or shown where nothing flowed"
UNITS = "the unit of a register is that of its quantity"
PROFILE = "the profile holds what the register showed when the interval ended"
TOLD = "the notification tells of what happened"
TOLD_AT = "time of the event in the notification"
POINTS = "points of the stimulus that the reference meter saw"

ENERGIES = {"energy_import": "Wh", "energy_export": "Wh"}
MOMENTS = {"power_import": "W", "power_export": "W", "voltage_l1": "V", "current_l1": "A"}
_NAMES = frozenset({DEVICE_NAME, SERIAL_NUMBER})
_ENERGY_PER_POINT_WH = 1000.0
_SHORTEST_S = 900.0
_EXPORT_W = 1500.0
_AFTER_THE_INTERVAL_S = 5.0


async def stimulus(trial: Trial) -> None:
    access = exchange_of(trial).access
    feed = Feed(trial.station, trial.seat, float(access.pixit("nominal_voltage_v", 230.0)))
    if feed.missing():
        trial.record.could_not_look(POINTS, f"no {feed.missing()} is wired to {trial.seat}")
        return
    if not access.pixit("accuracy_class"):
        trial.record.could_not_look(POINTS, "the device file declares no accuracy class (PIXIT accuracy_class)")
        return
    try:
        await feed.off()
        before = await _registers(trial)
        for point in _points(trial, feed):
            before = await _one_point(trial, feed, point, before)
        await _profile(trial, before)
    finally:
        await feed.off()
    notice = notice_of(trial)
    if notice is not None and await listening(trial, notice, TOLD):
        await _notification(trial, notice)


async def _notification(trial: Trial, notice: Notice) -> None:
    """The row's notification: its event is the one that was caused, and it names the meter as the meter does."""
    found = await notice.perform(trial.bound("t_evt").number)
    right = found is not None and (found.event is None or notice.code is None or found.event.code == notice.code)
    trial.record.observe(TOLD, right, what=found.words if found is not None else "none came")
    if found is None:
        return
    if found.event is not None and found.event.at is not None:
        what, reference = "the row's notification", notice.caused_at
        trial.record.observe(TOLD_AT, found.event.at, what=what, unit="s", reference=reference)
    for item, value in found.values.items():
        if item.instance in _NAMES:
            async with notice.access.session(exchange_of(trial).role) as client:
                held = await client.get(Attribute(item.class_id, item.instance, item.attribute))
            trial.record.observe(TOLD, held == value, what=f"name {item.instance}")
    await notice.restore()


def _points(trial: Trial, feed: Feed) -> Sequence[Point]:
    largest = feed.largest_w(float(exchange_of(trial).access.pixit("maximum_current_a", 0.0)))
    return (
        Point("zero", 0.0),
        Point("a tenth of the largest load", largest / 10),
        Point("inductive load", largest / 4, 0.8),
        Point("the largest load", largest),
        Point("export", -_EXPORT_W),
    )


async def _registers(trial: Trial) -> Mapping[str, Reading]:
    """The energy registers while nothing flows, so that they stand still."""
    exchange = exchange_of(trial)
    async with exchange.access.session(exchange.role) as client:
        meter = exchange.access.meter(client)
        return {name: await meter.register(name) for name in ENERGIES}


async def _one_point(trial: Trial, feed: Feed, point: Point, before: Mapping[str, Reading]) -> Mapping[str, Reading]:
    """Let a known energy pass, look at the moment meanwhile; the registers afterwards."""
    await feed.begin_energy()
    await feed.apply(point)
    await _look(trial, feed, point)
    lasts_s = 3600.0 * _ENERGY_PER_POINT_WH / abs(point.power_w) if point.power_w else 0.0
    await trial.station.advance(max(_SHORTEST_S, lasts_s))
    await feed.off()
    imported, exported = await feed.energy()
    after = await _registers(trial)
    for name, measured, flows in (
        ("energy_import", imported, point.power_w > 0),
        ("energy_export", exported, point.power_w < 0),
    ):
        counted, what = after[name].value - before[name].value, f"{point.title}, {name}"
        if flows:
            _compare(trial, ENERGY, what, after[name], counted, measured, sqrt(1 / 6))
        else:
            trial.record.observe(NOTHING, counted != 0, what=what, counted=counted)
        trial.record.observe(UNITS, after[name].unit == ENERGIES[name], what=f"{name}: {after[name].unit or 'none'}")
    return after


async def _look(trial: Trial, feed: Feed, point: Point) -> None:
    """What the meter shows of the moment, beside the reference meter's reading of it."""
    exchange, reference = exchange_of(trial), await feed.moment()
    power = reference["power"]
    if abs(power.value - point.power_w) <= max(abs(point.power_w) / 10, 10.0):
        trial.record.observe(POINTS, True, what=point.title, detail=str(power))
    else:
        trial.record.could_not_look(POINTS, f"{point.title}: {point.power_w:g} W were set, {power} flow")
    async with exchange.access.session(exchange.role) as client:
        meter = exchange.access.meter(client)
        shown = {name: await meter.register(name) for name in MOMENTS}
    for name, reading in shown.items():
        trial.record.observe(UNITS, reading.unit == MOMENTS[name], what=f"{name}: {reading.unit or 'none'}")
    flows = {"power_import": point.power_w > 0, "power_export": point.power_w < 0, "current_l1": point.power_w != 0}
    for name, series, measured in (
        ("voltage_l1", VOLTAGE, reference["voltage"]),
        ("current_l1", CURRENT, reference["current"]),
        ("power_import", POWER, power),
        ("power_export", POWER, power),
    ):
        what = f"{point.title}, {name}"
        if flows.get(name, True):
            _compare(trial, series, what, shown[name], shown[name].value, measured, sqrt(1 / 12))
        else:
            trial.record.observe(NOTHING, shown[name].raw != 0, what=what, raw=str(shown[name].raw))


def _compare(
    trial: Trial, series: str, what: str, reading: Reading, value: float, measured: Measurement, steps: float
) -> None:
    """Record ``value`` beside what was measured. ``steps``: its standard uncertainty in steps of the register."""
    uncertainty = hypot(measured.standard_uncertainty, steps * 10.0**reading.scaler)
    trial.record.observe(
        series,
        value,
        what=what,
        unit=measured.unit,
        standard_uncertainty=uncertainty,
        raw=str(reading.raw),
        reference=abs(measured.value),
        instrument=str(measured.instrument),
    )


async def _profile(trial: Trial, registers: Mapping[str, Reading]) -> None:
    """Nothing flows until intervals have ended: the newest row must hold what the registers show.

    Two of them, for it is no matter of this control when a single row is missing.
    """
    exchange = exchange_of(trial)
    period_s = float(exchange.access.pixit("capture_period_s", 900))
    now = trial.clock.now()
    await trial.station.advance(2 * period_s - now % period_s + _AFTER_THE_INTERVAL_S)
    async with exchange.access.session(exchange.role) as client:
        rows = await exchange.access.meter(client).load_profile(now, trial.clock.now())
    if not rows:
        trial.record.observe(PROFILE, False, what="no row of the intervals that have just ended")
        return
    for name, reading in registers.items():
        held = rows[-1].readings.get(name)
        if held is None:
            record_absent(trial, f"{name} in the load profile", "it is none of the captured quantities")
        else:
            same = (held.raw, held.scaler, held.unit) == (reading.raw, reading.scaler, reading.unit)
            trial.record.observe(PROFILE, same, what=name, held=str(held.raw), register=str(reading.raw))


def checks(trial: Trial) -> Sequence[Check]:
    declared = float(exchange_of(trial).access.pixit("accuracy_class", 0.0))
    by_class = {"limit": declared / 100.0}
    nominal_v = float(exchange_of(trial).access.pixit("nominal_voltage_v", 230.0))
    by_mra = {"limit": trial.bound("mra_voltage").number * trial.bound("mra_reading_factor").number * nominal_v}
    least = trial.bound("n_value_points").count
    found = [
        Check("the stimulus was applied", "at_least_true", POINTS, {"count": least, "of": least}),
        Check("units are right", "always", UNITS),
        Check("energy is within the accuracy class", "relative_to_reference", ENERGY, by_class),
        Check("active power is within the accuracy class", "relative_to_reference", POWER, by_class),
        Check("current is within the accuracy class", "relative_to_reference", CURRENT, by_class),
        Check("voltage is within its accuracy", "close_to_reference", VOLTAGE, by_mra),
        Check("where nothing flows nothing is counted or shown", "never", NOTHING),
        Check("the profile holds what the register showed", "always", PROFILE),
    ]
    notice = notice_of(trial)
    if notice is not None:
        found.append(Check("the notification tells of what happened", "always", TOLD))
        if "event_object" in notice.access.pixit("push", {}):
            limit = trial.limit("dt_clk", subject="meter_han")
            found.append(Check("its event has the right time", "close_to_reference", TOLD_AT, limit))
    return found


PROBE = Probe("I-L3", "dlms", stimulus, checks)
