"""I-H3 Interlocks before dangerous action: what is not for this home, or not for its devices, turns nothing off.

Signals in a program to which the device is not assigned, and signals for other categories of devices (heating, medical
and smart appliances, vehicles) than the home puts under control. A home whose energy management steers a vehicle's
charger (PIXIT ``sep2.charger``) has that under control; irrigation is asked for in its place.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, Case, exchange_of, record_effects, said_nothing, try_all, works
from bench.controls.trial import Trial
from bench.exchanges.sep2_events import new_mrid
from bench.exchanges.sep2_exchange import ToManager
from bench.judgement.check import Check
from drivers.sep2.der import DERControl
from drivers.sep2.loads import EndDeviceControl
from drivers.sep2.vocabulary import DeviceCategory

EFFECT = "a signal that is not for this home took effect"
_OTHERS = (DeviceCategory.SMART_APPLIANCE, DeviceCategory.BASEBOARD_HEATERS)


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    foreign = exchange.counterpart.resources.add_program(exchange.content.kind, new_mrid(exchange.random), 0, "others")
    foreign.members = frozenset({bytes(20)})
    await exchange.counterpart.found_anew()
    event = exchange.offer(exchange.new_event(), foreign)
    await exchange.counterpart.polled(2)
    await record_effects(trial, [Case("in a program of other homes", event, program=foreign)], EFFECT)
    foreign.events.clear()
    usual = exchange.new_event()
    if isinstance(exchange, ToManager) and isinstance(usual, EndDeviceControl | DERControl):
        cases = []
        has_charger = bool(exchange.access.pixit("charger", ""))
        last = DeviceCategory.IRRIGATION_PUMP if has_charger else DeviceCategory.ELECTRIC_VEHICLE
        for category in (*_OTHERS, last):
            octets = int(category).to_bytes(4, "big")
            cases.append(Case(category.name or "", exchange.new_event(category=octets)))
        await try_all(trial, cases, EFFECT)
    await works(trial, "after")


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("what is not for this home has no effect", "never", EFFECT),
        *(said_nothing(trial) if trial.exchange.content.kind in ("dr", "derp") else []),  # type: ignore[attr-defined]
        Check("good signals work before and after", "always", GOOD),
    ]


PROBE = Probe("I-H3", "sep2", stimulus, checks)
