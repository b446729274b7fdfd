"""Keywords of 4.2.3 on AMI-43: limits of a DER's active power, how they end by themselves, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from robot.api.deco import keyword, library

from bench.access.der import DerCalls
from bench.access.modbus import READER
from bench.der.bands import around
from bench.der.expected import told
from bench.keywords.der_type_test import ACTIVE, ON_THE_WAY, DerTypeTest, ninety_per_cent
from drivers.der import (
    ConstantReactivePower,
    LimitActivePower,
    Priority,
    Ratings,
    Reversion,
    Setting,
    SettingRefusedError,
)
from drivers.modbus.errors import ModbusError

REFUSED, UNMOVED = "the request was refused with a reason", "active power after what was refused"
REVERTED = "active power after the reversion time"
_LIMITS, _MORE_LIMITS = (50.0, 20.0), (75.0, 33.0)
_REACTIVE_PERCENT = 40.0
_LIMIT_S = 30.0
"""In which a limit must be reached: IEEE 1547-2018, 4.6.2."""
_REVERSION_S = 90.0


@library(scope="TEST", auto_keywords=False)
class DerLimits(DerTypeTest):
    """Limits in full sun, with the witness's power."""

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[tuple[DerCalls, Ratings, float]]:
        async with self.rig.running() as der:
            ratings = (await der.nameplate()).ratings
            yield der, ratings, told(ratings.active_power_w, "its active power")

    async def _see(self, ratings: Ratings, expected_w: float, what: str, series: str = ACTIVE) -> float:
        seen = await self.rig.generated()
        self.record_active(seen, around(expected_w, self.power_accuracy(ratings)), what, series)
        return seen.active_w

    @keyword("The Energy Management Limits The DER")
    def limit(self) -> None:
        """To several percentages of its power, each from all of it; logged until it has settled.

        Example: | The Energy Management Limits The DER |
        """
        self.run(self._limit())

    async def _limit(self) -> None:
        async with self._running() as (der, ratings, rating):
            for percent in self.points(_LIMITS, _MORE_LIMITS):
                before = (await self.rig.generated()).active_w
                expected = percent / 100 * rating
                trace = await self.rig.traced(lambda p=percent: der.apply(LimitActivePower(True, p)), _LIMIT_S)  # type: ignore[misc]
                await self._see(ratings, expected, f"limit {percent:g} %")
                seen = await self.rig.generated()
                way = ninety_per_cent(before, expected, self.power_accuracy(ratings))
                self.record_on_the_way(trace.generated_w(_LIMIT_S), "W", seen.active_u, way, f"limit {percent:g} %")
                await der.apply(LimitActivePower(False, 100.0))
                await self.rig.wait(_LIMIT_S)
                await self._see(ratings, rating, f"after the limit of {percent:g} %")

    @keyword("The Energy Management Limits A DER That Supports The Voltage")
    def limit_with_reactive_power(self) -> None:
        """It injects 40 % of reactive power: a limit of active power leaves that alone.

        Example: | The Energy Management Limits A DER That Supports The Voltage |
        """
        self.run(self._limit_with_reactive_power())

    async def _limit_with_reactive_power(self) -> None:
        async with self._running() as (der, ratings, rating):
            base = (await der.read(ConstantReactivePower)).base
            setting = ConstantReactivePower(True, _REACTIVE_PERCENT, base, Priority.REACTIVE)
            async with self.rig.with_setting(der, setting):
                for percent in self.points(_LIMITS[:1], _MORE_LIMITS):
                    async with self.rig.with_setting(der, LimitActivePower(True, percent)):
                        await self.rig.wait(_LIMIT_S)
                        await self._see(ratings, percent / 100 * rating, f"limit {percent:g} %, with reactive power")

    @keyword("The Energy Management Limits The DER For A Time")
    def limit_for_a_time(self) -> None:
        """By the reversion timer, half of the power for 90 s; nobody renews the limit.

        Example: | The Energy Management Limits The DER For A Time |
        """
        self.run(self._limit_for_a_time())

    async def _limit_for_a_time(self) -> None:
        async with self._running() as (der, ratings, rating):
            before = await der.read(LimitActivePower)
            back = Reversion(_REVERSION_S, LimitActivePower(False, 100.0))
            began = self.clock.now()
            try:
                given_for = await der.apply(LimitActivePower(True, _LIMITS[0]), back)
                began = began if given_for is None else given_for
                await self.wait_until(began + _REVERSION_S - 2.0)
                await self._see(ratings, _LIMITS[0] / 100 * rating, "until the time is over")
                await self.wait_until(began + _REVERSION_S + _LIMIT_S)
                await self._see(ratings, rating, "when nobody has renewed it", REVERTED)
            finally:
                await der.apply(before, Reversion(0.0))

    @keyword("The DER Is Told What Cannot Be")
    def infeasible(self) -> None:
        """More than all of its power, or whatever else cannot be said in range, a limit by who may only read; it goes
        on generating under the limit that it had.

        Example: | The DER Is Told What Cannot Be |
        """
        self.run(self._infeasible())

    async def _infeasible(self) -> None:
        async with self._running() as (der, ratings, rating):
            present = LimitActivePower(True, _LIMITS[0])
            async with self.rig.with_setting(der, present):
                for what, setting in self.access.infeasible:
                    await self._try(der, setting, what)
                if self.access.modbus.has(READER):
                    await self._try(der, LimitActivePower(True, _LIMITS[1]), "a limit by who may only read", READER)
                await self.rig.wait(_LIMIT_S)
                await self._see(ratings, _LIMITS[0] / 100 * rating, "limit in force", UNMOVED)

    async def _try(self, der: DerCalls, setting: Setting, what: str, role: str = "") -> None:
        try:
            await der.apply(setting, role=role)
        except (SettingRefusedError, ModbusError) as refusal:
            self.recorder.observe(REFUSED, bool(str(refusal)), what=what, answer=str(refusal))
        else:
            self.recorder.observe(REFUSED, False, what=what)

    # -- judging -----------------------------------------------------------------------------------------------------

    @keyword("The DER Should Follow The Limit")
    def follows(self) -> None:
        """At rest, in the band of IEEE 1547.1. Example: | The DER Should Follow The Limit |"""
        self.in_band("active power settles within the band", ACTIVE)

    @keyword("The DER Should Follow The Limit In Time")
    def in_time(self) -> None:
        """Ninety per cent of each step within 30 s. Example: | The DER Should Follow The Limit In Time |"""
        self.in_band("90 % of each step within the response time", ON_THE_WAY)

    @keyword("The DER Should Give Up The Limit By Itself")
    def reverts(self) -> None:
        """When its time is over. Example: | The DER Should Give Up The Limit By Itself |"""
        self.in_band("the limit is gone after the reversion time", REVERTED)

    @keyword("The DER Should Refuse And Go On")
    def refuses(self) -> None:
        """Each with a reason, and nothing changes. Example: | The DER Should Refuse And Go On |"""
        self.check("each is refused with a reason", "always", REFUSED)
        self.in_band("the limit in force goes on", UNMOVED)
