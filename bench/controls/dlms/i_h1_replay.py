"""I-H1 on DLMS: a recorded command is refused, whenever, wherever and under whichever old counter it comes again."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.controls.attempts import Attempt, attempt, record_effect
from bench.controls.base import Probe
from bench.controls.dlms._forged import send_forged
from bench.controls.dlms._row import exchange_of
from bench.controls.trial import Trial
from bench.exchanges.dlms_exchange import DlmsExchange
from bench.judgement.check import Check
from drivers.dlms.client import DlmsClient
from drivers.dlms.security import CounterKey, InvocationCounters
from drivers.transport.base import TransportError
from drivers.transport.tap import Direction

ACCEPTED = "a replayed command was answered as accepted"
EFFECT = "a replayed command took effect"
LEGITIMATE = "the legitimate command with a fresh counter takes effect"
PUSH = "push"

_ANSWER_S = 3.0
_HELD_MARGIN_S = 10.0
_BACK_S = 3600.0
_SESSION_COUNTERS = 8
"""Counters that a recorded session used before its command: AARQ, pass 3, and some."""


async def stimulus(trial: Trial) -> None:
    """Record the row's command, then play it again in every variant, ``n_rep`` times each."""
    exchange = exchange_of(trial)
    replay = _Replay(trial, exchange)
    await replay.record()
    await replay.in_new_session()
    await replay.in_recorded_session("with the recorded session's counters")
    await replay.after_power_cycle()
    await replay.to_second_unit()
    await replay.after_clock_set_back()
    await replay.held_back()
    await exchange.restore()


class _Replay:
    """The recording and its replays."""

    def __init__(self, trial: Trial, exchange: DlmsExchange) -> None:
        self.trial, self.exchange, self.access = trial, exchange, exchange.access
        self.count = trial.bound("n_rep").count
        self.frame = b""
        self.answer = b""
        self.counter = 0

    async def record(self) -> None:
        """The legitimate command under capture, then variants (a), (d) and (f) in the same session."""
        await self.exchange.prepare()
        async with self.access.session(MANAGEMENT, response_timeout_s=_ANSWER_S) as client:
            with client.taps["ciphered"].capturing() as seen:
                await self.exchange.perform(client)
            self.frame = next(one.data for one in seen if one.direction is Direction.OUT)
            self.answer = next(one.data for one in seen if one.direction is Direction.IN)
            self.counter = client.counters.sending[CounterKey.UNICAST] - 1
            for number in range(self.count):
                await self._send(client, self.frame, f"same session, replay {number + 1}")
            for step in (0, 1, 1000):
                old = client.protect(self.exchange.request(), counter=max(0, self.counter - step))
                await self._send(client, old, f"counter = last - {step}")
            await self._send(client, self.answer, "the meter's own answer, reversed direction")
        await record_effect(self.trial, self.exchange, LEGITIMATE, "before the replays")

    async def in_new_session(self) -> None:
        """Variant (b): another session of the same client."""
        await self._again()
        async with self.access.session(MANAGEMENT, response_timeout_s=_ANSWER_S) as client:
            for number in range(self.count):
                await self._send(client, self.frame, f"new session, replay {number + 1}")
        await record_effect(self.trial, self.exchange, EFFECT, "new session")

    async def in_recorded_session(self, what: str) -> None:
        """A session under the counters of the recorded one, and the recorded command in it."""
        await self._again()
        counters = InvocationCounters({CounterKey.UNICAST: max(0, self.counter - _SESSION_COUNTERS)})
        client = self.access.new_client(MANAGEMENT, counters=counters, response_timeout_s=_ANSWER_S)
        try:
            opened = await attempt(client.associate())
            if opened.accepted:
                for number in range(self.count):
                    await self._send(client, self.frame, f"{what}, replay {number + 1}")
            else:
                self._note(opened, f"{what}: association")
        finally:
            await client.abort()
        await record_effect(self.trial, self.exchange, EFFECT, what)

    async def after_power_cycle(self) -> None:
        """Variant (c)."""
        await self._again()
        await self.trial.station.power(self.trial.seat, False)
        await self.trial.station.advance(_HELD_MARGIN_S)
        await self.trial.station.power(self.trial.seat, True)
        counters = InvocationCounters({CounterKey.UNICAST: max(0, self.counter - _SESSION_COUNTERS)})
        await self._wait_for_boot()
        client = self.access.new_client(MANAGEMENT, counters=counters, response_timeout_s=_ANSWER_S)
        try:
            opened = await attempt(client.associate())
            self._note(
                opened if not opened.accepted else Attempt(opened.outcome, "old counters accepted"), "power cycle"
            )
            if opened.accepted:
                for number in range(self.count):
                    await self._send(client, self.frame, f"after a power cycle, replay {number + 1}")
        finally:
            await client.abort()
        await record_effect(self.trial, self.exchange, EFFECT, "after a power cycle")

    async def to_second_unit(self) -> None:
        """Variant (e): the frame of one meter at another."""
        for seat in self.trial.station.lab.seats.values():
            if seat.name == self.trial.seat or seat.actor != self.trial.station.lab.seat(self.trial.seat).actor:
                continue
            other = DlmsAccess(self.trial.station, seat.name)
            async with other.session(MANAGEMENT, response_timeout_s=_ANSWER_S) as client:
                for number in range(self.count):
                    await self._send(client, self.frame, f"second unit {seat.name}, replay {number + 1}")
            return
        self.trial.record.could_not_look(ACCEPTED, "there is no second unit on the station")

    async def after_clock_set_back(self) -> None:
        """Variant (g)."""
        await self._again()
        async with self.access.session(MANAGEMENT) as client:
            meter = self.access.meter(client)
            await attempt(meter.set_clock(self.trial.clock.now() - _BACK_S))
        async with self.access.session(MANAGEMENT, response_timeout_s=_ANSWER_S) as client:
            for number in range(self.count):
                await self._send(client, self.frame, f"after the clock was set back, replay {number + 1}")
        await record_effect(self.trial, self.exchange, EFFECT, "after the clock was set back")
        async with self.access.session(MANAGEMENT) as client:
            await attempt(self.access.meter(client).set_clock(self.trial.clock.now()))

    async def held_back(self) -> None:
        """Variant (h): a frame that the meter has never seen, delivered after ``t_fresh``."""
        late = self.trial.bound("t_fresh").number + _HELD_MARGIN_S
        for place in ("in session", "after the session", "on the pre-established association"):
            await self._again()
            client = self.access.new_client(MANAGEMENT, response_timeout_s=_ANSWER_S)
            try:
                await client.associate()
                held = client.protect(self.exchange.request())
                if place == "in session":
                    await self.trial.station.advance(late)
                    await self._send(client, held, f"held back, {place}")
            finally:
                await client.abort()  # the line is cut: no newer counter reaches the meter
            if place != "in session":
                await self.trial.station.advance(late)
                await self._deliver(held, place)
            await record_effect(self.trial, self.exchange, EFFECT, f"held back, {place}")
        await self._again()
        await self.exchange.perform()
        await record_effect(self.trial, self.exchange, LEGITIMATE, "after all replays")

    async def _deliver(self, held: bytes, place: str) -> None:
        """A held-back frame on a fresh link: without an association, or on the pre-established one."""
        role = MANAGEMENT if place == "after the session" else PUSH
        if role not in self.access.clients:
            return
        client = self.access.new_client(role, response_timeout_s=_ANSWER_S)
        try:
            await client.link.open()
            await self._send(client, held, f"held back, {place}")
        except TransportError as error:
            self._note(await attempt(_raise(error)), f"held back, {place}")
        finally:
            await client.abort()

    async def _again(self) -> None:
        """The scene as it was before the command."""
        await self.exchange.restore()
        await self.exchange.prepare()

    async def _wait_for_boot(self) -> None:
        """Let the declared boot time pass, without spending any of the management client's counters."""
        await self.trial.station.advance(float(self.access.pixit("boot_s", 10.0)) + 1.0)

    async def _send(self, client: DlmsClient, frame: bytes, what: str) -> None:
        self._note(await send_forged(client, frame), what, frame)

    def _note(self, tried: Attempt, what: str, frame: bytes = b"") -> None:
        captures = [self.trial.record.capture(frame, ".apdu")] if frame else []
        self.trial.record.observe(
            ACCEPTED, tried.accepted, what=what, answer=tried.text, layer="ciphered", captures=captures
        )


async def _raise(error: Exception) -> None:
    raise error


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the command itself works", "always", LEGITIMATE),
        Check("no replayed command is accepted", "never", ACCEPTED),
        Check("no replayed command has an effect", "never", EFFECT),
    ]


PROBE = Probe("I-H1", "dlms", stimulus, checks)
