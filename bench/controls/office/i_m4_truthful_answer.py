"""I-M4 on office systems: the business answer says done only when the switch has moved.

The row's order is given once with the relay free and once with it blocked. That the system took the order is no more
than that; what counts is its status, held against the witness each time that it says done.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.office._orders import in_words, order_of, scene_of, status_of, the_one
from bench.controls.office._row import exchange_of
from bench.controls.variants import record_absent
from bench.exchanges.meters import meter_behind, meter_seat
from bench.exchanges.office.give_signal import GiveSignal
from bench.exchanges.office_write import OfficeWrite
from bench.exchanges.switch_scene import SwitchScene
from bench.judgement.check import Check
from drivers.cim.office import CimOffice
from drivers.cim.payloads import OrderStatus
from drivers.cim.vocabulary import OrderState

if TYPE_CHECKING:
    from bench.controls.trial import Trial

ACK_TIME = "time from the order to its acknowledgment"
DONE = "the order was answered as done, the relay being free"
TRUE = "where the answer says done, the witness sees the switch there"
OUTPUT = "the answer's output state is where the witness sees the contact"
EFFECT_TIME = "time from the order to its effect at the witness"
ENDED = "the order was answered as failed or pending, the relay being blocked"
TRUTH_TIME = "time from the order to the answer that it failed or is pending, the relay being blocked"

FREE, BLOCKED = "relay free", "relay blocked"
_NOT_DONE = frozenset({OrderState.FAILED, OrderState.PENDING, OrderState.REFUSED})
_LOOK_EVERY_S = 1.0
_BOOT_S = 60.0
_ANSWERED_S = 60.0
"""From a signal to what a home says of it."""


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    if isinstance(exchange, OfficeWrite):
        await _setting(trial, exchange)
        return
    await _orders(trial)


async def _setting(trial: Trial, exchange: OfficeWrite) -> None:
    """A command that sets something: carried out, and while what it is about cannot follow."""
    record, has_meter = trial.record, meter_behind(trial.station) is not None
    scene = scene_of(trial) if has_meter else None
    if scene is not None:
        await scene.prepare(closed=True)
    await exchange.prepare()
    given = trial.clock.now()
    tried = await attempt(exchange.perform())
    record.observe_duration(ACK_TIME, trial.clock.now() - given, what=FREE)
    effect = await exchange.observe()
    record.observe(DONE, tried.accepted, what=tried.text)
    if effect.happened is None:
        record.could_not_look(TRUE, effect.detail)
    else:
        record.observe(TRUE, effect.happened is tried.accepted, what=FREE, source=effect.shown_by, said=tried.text)
        record.observe_duration(EFFECT_TIME, trial.clock.now() - given, what=FREE)
    if exchange.for_a_meter and scene is not None:
        await _held_against(trial, scene, tried)
    await exchange.restore()
    if scene is None:
        await _blocked_home(trial, exchange)
        return
    async with _without_supply(trial):
        given = trial.clock.now()
        tried = await attempt(exchange.perform())
        done = tried.accepted and exchange.says_done(tried.value)
        record.observe(ENDED, not done, what=f"the meter has no supply: {tried.text}")
        record.observe_duration(TRUTH_TIME, trial.clock.now() - given, what=tried.text)
    await trial.station.advance(float(scene.access.pixit("boot_s", _BOOT_S)) + _LOOK_EVERY_S)
    await exchange.restore()
    await scene.restore()


@asynccontextmanager
async def _without_supply(trial: Trial) -> AsyncIterator[None]:
    """The meter's, meanwhile."""
    seat, box = meter_seat(trial.station), trial.station.box
    await box.do(seat, "mains", on=False)
    try:
        yield
    finally:
        await box.do(seat, "mains", on=True)


async def _blocked_home(trial: Trial, exchange: OfficeWrite) -> None:
    """No meter is behind the system: nothing moves what the home controls."""
    if not isinstance(exchange, GiveSignal) or not await exchange.block(True):
        record_absent(trial, "what cannot follow", "the station has neither a meter nor a home that could be blocked")
        return
    record, given = trial.record, trial.clock.now()
    try:
        tried = await attempt(exchange.give_to_blocked())
        done = tried.accepted and exchange.says_done(tried.value)
        record.observe(ENDED, not done, what=f"the home is blocked: {tried.text}")
        record.observe_duration(TRUTH_TIME, trial.clock.now() - given, what=tried.text)
        await trial.station.advance(_ANSWERED_S)
        record.observe(ENDED, not await exchange.said_done(), what=f"{_ANSWERED_S:g} s later")
    finally:
        await exchange.block(False)
        await exchange.bring_back()


async def _held_against(trial: Trial, scene: SwitchScene, tried: Attempt) -> None:
    """What the answer says of the switch, against the witness."""
    contact = await scene.look()
    states = [one.output_state for one in tried.value or () if hasattr(one, "output_state")] if tried.accepted else []
    if contact.closed is None or not states:
        trial.record.could_not_look(OUTPUT, contact.detail if states else "the answer says nothing of the switch")
        return
    for state in states:
        trial.record.observe(OUTPUT, state is contact.closed, source=contact.shown_by, detail=contact.detail)


async def _orders(trial: Trial) -> None:
    exchange, seat = order_of(trial), meter_seat(trial.station)
    await exchange.prepare()
    await _order(trial, FREE)
    await exchange.prepare()
    await trial.station.box.do(seat, "stuck_relay", stuck=True)
    try:
        await _order(trial, BLOCKED)
    finally:
        await trial.station.box.do(seat, "stuck_relay", stuck=False)
    # A command that the relay did not follow may count for the dwell all the same, though no witness saw it move.
    await trial.station.advance(exchange.scene.dwell_s)
    await exchange.restore()


async def _order(trial: Trial, what: str) -> None:
    """Give the order and follow its answer and the witness for ``t_ack`` and ``t_act``."""
    exchange = order_of(trial)
    async with exchange.access.session(exchange.sender) as office:
        given = trial.clock.now()
        taken = the_one(await exchange.perform(office))
        trial.record.observe_duration(ACK_TIME, trial.clock.now() - given, what=what)
        window = trial.bound("t_ack").number + trial.bound("t_act").number
        answer, moved_at = await _follow(trial, office, taken, given + window)
    answered_at = trial.clock.now()
    there = await _hold_against_witness(trial, what, answer)
    if what == FREE:
        trial.record.observe(DONE, answer.state is OrderState.DONE, what=in_words(answer))
        moved_at = trial.clock.now() if moved_at is None and there else moved_at
        if moved_at is not None:
            trial.record.observe_duration(EFFECT_TIME, moved_at - given, what=what)
    else:
        trial.record.observe(ENDED, answer.state in _NOT_DONE, what=in_words(answer))
        trial.record.observe_duration(TRUTH_TIME, answered_at - given, what=in_words(answer))


async def _follow(
    trial: Trial, office: CimOffice, status: OrderStatus, deadline: float
) -> tuple[OrderStatus, float | None]:
    """The first answer that says done, failed or pending, or the last one; and when the witness saw the switch move."""
    exchange = order_of(trial)
    moved_at: float | None = None
    while True:
        contact = await exchange.scene.look()
        if moved_at is None and contact.closed is exchange.closes:
            moved_at = trial.clock.now()
        tried = await attempt(status_of(office, status.order))
        status = tried.value if tried.accepted else status
        if status.state is OrderState.DONE or status.state in _NOT_DONE or trial.clock.now() >= deadline:
            return status, moved_at
        await trial.station.advance(_LOOK_EVERY_S)


async def _hold_against_witness(trial: Trial, what: str, answer: OrderStatus) -> bool | None:
    """Hold the answer, which has just come, against where the witness sees the contact; whether it is where the order
    brings it."""
    exchange = order_of(trial)
    contact = await exchange.scene.look()
    if contact.closed is None:
        trial.record.could_not_look(TRUE, f"{what}: {contact.detail}")
        trial.record.could_not_look(OUTPUT, f"{what}: {contact.detail}")
        return None
    said = in_words(answer)
    there = contact.closed is exchange.closes
    if answer.state is OrderState.DONE:
        trial.record.observe(TRUE, there, what=what, source=contact.shown_by, said=said, detail=contact.detail)
    if answer.output_state is not None:
        fits = answer.output_state is contact.closed
        trial.record.observe(OUTPUT, fits, what=what, source=contact.shown_by, said=said, detail=contact.detail)
    return there


def checks(trial: Trial) -> Sequence[Check]:
    window = trial.bound("t_ack").number + trial.bound("t_act").number
    exchange = exchange_of(trial)
    moves = not isinstance(exchange, OfficeWrite) or exchange.for_a_meter
    found = [
        Check("the order is acknowledged within t_ack", "at_most", ACK_TIME, trial.limit("t_ack")),
        Check("the answer says done only when it is so", "always", TRUE),
        Check("an order that can be executed is answered as done", "always", DONE),
        Check("it has its effect within t_act", "at_most", EFFECT_TIME, trial.limit("t_act")),
        Check("an order that cannot be executed is answered as failed or pending", "always", ENDED),
        Check("that answer comes within t_ack and t_act", "at_most", TRUTH_TIME, {"limit": window}),
    ]
    return [*found, Check("the answer's output state is true", "always", OUTPUT)] if moves else found


PROBE = Probe("I-M4", "office_https", stimulus, checks)
