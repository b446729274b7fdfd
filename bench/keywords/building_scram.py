"""Keywords of 4.2.2: a scram reaches every appliance of a building while the links on its way are flooded.

The witness is one power analyser before the building: as each appliance goes off, the sum falls by one more step.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cached_property

from robot.api.deco import keyword, library

from bench.exchanges.witness import Wiring
from bench.judgement.observation import Json
from bench.keywords.home_loads import HomeLoads
from drivers.cim.credentials import Credential
from drivers.cim.errors import OfficeError
from drivers.cim.raw import RawConnection, raw_request
from drivers.cim.signals import Path, Signal, SignalKind
from drivers.scpi.power import PowerLog
from drivers.sep2.tls import CLIENT_TLS

TIME, OFF = "time from the command to the power of an appliance", "appliances that were off"
CURVE, SUM = "power of the building from the command on", "power of the building"
BACK = "power of the building after the release"
_HEADEND = "AMI Headend"
_DURATION_S = 3600
_STEP_S, _POUR_EVERY = 2.0, 3
_HELD, _ANSWER_S = 6, 0.05
_RANDOM_BYTES = 64
_WARM_UP_S, _LOOK_S = 2400.0, 300.0
_GUARD_S = 7200.0
_BROKEN_OFF = b"GET /dcap HTTP/1.1\r\nHost: x"
_WRONG_LENGTH = b"POST /rsps/1/rsp HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n"


@library(scope="TEST", auto_keywords=False)
class BuildingScram(HomeLoads):
    """Scrams a building with many appliances."""

    @cached_property
    def _random(self) -> random.Random:
        return random.Random(self.row.id)

    @property
    def number(self) -> int:
        """How many appliances the building has (PIXIT ``x_building``)."""
        return int(self.lms.pixit("x_building")["number"])

    @property
    def each_w(self) -> float:
        """What one of them draws while it runs."""
        return float(self.lms.pixit("x_building")["rated_w"])

    @property
    def bound_s(self) -> float:
        """t_act of the row, and what the hops on the way are declared to take until they ask for news."""
        polls_s = self.gateway.poll_s + float(self.gateway.pixit("home_poll_s", 0.0))
        return self.bound("t_act") + polls_s

    @keyword("Scram The Building While The Links Are Flooded")
    def scram(self) -> None:
        """At random moments, every appliance in use. Example: | Scram The Building While The Links Are Flooded |"""
        self.run(self._scram(), _GUARD_S)

    async def _scram(self) -> None:
        home, flats = self.building
        await self.station.box.do(flats, "use", on=True)
        rounds = self.session.catalogue.bound("n_emergency", None, profile=self.session.request.profile).count
        for turn in range(1, rounds + 1):
            await self._all_run(flats)
            await self.wait(self._random.random() * self.gateway.poll_s)
            await self._one(home, flats, f"scram {turn}")

    async def _all_run(self, flats: str) -> None:
        waited_s = 0.0
        while await self.power_w(flats) < (self.number - 0.5) * self.each_w and waited_s < _WARM_UP_S:
            await self.wait(_LOOK_S)
            waited_s += _LOOK_S

    async def _one(self, home: str, flats: str, what: str) -> None:
        analyser = await Wiring(self.station, flats).analyser()
        signal = Signal(kind=SignalKind.SCRAM, homes=(home,), duration=_DURATION_S, path=Path.HEADEND)
        before_w = await self.power_w(flats)
        self.recorder.observe(SUM, before_w / self.each_w, what=f"before {what}", seen_w=before_w)
        await analyser.start_power_log()
        async with self._flooded(home) as pour:
            commanded = self.clock.now()
            async with self.given(signal):
                step = 0
                while self.clock.now() < commanded + self.bound_s:
                    if step % _POUR_EVERY == 0:
                        await pour()
                    step += 1
                    await self.wait(_STEP_S)
                    if await self.power_w(flats) < 0.5 * self.each_w:
                        break
                self._record(await analyser.power_log(), commanded, what)
        released = self.clock.now()
        await self.watched((flats,), self._back_s, lambda powers: powers[flats] > (self.number - 0.5) * self.each_w)
        back_w = await self.power_w(flats)
        self.recorder.observe(BACK, back_w / self.each_w, what=what, seen_w=back_w, after_s=self.clock.now() - released)

    @property
    def _back_s(self) -> float:
        dwell_s = float(self.home.pixit("dwell_s", 0.0))
        return self.bound_s + 2.0 * dwell_s + float(self.lms.pixit("x_building").get("window_s", 0.0))

    def _record(self, log: PowerLog, commanded: float, what: str) -> None:
        """One time for each step of the sum; who never went off has none, and is counted as missing."""
        times: list[float] = []
        for still_on in range(self.number - 1, -1, -1):
            limit_w = (still_on + 0.5) * self.each_w
            at = log.first_time(lambda point, limit_w=limit_w: point.total_w < limit_w, commanded)  # type: ignore[misc]
            if at is not None:
                times.append(at - commanded)
        for number, seconds in enumerate(times, 1):
            self.recorder.observe(
                TIME,
                seconds,
                unit="s",
                standard_uncertainty=log.time_uncertainty_s,
                what=f"{what}, appliance {number}",
                source="power analyser",
            )
        self.recorder.observe(OFF, len(times), what=what)
        curve: list[Json] = [[seconds, power_kw] for seconds, power_kw in self._curve(log, commanded)]
        self.recorder.observe(CURVE, curve, unit="kW", what=what, plot=f"{CURVE}: {what}", x="s")

    def _curve(self, log: PowerLog, since: float) -> list[list[float]]:
        """Steps of the sum: s after ``since`` and kW, before and behind each step."""
        curve: list[list[float]] = []
        for point in log.points:
            seconds, power_kw = point.at - since, point.total_w / 1000.0
            if curve and abs(power_kw - curve[-1][1]) > 0.5 * self.each_w / 1000.0:
                curve.append([seconds, curve[-1][1]])
                curve.append([seconds, power_kw])
            elif not curve:
                curve.append([seconds, power_kw])
        return [*curve, [log.points[-1].at - since, curve[-1][1]]] if curve else []

    # -- the flood ---------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _flooded(self, home: str) -> AsyncIterator[Pour]:
        """Connections that are only held at the servers on the way, and hostile requests whenever asked."""
        urls = [self.station.endpoint(self.seat_of(_HEADEND), "homes").url, self.station.endpoint(home, "han").url]
        stranger = self.gateway.credential("stranger")
        async with AsyncExitStack() as held:
            for url in urls:
                for _ in range(_HELD):
                    await held.enter_async_context(RawConnection(url))
            yield Pour(urls, stranger, self._random)

    @keyword("Every Appliance Should Have Gone Off In Time")
    def all_off(self) -> None:
        """By the witness. Example: | Every Appliance Should Have Gone Off In Time |"""
        limit = self.bound_s
        self.check("all of them ran before", "at_least", SUM, limit=self.number - 0.5)
        self.check("every appliance goes off", "equals", OFF, expected=self.number)
        self.check("half of them within t_act and the declared polls", "p50_at_most", TIME, limit=limit)
        self.check("99 % of them within t_act and the declared polls", "p99_at_most", TIME, limit=limit)
        self.check("none later", "at_most", TIME, limit=limit)
        self.check("all come back after the release", "at_least", BACK, limit=self.number - 0.5)


class Pour:
    """Hostile requests at each of ``urls``, all at once."""

    def __init__(self, urls: Sequence[str], stranger: Credential, generator: random.Random) -> None:
        self._urls = urls
        self._stranger = stranger
        self._random = generator

    async def __call__(self) -> None:
        """Once each."""
        junk = (self._random.randbytes(_RANDOM_BYTES), _BROKEN_OFF, _WRONG_LENGTH)
        await asyncio.gather(*(self._one(url, data) for url in self._urls for data in junk))

    async def _one(self, url: str, data: bytes) -> None:
        try:
            await raw_request(url, data, self._stranger, CLIENT_TLS, _ANSWER_S)
        except OfficeError:
            return
