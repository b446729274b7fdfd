"""I-H10 on DLMS: whoever moves the clock moves nothing else.

Somebody who may not sets the clock: a reader, the public client, a forged message. Then its authorised client sets it
ahead and back by seconds, an hour and a year. Steps above the declared limit are refused, or else logged. A disconnect
that was carried out is not carried out again when its time comes a second time, intervals that are closed stay as they
are, and the tariff is in the end what it was.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.dlms._events import declared, logged
from bench.controls.dlms._lines import port_of, without_keys
from bench.controls.dlms._parameters import clock_of
from bench.controls.dlms._row import access_of
from bench.controls.dlms._schedule import cancel, order
from bench.controls.dlms._surface import read_one
from bench.controls.variants import record_absent
from bench.exchanges.switch_scene import SwitchScene
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import DateTime, OctetString
from drivers.dlms.enums import ApplicationContext
from drivers.dlms.obis import Obis

if TYPE_CHECKING:
    from bench.controls.trial import Trial

FORGED = "somebody set the clock who may not"
ERROR = "error of the clock"
LARGE = "a step above the declared limit was refused or logged"
EXECUTED = "an order was carried out at its time"
AGAIN = "an order was carried out again, its time having come a second time"
CHANGED = "closed intervals that a step of the clock changed"
TARIFF = "the tariff in force is that of before the steps"

_TRACES = ("clock_updated", "clock_adjusted_old", "clock_adjusted_new", "clock_set_refused")
_ACTIVE_TARIFF = Attribute(1, Obis("0.0.96.14.0.255"), 2)
_RESOLUTION_S = 0.01
_AHEAD_S, _LATE_S, _BACK_S = 300.0, 30.0, 3600.0
_LOOK_BACK_S = 4 * 3600.0


async def stimulus(trial: Trial) -> None:
    attack = _Attack(trial, access_of(trial))
    before = await attack.tariff()
    await attack.forged()
    await attack.authorised()
    await attack.second_time()
    after = await attack.tariff()
    if _has_tariffs(trial):
        trial.record.observe(TARIFF, after == before and after is not None, what=f"{before!r}, then {after!r}")
    else:
        record_absent(trial, "the tariff in force", "the device file declares no tariff")


def _has_tariffs(trial: Trial) -> bool:
    return bool(access_of(trial).pixit("tariff"))


class _Attack:
    """The steps of one trial."""

    def __init__(self, trial: Trial, access: DlmsAccess) -> None:
        self.trial, self.access = trial, access

    # -- by those who may not ------------------------------------------------------------------------------------------

    async def forged(self) -> None:
        """Each tries each step; the clock is looked at after each of them."""
        for step_s in self._steps():
            async for who, client in self._strangers():
                tried = await attempt(client.set(clock_of(self.access), self._time(step_s)))
                what = f"{who}, by {step_s:+g} s"
                self.trial.record.observe(FORGED, tried.accepted, what=what, answer=tried.text)
            await self._error(f"after forged settings by {step_s:+g} s")

    async def _strangers(self) -> AsyncIterator[tuple[str, DlmsClient]]:
        """Clients that may not set the clock, and its client with a wrong key or with none."""
        for role, table in self.access.clients.items():
            port = port_of(self.access, role)
            if role == MANAGEMENT or port is None or table.pre_established:
                continue
            async with self.access.session(role, port=port) as client:
                yield f"client {role}", client
        identity = self.access.identity(MANAGEMENT)
        if identity.security is None or not identity.ciphered:
            record_absent(self.trial, "a message under a wrong key", "the authorised client ciphers none")
            return
        async with self.access.session(MANAGEMENT, ask=True) as client:
            honest = client.identity
            wrong = replace(client.material or identity.security, authentication_key=os.urandom(16))
            thief = DlmsClient(client.link, replace(honest, security=wrong, pre_established=True), client.counters)
            await thief.associate()
            yield "a wrong authentication key", thief
        client = without_keys(self.access.new_client(MANAGEMENT), self.access.link(self.access.client(MANAGEMENT).sap))
        client.identity = replace(client.identity, context=ApplicationContext.LOGICAL_NAME, response_timeout_s=2.0)
        try:
            await client.associate()
            yield "no association", client
        finally:
            await client.abort()

    # -- by its authorised client --------------------------------------------------------------------------------------

    async def authorised(self) -> None:
        """Each step, and back again."""
        limit = self.access.pixit("clock_step_limit_s")
        for step_s in self._steps():
            began = self.trial.clock.now()
            tried = await self._set(step_s)
            if limit is None:
                self.trial.record.could_not_look(LARGE, "the device file states no clock_step_limit_s")
            elif abs(step_s) > float(limit):
                await self._judge_large(step_s, tried, began)
            if tried.accepted:
                await self._set(0.0)
            await self._error(f"after a step of {step_s:+g} s and back")

    async def _judge_large(self, step_s: float, tried: Attempt, began: float) -> None:
        entries = 0
        if tried.accepted:
            for meaning in _TRACES:
                if declared(self.access, meaning) is not None:
                    entries += len(await logged(self.access, meaning, began - abs(step_s)) or ())
        what = f"{step_s:+g} s"
        good = not tried.accepted or entries > 0
        self.trial.record.observe(LARGE, good, what=what, answer=tried.text, entries=entries)

    async def second_time(self) -> None:
        """An order is carried out, the clock set back over its time, which comes again; the intervals are compared."""
        scene = SwitchScene(self.access)
        await scene.prepare(closed=True)
        when = float(round(self.trial.clock.now() + _AHEAD_S))
        tried = await order(self.access, when, closes=False)
        if not tried.accepted:
            self.trial.record.could_not_look(EXECUTED, f"the meter takes no order for later: {tried.text}")
            return
        await self._until(when + _LATE_S)
        done = await scene.observe(closed=False)
        self._record(EXECUTED, done.happened, "at its time", done.detail)
        await scene.prepare(closed=True)
        since = self.trial.clock.now() - _LOOK_BACK_S
        rows = await self._rows(since)
        tried = await self._set(-_BACK_S)
        if not tried.accepted:
            record_absent(self.trial, f"a time that comes again, {_BACK_S:g} s later", f"refused: {tried.text}")
        await self._until(when + _BACK_S + _LATE_S)
        again = await scene.observe(closed=False)
        self._record(AGAIN, again.happened, f"the clock set back by {_BACK_S:g} s", again.detail)
        await cancel(self.access)
        await self._set(0.0)
        kept = await self._rows(since)
        gone = [f"{row[0]:.0f}" for row in rows if row not in kept]
        self.trial.record.observe(CHANGED, list(gone), what=f"of {len(rows)}")
        await scene.restore()

    # -- inside --------------------------------------------------------------------------------------------------------

    async def tariff(self) -> object:
        """The tariff in force, None where the meter shows none."""
        async with self.access.session(MANAGEMENT, ask=True) as client:
            return (await read_one(client, _ACTIVE_TARIFF)).value

    def _steps(self) -> list[float]:
        sizes = self.trial.bound("clock_steps").value
        assert isinstance(sizes, tuple)
        return [sign * float(size) for size in sizes for sign in (1, -1)]

    def _time(self, ahead_s: float) -> OctetString:
        return OctetString(DateTime.at(self.trial.clock.now() + ahead_s).to_bytes())

    async def _set(self, ahead_s: float) -> Attempt:
        async with self.access.session(MANAGEMENT, ask=True) as client:
            return await attempt(self.access.meter(client).set_clock(self.trial.clock.now() + ahead_s))

    async def _error(self, what: str) -> None:
        async with self.access.session(MANAGEMENT, ask=True) as client:
            asked = self.trial.clock.now()
            shown = (await self.access.meter(client).clock()).at
            at = (asked + self.trial.clock.now()) / 2
        if shown is None:
            self.trial.record.could_not_look(ERROR, f"{what}: the clock names no moment")
            return
        spread = _RESOLUTION_S
        self.trial.record.observe(ERROR, abs(shown - at), what=what, unit="s", standard_uncertainty=spread)

    async def _rows(self, since: float) -> list[tuple[float, str]]:
        """Closed intervals: their ends and all that they hold."""
        async with self.access.session(MANAGEMENT, ask=True) as client:
            found = await self.access.meter(client).load_profile(since, self.trial.clock.now())
        values = [(row.at, f"{row.status} {sorted((n, r.value) for n, r in row.readings.items())}") for row in found]
        return [(at, held) for at, held in values if at is not None]

    async def _until(self, when: float) -> None:
        await self.trial.station.advance(max(0.0, when - self.trial.clock.now()))

    def _record(self, series: str, happened: bool | None, what: str, detail: str) -> None:
        if happened is None:
            self.trial.record.could_not_look(series, f"{what}: {detail}")
        else:
            self.trial.record.observe(series, happened, what=what, detail=detail)


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("nobody sets the clock who may not", "never", FORGED),
        Check("the clock is right after each attempt", "at_most", ERROR, trial.limit("dt_clk", subject="meter_han")),
        Check("a step above the limit is refused or logged", "always", LARGE),
        Check("an order is carried out at its time", "always", EXECUTED),
        Check("it is carried out once", "never", AGAIN),
        Check("closed intervals stay as they are", "empty", CHANGED),
    ]
    if _has_tariffs(trial):
        found.append(Check("the tariff is that of before", "always", TARIFF))
    return found


PROBE = Probe("I-H10", "dlms", stimulus, checks)
