"""A-L3 on Modbus: the device survives losing its power, also in the middle of a write; settings and log are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt
from bench.controls.modbus._log import Logged, read_log
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of, exchange_of, power_cycle, settings_of, writer_of
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.modbus.points import Value
from drivers.modbus.requests import write_request

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess

ANSWERED = "the device answered again by itself"
BOOT_TIME = "time from power to the first correct answer"
KEPT = "a setting was as before the power cut"
EVENTS_LOST = "logged events that the power cut removed"
OUTPUT_KEPT = "the output was as before the power cut, at the witness"
_LONGEST_PHASE_S, _LONGEST_CUT_S = 20.0, 40.0


async def stimulus(trial: Trial) -> None:
    """``n_cyc`` power cuts at random phase, the first one during a write; each after a setting was changed."""
    access, exchange = access_of(trial), exchange_of(trial)
    await exchange.prepare()
    original = (await settings_of(access)).get(access.declared.setting)
    for number in range(trial.bound("n_cyc").count):
        what = f"cut {number + 1}"
        await exchange.switch(number % 2 == 0)
        await _change(access, number)
        await trial.station.advance(trial.random.uniform(0.0, _LONGEST_PHASE_S))
        before, log, output = await settings_of(access), await read_log(access), await exchange.output()
        if number == 0:
            await _begin_write(access, before)
        boot = await power_cycle(trial, access, trial.random.uniform(1.0, _LONGEST_CUT_S))
        trial.record.observe(ANSWERED, boot is not None, what=what)
        if boot is None:
            return
        trial.record.observe_duration(BOOT_TIME, boot, what=what)
        after = await settings_of(access)
        for name, value in before.items():
            trial.record.observe(KEPT, after.get(name) == value, what=f"{what}, {name}")
        await _compare_logs(trial, access, log, what)
        await _compare_output(trial, output, what)
    await _set(access, original)
    await exchange.restore()


async def _compare_logs(trial: Trial, access: ModbusAccess, before: Sequence[Logged] | None, what: str) -> None:
    if before is None:
        return
    now = await read_log(access) or ()
    known = {entry.sequence for entry in now}
    oldest = min(known, default=0)
    lost = [f"entry {entry.sequence}" for entry in before if entry.sequence not in known and entry.sequence >= oldest]
    trial.record.observe(EVENTS_LOST, lost, what=what)  # type: ignore[arg-type]


async def _compare_output(trial: Trial, before: Mapping[str, float] | None, what: str) -> None:
    if not exchange_of(trial).switches:
        return
    now = await exchange_of(trial).output()
    if before is None or now is None:
        trial.record.could_not_look(OUTPUT_KEPT, f"{what}: no witness sees what the device switches")
        return
    same = all(abs(now[name] - value) <= max(0.02 * abs(value), 1.0) for name, value in before.items())
    trial.record.observe(OUTPUT_KEPT, same, what=what, before=dict(before), after=dict(now))


async def _change(access: ModbusAccess, number: int) -> None:
    """Another value of the setting that may be changed, so that the cut has something to lose."""
    point = access.points.get(access.declared.setting)
    if point is None:
        return
    table = access.declared.points[access.declared.setting]
    low, high = table.range or (1.0, 100.0)
    await _set(access, round(low + (high - low) * (0.25 if number % 2 else 0.5)))


async def _set(access: ModbusAccess, value: Value | None) -> None:
    point = access.points.get(access.declared.setting)
    role = writer_of(access, point) if point is not None else None
    if role is not None and value is not None:
        async with access.session(role) as client:
            await access.device(client).set_value(access.declared.setting, value)


async def _begin_write(access: ModbusAccess, before: Mapping[str, Value]) -> None:
    """Write the setting that the device has, and leave before it is answered."""
    point = access.points.get(access.declared.setting)
    role = writer_of(access, point) if point is not None else None
    if point is None or role is None:
        return
    async with access.session(role) as client:
        request = write_request(point.address, point.encode(before[point.name]))
        await attempt(client.link.send(client.unit, request))


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the device comes back without help", "always", ANSWERED),
        Check("it answers within t_boot of power", "at_most", BOOT_TIME, trial.limit("t_boot")),
        Check("its settings are kept", "always", KEPT),
    ]
    if exchange_of(trial).switches:
        found.append(Check("what it switches stays as it was", "always", OUTPUT_KEPT))
    if access_of(trial).declared.log is not None:
        found.append(Check("no logged event is lost", "empty", EVENTS_LOST))
    return found


PROBES = on_both("A-L3", stimulus, checks)
