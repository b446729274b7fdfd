"""The objects with which a meter limits consumption, as its device file declares them (PIXIT item ``limits``).

    [pixit.limits.energy]
    value = "3/1.0.1.9.0.255/2"         # what is limited: class, logical name, attribute
    monitor = "0.0.16.0.1.255"          # register monitor (class 21): thresholds of warning and over-limit notice
    limiter = "0.0.17.0.1.255"          # limiter (class 71): threshold and durations of the switch

``energy`` limits the energy used since a reset (Wh), ``demand_rate_1`` the average power of a window of rate 1 (W).
"""

from __future__ import annotations

from dataclasses import dataclass

from bench.access.dlms import DlmsAccess
from bench.access.dlms_clients import ClientsError
from drivers.dlms.apdu import Attribute, Method
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import U32, Array, Data, Integer
from drivers.dlms.errors import DecodeError
from drivers.dlms.obis import Obis

ENERGY = "energy"
_MONITOR, _LIMITER = 21, 71
_THRESHOLDS, _NORMAL, _OVER_S, _UNDER_S = 2, 4, 6, 7
_RESET = 1


@dataclass(frozen=True)
class LimitObjects:
    """The objects of one limit."""

    value: Attribute
    monitor: Obis
    limiter: Obis

    @property
    def thresholds(self) -> Attribute:
        """Warning and limit of the notices."""
        return Attribute(_MONITOR, self.monitor, _THRESHOLDS)

    @property
    def limit(self) -> Attribute:
        """The threshold at which the switch opens."""
        return Attribute(_LIMITER, self.limiter, _NORMAL)

    @property
    def durations(self) -> tuple[Attribute, Attribute]:
        """How long the limit must be passed, and kept again."""
        return Attribute(_LIMITER, self.limiter, _OVER_S), Attribute(_LIMITER, self.limiter, _UNDER_S)

    @property
    def reset(self) -> Method:
        """Has the register that is limited begin anew."""
        return Method(self.value.class_id, self.value.instance, _RESET)


def limit_objects(access: DlmsAccess, name: str) -> LimitObjects:
    """The objects of the limit of that name. Raises ClientsError where the device file does not declare them."""
    declared = access.pixit("limits", {}).get(name)
    try:
        class_id, instance, index = str(declared["value"]).split("/")
        value = Attribute(int(class_id), Obis(instance), int(index))
        return LimitObjects(value, Obis(str(declared["monitor"])), Obis(str(declared["limiter"])))
    except (KeyError, TypeError, ValueError):
        raise ClientsError(f"the device in seat {access.seat} declares no usable limit {name!r} (PIXIT)") from None


@dataclass(frozen=True)
class Limit:
    """A limit: warning and limit in the unit of the value, and how long (s) it must be passed or kept again."""

    warning: int
    limit: int
    over_s: int = 30
    under_s: int = 30


NO_LIMIT = Limit(0, 0)


async def set_limit(client: DlmsClient, objects: LimitObjects, limit: Limit) -> None:
    """Set notices and limiter. Raises the meter's refusals."""
    over_s, under_s = objects.durations
    await client.set(over_s, U32(limit.over_s))
    await client.set(under_s, U32(limit.under_s))
    await client.set(objects.thresholds, Array([U32(limit.warning), U32(limit.limit)]))
    await client.set(objects.limit, U32(limit.limit))


async def read_limit(client: DlmsClient, objects: LimitObjects) -> Limit:
    """The limit as it is set. Raises the meter's refusals, DecodeError for another shape."""
    warning, _over_limit = await read_thresholds(client, objects)
    limit, over_s, under_s = [whole(await client.get(attribute)) for attribute in (objects.limit, *objects.durations)]
    return Limit(warning, limit, over_s, under_s)


async def read_thresholds(client: DlmsClient, objects: LimitObjects) -> tuple[int, int]:
    """Warning and over-limit notice. Raises the meter's refusals, DecodeError for another shape."""
    thresholds = await client.get(objects.thresholds)
    if not isinstance(thresholds, Array) or len(thresholds) != 2:
        raise DecodeError("the register monitor has other thresholds than a warning and a limit")
    return whole(thresholds[0]), whole(thresholds[1])


def whole(value: Data) -> int:
    """An integer as such. Raises DecodeError."""
    if not isinstance(value, Integer):
        raise DecodeError("a limit is no integer")
    return int(value)
