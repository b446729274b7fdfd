"""What can be set on a meter: the attributes that probes try to write, and their values now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.access.dlms import DlmsAccess
from bench.controls.dlms._surface import read_each
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Data

DATA, CLOCK, IMAGE_TRANSFER, CALENDAR, SCHEDULE = 1, 8, 18, 20, 22
DISCONNECT_CONTROL, LIMITER, CREDIT = 70, 71, 112


@dataclass(frozen=True)
class Parameter:
    """One attribute that somebody may write, and what an engineer calls it."""

    title: str
    attribute: Attribute


def parameters_of(access: DlmsAccess) -> tuple[Parameter, ...]:
    """The usual ones, under the logical names of the device; a device need not have all of them.

    Each can be written with the value that it has without changing anything.
    """
    names = access.names
    return (
        Parameter("clock", Attribute(CLOCK, names.clock, 2)),
        Parameter("control mode of the switch", Attribute(DISCONNECT_CONTROL, names.disconnect_control, 4)),
        Parameter("schedule of the switch", Attribute(SCHEDULE, names.switch_schedule, 4)),
        Parameter("limiter", Attribute(LIMITER, names.limiter, 4)),
        Parameter("tariff", Attribute(CALENDAR, names.activity_calendar, 6)),
        Parameter("image transfer", Attribute(IMAGE_TRANSFER, names.image_transfer, 5)),
        Parameter("consumer message", Attribute(DATA, names.consumer_message, 2)),
        Parameter("credit", Attribute(CREDIT, names.credit, 2)),
    )


def clock_of(access: DlmsAccess) -> Attribute:
    """The time of the meter's clock: the one parameter that changes by itself."""
    return Attribute(CLOCK, access.names.clock, 2)


async def values_of(client: DlmsClient, access: DlmsAccess) -> Mapping[Parameter, Data]:
    """The values of those parameters that ``client`` can read, as they are now."""
    known = parameters_of(access)
    answers = await read_each(client, [parameter.attribute for parameter in known])
    return {
        parameter: answer.value
        for parameter, answer in zip(known, answers, strict=True)
        if answer.given and answer.value is not None
    }
