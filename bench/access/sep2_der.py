"""A DER over IEEE 2030.5 as tests of DER drive it: settings are controls, which the bench offers as the energy
management.

A control is given for a time to come, since the DER polls; one that it refuses, or does not take part in, is a refused
setting. What a control takes the place of is cancelled.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

from bench.access.der import DerAccess, DerCalls
from bench.access.sep2 import LINK, Sep2Access
from bench.access.sep2_server import Counterpart
from bench.exchanges.sep2_events import GenerationLimit, When, new_mrid
from drivers.der import (
    ConstantReactivePower,
    DerMeasurements,
    FrequencyDroop,
    LimitActivePower,
    Nameplate,
    Priority,
    Ratings,
    ReactiveBase,
    Reversion,
    SetActivePower,
    Setting,
    SettingRefusedError,
    UnsupportedFunctionError,
    VoltVar,
)
from drivers.roles import DerInverter
from drivers.sep2.der import DERControlBase, FixedVar
from drivers.sep2.events import Event, Link
from drivers.sep2.grid_services import frequency_droop, volt_var_curve
from drivers.sep2.monitoring import powers_of
from drivers.sep2.programs import ProgramKind
from drivers.sep2.vocabulary import ResponseStatus

if TYPE_CHECKING:
    from bench.lab.station import Station

T = TypeVar("T")
AnySetting = TypeVar("AnySetting", bound=Setting)

PARTY = "cems"
_DURATION_S = 6 * 3600
_LEAD_S, _HEARD_S = 5.0, 5.0
"""How long before the start of a control it is ready; how long after it the DER has said whether it takes part."""
_POST_RATE_S = 60
_TOO_MUCH_PERCENT = 60.0
_OF_MAX_W = 1
"""``DERUnitRefType``: per cent of the active power as configured."""
_POINTS = ((92.0, 100.0), (98.0, 0.0), (102.0, 0.0), (108.0, -100.0))
"""Per cent of nominal voltage and of the greatest reactive power: IEEE 1547-2018, table 8, category B."""
_RESPONSE_S = 5.0
_OFFERED: Mapping[type[Any], Setting] = {
    VoltVar: VoltVar(
        False,
        _POINTS,
        _RESPONSE_S,
        base=ReactiveBase.REACTIVE_POWER,
        priority=Priority.REACTIVE,
        reference_percent=100.0,
    ),
    ConstantReactivePower: ConstantReactivePower(False, base=ReactiveBase.ACTIVE_POWER),
    FrequencyDroop: FrequencyDroop(False),
    LimitActivePower: LimitActivePower(False),
    SetActivePower: SetActivePower(False),
}
"""What can be controlled, as it is while nothing is asked for."""


class DerOverSep2(DerCalls):
    """The DER that follows ``server``, which is open."""

    def __init__(self, access: Sep2DerAccess, server: Counterpart) -> None:
        super().__init__(access)
        self._sep2 = access.sep2
        self._server = server
        self._random = random.Random(access.seat)
        self._program = server.resources.add_program(ProgramKind.DER, new_mrid(self._random), 1, "bench")
        self._given: dict[type[Any], tuple[Setting, Event]] = {}

    async def call(self, act: Callable[[DerInverter], Awaitable[T]], role: str = "") -> T:
        """Nothing but what the methods below know goes over 2030.5. Raises UnsupportedFunctionError."""
        raise UnsupportedFunctionError("2030.5 has no registers")

    # -- what it tells -----------------------------------------------------------------------------------------------

    async def nameplate(self) -> Nameplate:
        """Ratings as the device file states them (PIXIT ``sep2.ratings``)."""
        return Nameplate(Ratings(**self._sep2.pixit("ratings", {})))

    async def functions(self) -> frozenset[type[Setting]]:
        """None that would have to be switched off first: nothing is controlled that the bench did not ask for."""
        return frozenset()

    async def measurements(self) -> DerMeasurements:
        """The powers that it posts next. Raises DerError where it posts none."""
        now = self._server.now
        for _ in range(4):
            for device in self._server.resources.devices.values():
                for point in device.meters.values():
                    powers = powers_of(point)
                    if powers.at >= now:
                        return _measured(powers.at, powers.active_w, powers.reactive_var)
            await self._server.station.advance(_POST_RATE_S / 2.0)
        raise UnsupportedFunctionError("the DER posts no readings")

    async def read(self, kind: type[AnySetting]) -> AnySetting:
        """What the DER says that it carries out. Raises UnsupportedFunctionError."""
        if kind not in _OFFERED:
            raise UnsupportedFunctionError(kind.__name__)
        setting, event = self._given.get(kind, (None, None))
        if setting is not None and event is not None and self._holds(event):
            return cast(AnySetting, setting)
        return cast(AnySetting, _OFFERED[kind])

    def _holds(self, event: Event) -> bool:
        told = self._server.told(event.mrid)
        over = {ResponseStatus.COMPLETED, ResponseStatus.CANCELLED, ResponseStatus.SUPERSEDED}
        return ResponseStatus.STARTED in told and not over & set(told)

    # -- what it is told ---------------------------------------------------------------------------------------------

    async def announce(self, setting: Setting, duration_s: int = _DURATION_S) -> None:
        """Give the setting's control for shortly after the DER's next poll, and wait until it is about to begin."""
        await self._take_back(type(setting))
        now = self._server.now
        start = now + self._sep2.poll_s + 2.0 * _LEAD_S
        when, category = When(now, float(round(start)), duration_s), self._sep2.category
        base = self._base(setting)
        event = GenerationLimit().event(new_mrid(self._random), when, base=base, category=category)
        self._given[type(setting)] = setting, self._program.put(event, now)
        await self._until(event.interval.start - _LEAD_S)

    async def apply(self, setting: Setting, reversion: Reversion | None = None, role: str = "") -> float | None:
        """Give a setting, for the time after which it is to revert; from when on it holds.

        One that is off is cancelled. Raises SettingRefusedError.
        """
        if not getattr(setting, "enabled", False):
            await self._take_back(type(setting))
            return None
        given = self._given.get(type(setting))
        if given is None or given[0] != setting or given[1].interval.start < self._server.now:
            await self.announce(setting, round(reversion.after_s) if reversion is not None else _DURATION_S)
        event = self._given[type(setting)][1]
        await self._until(event.interval.start + _HEARD_S)
        refusals = [status for status in self._server.told(event.mrid) if _refuses(status)]
        if refusals:
            await self._take_back(type(setting))
            raise SettingRefusedError(f"{setting}: {ResponseStatus(refusals[0]).name}")
        return float(event.interval.start)

    async def _take_back(self, kind: type[Any]) -> None:
        given = self._given.pop(kind, None)
        if given is not None:
            self._program.cancel(given[1].mrid, self._server.now)
            await self._server.station.advance(self._sep2.poll_s + _HEARD_S)
            self._program.events.pop(given[1].mrid, None)

    async def release(self) -> None:
        """Take everything back."""
        for kind in tuple(self._given):
            await self._take_back(kind)

    async def _until(self, when: float) -> None:
        await self._server.station.advance(max(0.0, when - self._server.now))

    def _base(self, setting: Setting) -> DERControlBase:
        if isinstance(setting, LimitActivePower):
            return DERControlBase(max_lim_w=round((setting.limit_percent or 0.0) * 100))
        if isinstance(setting, SetActivePower):
            return DERControlBase(fixed_w=round((setting.power_percent or 0.0) * 100))
        if isinstance(setting, ConstantReactivePower):
            share = round((setting.reactive_percent or 0.0) * 100)
            return DERControlBase(fixed_var=FixedVar(reference=_OF_MAX_W, value=share))
        if isinstance(setting, FrequencyDroop):
            return frequency_droop(
                setting.droop_over or 0.0, setting.dead_band_over_hz or 0.0, setting.response_time_s or 0.0
            )
        if isinstance(setting, VoltVar):
            return DERControlBase(volt_var=self._curve(setting))
        raise UnsupportedFunctionError(type(setting).__name__)

    def _curve(self, setting: VoltVar) -> Link:
        href = f"{self._program.path}/dc/{len(self._program.curves) + 1}"
        curve = volt_var_curve(
            new_mrid(self._random), int(self._server.now), setting.points or _POINTS, setting.response_time_s
        )
        self._program.curves.append(dataclasses.replace(curve, href=href))
        return Link(href=href)


class Sep2DerAccess(DerAccess):
    """A DER that is reached over 2030.5 only."""

    @property
    def sep2(self) -> Sep2Access:
        """The same device as a 2030.5 party."""
        return Sep2Access(self.station, self.seat)

    @property
    def infeasible(self) -> Sequence[tuple[str, Setting]]:
        """Beyond its capability, and what only a storage can; per cents beyond 100 cannot be said in 2030.5."""
        return [
            ("more reactive power than it has", ConstantReactivePower(True, _TOO_MUCH_PERCENT)),
            ("to charge", SetActivePower(True, power_percent=-_TOO_MUCH_PERCENT)),
        ]

    @asynccontextmanager
    async def calls(self) -> AsyncIterator[DerCalls]:
        """The DER, which follows the bench meanwhile. Raises NoAddressError, OSError."""
        server = Counterpart(self.sep2, PARTY)
        server.resources.post_rate_s = _POST_RATE_S
        der = DerOverSep2(self, server)
        async with server:
            await server.polled(within_s=2.0 * self.sep2.poll_s)
            try:
                yield der
            finally:
                await der.release()


def der_access(station: Station, seat: str, link: str) -> DerAccess:
    """The DER in ``seat`` on ``link``."""
    return (Sep2DerAccess if link == LINK else DerAccess)(station, seat, link)


def _refuses(status: int) -> bool:
    return status == ResponseStatus.NO_PARTICIPATION or ResponseStatus(status).rejects


def _measured(at: float, active_w: float | None, reactive_var: float | None) -> DerMeasurements:
    """What 2030.5 tells of a DER's powers; all else is not told."""
    names = {item.name: None for item in dataclasses.fields(DerMeasurements)}
    told: dict[str, Any] = {"at": at, "active_power_w": active_w, "reactive_power_var": reactive_var}
    empty: dict[str, Any] = {"phases": (), "alarms": frozenset(), "throttled_by": frozenset()}
    return DerMeasurements(**{**names, **empty, **told})
