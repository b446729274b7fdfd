"""I-H1 on office systems: a recorded order is refused, whenever and wherever it comes again.

What is recorded is an order for a time to come, which is then cancelled: whatever happens at that time comes from a
replay. So replays within the time for which a message is fresh show their effect without a second operation of the
switch, for which its dwell would be too long.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.access.office import LINK, OfficeAccess
from bench.controls.attempts import attempt, record_effect
from bench.controls.base import Probe
from bench.controls.office._changes import is_order
from bench.controls.office._changes_replayed import checks_of_replayed, replayed
from bench.controls.office._clock import clock_setter, shift_clock
from bench.controls.office._log import ACCEPTED, NO_READER, entries_in_time, log_reader, newest_number
from bench.controls.office._messages import captured, deliver, message_of, reversed_direction
from bench.controls.office._orders import control_of, give, order_of
from bench.controls.office._power import SHORT_CUT_S, power_cycle
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.cim.client import OfficeClient
from drivers.cim.office import CimOffice

if TYPE_CHECKING:
    from bench.controls.trial import Trial

REPLAYED = "a replayed order was answered as accepted"
EFFECT = "a replayed order took effect"
TAKEN = "the order itself was taken"
GOOD = "an order with a fresh nonce took effect after the replays"
LOGGED = "the replay was logged"

_LATER_S = 120.0
_VALID_S = 10.0
_MARGIN_S = 10.0
_RECORDED = 2


@dataclass(frozen=True)
class Recording:
    """An order as it went over the line, the system's answer, and the number that the order got."""

    message: bytes
    answer: bytes
    order: str
    start: float


async def stimulus(trial: Trial) -> None:
    if not is_order(trial):
        await replayed(trial)
        return
    exchange = order_of(trial)
    await exchange.prepare()
    replay = _Replay(trial)
    recorded = await replay.while_fresh()
    await replay.after_clock_set_back(recorded)
    await replay.after_restart()
    await replay.held_back()
    await record_effect(trial, exchange, GOOD, "after all replays", await attempt(exchange.perform()))
    await exchange.restore()


class _Replay:
    """The replays of one trial."""

    def __init__(self, trial: Trial) -> None:
        self.trial, self.exchange = trial, order_of(trial)
        self.access = self.exchange.access
        self.count = trial.bound("n_rep").count

    async def while_fresh(self) -> Recording:
        """Variants (a), (b), (d), (e) and (f), all while the messages are as fresh as the bench can be."""
        reader = log_reader(self.access)
        before = await newest_number(self.access, reader) if reader is not None else 0
        async with self._session() as office:
            recordings = [await self._record(office) for _ in range(_RECORDED)]
            await office.cancel([recording.order for recording in recordings])
            last = recordings[-1]
            await self._replay(office.client, last.message, "same connection")
            for age, recording in enumerate(reversed(recordings)):
                await self._send(office.client, recording.message, f"nonce = last - {age}")
            await self._send(office.client, reversed_direction(last.answer), "the system's own answer sent to it")
        async with self._session() as office:
            await self._replay(office.client, last.message, "new connection")
        record_absent(self.trial, "nonce = last - 1000", "nonces are no counter, and such a message is no longer fresh")
        await self._to_others(last.message)
        await self._look_for_entry(reader, before, last.message)
        await self._nothing_at(last.start, "replays of a fresh message")
        return last

    async def _to_others(self, message: bytes) -> None:
        """Variant (e): the message at other systems that know its sender."""
        others = [
            seat.name
            for seat in self.trial.station.lab.seats.values()
            if seat.name != self.access.seat
            and seat.speaks(LINK)
            and OfficeAccess(self.trial.station, seat.name).has_secret(self.exchange.sender)
        ]
        if not others:
            record_absent(self.trial, "replay to a second unit", "no other system on the station knows the sender")
        for seat in others:
            async with OfficeAccess(self.trial.station, seat).session(self.exchange.sender) as office:
                await self._replay(office.client, message, f"at {seat}")

    async def after_clock_set_back(self, recorded: Recording) -> None:
        """Variant (g): when the message is no longer fresh, the clock goes back to where it was."""
        setter = clock_setter(self.access)
        if setter is None:
            record_absent(self.trial, "after the clock was set back", "no party that may set it is declared")
            return
        back_s = self.trial.clock.now() - recorded.start + _LATER_S
        offset = await shift_clock(self.access, setter, -back_s)
        async with self._session() as office:
            await self._replay(office.client, recorded.message, f"clock set back by {-offset:.0f} s")
        await shift_clock(self.access, setter, 0.0)

    async def after_restart(self) -> None:
        """Variant (c): the power is cut after the order was taken, and the message comes again while it is fresh."""
        async with self._session() as office:
            recorded = await self._record(office)
        if not await power_cycle(self.trial, self.access):
            self.trial.record.could_not_look(REPLAYED, f"no answer any more after {SHORT_CUT_S:g} s without power")
            return
        async with self._session() as office:
            await office.cancel((recorded.order,))
            await self._replay(office.client, recorded.message, "after a power cut")
        await self._nothing_at(recorded.start, "replays after a power cut")

    async def held_back(self) -> None:
        """Variant (h): a message that the system has not seen yet is delivered after ``t_fresh``."""
        late = self.trial.bound("t_fresh").number + _MARGIN_S
        async with self._session() as office:
            held = await self.exchange.request(office)
            await office.health()
            await self.trial.station.advance(late)
            await self._send(office.client, held, "held back, same connection")
        async with self._session() as office:
            held = await self.exchange.request(office)
        await self.trial.station.advance(late)
        async with self._session() as office:
            await self._send(office.client, held, "held back, new connection")
        record_absent(self.trial, "held back, pre-established association", "HTTPS has none")
        await record_effect(self.trial, self.exchange, EFFECT, "orders that were held back")

    # -- inside --------------------------------------------------------------------------------------------------------

    def _session(self) -> AbstractAsyncContextManager[CimOffice]:
        return self.access.session(self.exchange.sender)

    async def _record(self, office: CimOffice) -> Recording:
        """Give the row's order for later, and keep what went over the line."""
        control = control_of(self.trial, after_s=_LATER_S, until_s=_LATER_S + _VALID_S)
        start = self.trial.clock.now() + _LATER_S
        status, message, answer = await captured(office.client, lambda: give(office, control))
        self.trial.record.observe(TAKEN, True, what=f"order {status.order}")
        return Recording(message, answer, status.order, start)

    async def _replay(self, client: OfficeClient, message: bytes, what: str) -> None:
        for number in range(self.count):
            await self._send(client, message, f"{what}, replay {number + 1}")

    async def _send(self, client: OfficeClient, message: bytes, what: str) -> None:
        tried = await attempt(deliver(client, message))
        capture = self.trial.record.capture(message, ".http")
        self.trial.record.observe(
            REPLAYED, tried.accepted, what=what, answer=tried.text, layer="message", captures=[capture]
        )

    async def _nothing_at(self, start: float, what: str) -> None:
        """At the time of the order that was cancelled nothing may happen."""
        await self.trial.station.advance(max(0.0, start - self.trial.clock.now()))
        if await record_effect(self.trial, self.exchange, EFFECT, what):
            await self.exchange.prepare()

    async def _look_for_entry(self, reader: str | None, before: int, message: bytes) -> None:
        """An entry about the message that does not say that it was taken."""
        if reader is None:
            self.trial.record.could_not_look(LOGGED, NO_READER)
            return
        message_id = message_of(message).header.message_id
        found, waited = await entries_in_time(
            self.trial,
            self.access,
            reader,
            before,
            lambda entry: entry.message == message_id and entry.result != ACCEPTED,
        )
        results = ", ".join(sorted({entry.result for entry in found}))
        self.trial.record.observe(LOGGED, bool(found), what=results or "no entry", waited_s=waited)


def checks(trial: Trial) -> Sequence[Check]:
    if not is_order(trial):
        return checks_of_replayed(trial)
    return [
        Check("the order itself is taken", "always", TAKEN),
        Check("no replayed order is accepted", "never", REPLAYED),
        Check("no replayed order has an effect", "never", EFFECT),
        Check("a replay is logged", "always", LOGGED),
        Check("orders with a fresh nonce are carried out", "always", GOOD),
    ]


PROBE = Probe("I-H1", "office_https", stimulus, checks)
