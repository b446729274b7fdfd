"""What systems tell each other of limits on a customer's consumption (white paper 3.2.2 and 3.2.3).

A limit has a warning threshold and the limit itself, in Wh for the energy used since a reset and in W for the average
demand of a tariff's windows. The noun is this project's.
"""

from __future__ import annotations

from drivers.cim.payloads import Part, Reading
from drivers.cim.vocabulary import Limited


class ConsumptionLimit(Part, frozen=True):
    """A limit to be set. 0 as ``limit`` takes it away. ``duration``: how long (s) it must be passed until the meter
    opens its switch. ``reset``: the energy used begins anew.
    """

    meter: str
    limited: Limited
    warning: int
    limit: int
    duration: int = 30
    reset: bool = False


class GetConsumptionLimits(Part, frozen=True):
    """The limits of these meters, and where their consumption stands."""

    meters: tuple[str, ...]


class LimitStatus(Part, frozen=True):
    """One limit of a meter: as it is set, the value that is limited, and whether it is reached.

    ``output_state`` and ``control_state`` are what the meter says of its switch.
    """

    meter: str
    limited: Limited
    warning: int
    limit: int
    value: int
    exceeded: bool
    output_state: bool
    control_state: int
    time_stamp: str
    readings: tuple[Reading, ...] = ()
