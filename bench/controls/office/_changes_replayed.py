"""I-H1 on rows that write or notify: a recorded message changes nothing when it comes again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.office import LINK, OfficeAccess
from bench.controls.attempts import attempt
from bench.controls.office._changes import (
    NO_NONCE,
    Session,
    change_of,
    hand_in,
    record_good,
    record_no_effect,
)
from bench.controls.office._clock import clock_setter, shift_clock
from bench.controls.office._log import ACCEPTED, NO_READER, entries_in_time, log_reader, newest_number
from bench.controls.office._messages import captured, message_of, reversed_direction
from bench.controls.office._power import SHORT_CUT_S, power_cycle
from bench.controls.office._row import by_customer, sender_session
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.cim.portal import PortalClient

if TYPE_CHECKING:
    from bench.controls.trial import Trial

REPLAYED = "a replayed message was answered as accepted"
REPLAY_EFFECT = "a replayed message took effect"
LOGGED = "the replay was logged"
GOOD = "a fresh message took effect"

_MARGIN_S = 10.0


async def replayed(trial: Trial) -> None:
    """A recorded message, in every variant, after what it changed was taken back."""
    replay = _Replay(trial)
    await replay.record()
    if by_customer(trial):
        record_absent(trial, "replay while the token lives", NO_NONCE)
        await replay.after_sign_out()
    else:
        await replay.while_fresh()
        await replay.after_clock_set_back()
        await replay.after_restart()
        await replay.held_back()
    await record_good(trial, GOOD)


class _Replay:
    """The replays of one trial."""

    def __init__(self, trial: Trial) -> None:
        self.trial, self.change = trial, change_of(trial)
        self.access = self.change.access
        self.count = trial.bound("n_rep").count
        self.message, self.answer = b"", b""
        self.at = 0.0

    async def record(self) -> None:
        """The message as it goes over the line once; then a scene in which it would show if it counted again."""
        await self.change.prepare()
        async with sender_session(self.trial) as session:
            self.at = self.trial.clock.now()
            _, self.message, self.answer = await captured(session.client, lambda: self.change.send(session))
            if isinstance(session, PortalClient):
                await session.sign_out()
        await self._new_scene()

    async def _new_scene(self) -> None:
        await self.change.restore()
        await self.change.prepare()

    async def while_fresh(self) -> None:
        """Same connection after a good message, new connection, the system's own answer, other systems."""
        reader = log_reader(self.access)
        before = await newest_number(self.access, reader) if reader is not None else 0
        async with sender_session(self.trial) as office:
            await office.client.get("/health")
            await self._replay(office, "same connection")
            await self._send(office, reversed_direction(self.answer), "the system's own answer sent to it")
        async with sender_session(self.trial) as office:
            await self._replay(office, "new connection")
        record_absent(self.trial, "nonce = last - 1000", "nonces are no counter, and such a message is no longer fresh")
        await self._to_others()
        await self._look_for_entry(reader, before)
        await record_no_effect(self.trial, REPLAY_EFFECT, "replays of a fresh message")

    async def _to_others(self) -> None:
        sender = self.change.sender
        seats = [
            seat.name
            for seat in self.trial.station.lab.seats.values()
            if seat.name != self.access.seat and seat.speaks(LINK)
        ]
        others = [OfficeAccess(self.trial.station, seat) for seat in seats]
        known = [other for other in others if other.has_secret(sender)]
        if not known:
            record_absent(self.trial, "replay to a second unit", "no other system on the station knows the sender")
        for other in known:
            async with other.session(sender) as office:
                await self._replay(office, f"at {other.seat}")

    async def after_clock_set_back(self) -> None:
        """When the message is no longer fresh, the clock goes back to where it was."""
        setter = clock_setter(self.access)
        if setter is None:
            record_absent(self.trial, "after the clock was set back", "no party that may set it is declared")
            return
        await self.trial.station.advance(self.trial.bound("t_fresh").number + _MARGIN_S)
        offset = await shift_clock(self.access, setter, self.at - self.trial.clock.now())
        async with sender_session(self.trial) as office:
            await self._replay(office, f"clock set back by {-offset:.0f} s")
        await shift_clock(self.access, setter, 0.0)
        await record_no_effect(self.trial, REPLAY_EFFECT, "replays with the clock set back")

    async def after_restart(self) -> None:
        """The power is cut after a message was taken, which comes again while it is fresh."""
        await self.record()
        if not await power_cycle(self.trial, self.access):
            self.trial.record.could_not_look(REPLAYED, f"no answer any more after {SHORT_CUT_S:g} s without power")
            return
        async with sender_session(self.trial) as office:
            await self._replay(office, "after a power cut")
        await record_no_effect(self.trial, REPLAY_EFFECT, "replays after a power cut")

    async def held_back(self) -> None:
        """Messages that the system has not seen yet, delivered after ``t_fresh``."""
        late = self.trial.bound("t_fresh").number + _MARGIN_S
        async with sender_session(self.trial) as office:
            held = await self.change.request(office)
            await office.client.get("/health")
            await self.trial.station.advance(late)
            await self._send(office, held, "held back, same connection")
            held = await self.change.request(office)
        await self.trial.station.advance(late)
        async with sender_session(self.trial) as office:
            await self._send(office, held, "held back, new connection")
        record_absent(self.trial, "held back, pre-established association", "HTTPS has none")
        await record_no_effect(self.trial, REPLAY_EFFECT, "messages that were held back")

    async def after_sign_out(self) -> None:
        """At a portal: the message as it was, when its token has been given back."""
        async with sender_session(self.trial) as session:
            assert isinstance(session, PortalClient)
            held = await self.change.request(session)
            await session.sign_out()
            await self._send(session, held, "held back, the token given back since")
        async with sender_session(self.trial) as session:
            await self._replay(session, "with the token of a session that is over")
        await record_no_effect(self.trial, REPLAY_EFFECT, "replays after signing out")

    async def _replay(self, session: Session, what: str) -> None:
        for number in range(self.count):
            await self._send(session, self.message, f"{what}, replay {number + 1}")

    async def _send(self, session: Session, message: bytes, what: str) -> None:
        tried = await attempt(hand_in(session, message))
        capture = self.trial.record.capture(message, ".http")
        self.trial.record.observe(REPLAYED, tried.accepted, what=what, answer=tried.text, captures=[capture])

    async def _look_for_entry(self, reader: str | None, before: int) -> None:
        if reader is None:
            self.trial.record.could_not_look(LOGGED, NO_READER)
            return
        message_id = message_of(self.message).header.message_id
        found, waited = await entries_in_time(
            self.trial,
            self.access,
            reader,
            before,
            lambda entry: entry.message == message_id and entry.result != ACCEPTED,
        )
        self.trial.record.observe(LOGGED, bool(found), what=f"{len(found)} entries", waited_s=waited)


def checks_of_replayed(trial: Trial) -> Sequence[Check]:
    found = [
        Check("no replayed message is accepted", "never", REPLAYED),
        Check("no replayed message has an effect", "never", REPLAY_EFFECT),
        Check("a fresh message has its effect", "always", GOOD),
    ]
    if not by_customer(trial):
        found.append(Check("a replay is logged", "always", LOGGED))
    return found
