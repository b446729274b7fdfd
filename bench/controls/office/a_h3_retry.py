"""A-H3 on office systems: an order gets through lost messages and acts once; who is silent is reported as silent.

The bench is the sender here: it repeats what was not answered, under the same message id.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from bench.access.dlms import DlmsAccess
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.command_times import EFFECT_TIME, MOVED
from bench.controls.dlms._power import answers_again
from bench.controls.losses import first
from bench.controls.office._changes import is_order
from bench.controls.office._orders import ended, give, in_words, order_of
from bench.controls.office._row import exchange_of
from bench.controls.office._timed_order import OPERATIONS, timed
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.meters import meter_seat
from bench.exchanges.office_write import OfficeWrite
from bench.judgement.check import Check
from drivers.cim.messenger import MessageOptions
from drivers.cim.office import CimOffice
from drivers.cim.payloads import OrderStatus
from drivers.cim.vocabulary import OrderState
from drivers.transport.tap import Direction

SILENT_TIME = "time until the system reported that a meter is silent"
SILENT_REPORTED = "the order for a silent meter was reported as not carried out"

_RETRY_S = 1.0
_PATIENCE_S = 30.0


async def stimulus(trial: Trial) -> None:
    """k requests lost, an answer lost; and an order for a meter without power."""
    survived = trial.bound("n_dropped_survived").count
    for lost in range(1, trial.bound("n_dropped").count + 1):
        await _repeated(trial, f"{lost} requests lost", Direction.OUT, lost, in_time=lost <= survived)
    await _repeated(trial, "answer lost", Direction.IN, 1, in_time=False)
    record_absent(trial, "the order by an alternative path", "the process has none towards this system")
    record_absent(trial, "one of many meters silent", "the station has one meter with a witness: it alone is silent")
    await _silent_meter(trial)
    await exchange_of(trial).restore()


async def _repeated(trial: Trial, what: str, direction: Direction, lost: int, *, in_time: bool) -> None:
    """The order, repeated until it is answered, with the first ``lost`` messages of one direction lost."""
    exchange = exchange_of(trial)
    order = timed(trial, what)
    await order.begin()
    options = MessageOptions(message_id=str(uuid.UUID(int=trial.random.getrandbits(128), version=4)))
    async with exchange.access.session(exchange.sender) as office:
        await order.ready(office)
        order.given_at = trial.clock.now()
        with office.client.message.interfering(first(lost), direction):
            for _number in range(lost + 1):
                if (await order.give_unrecorded(office, options)).accepted:
                    break
                await trial.station.advance(_RETRY_S)
    await order.look(trial.bound("t_act").number + _PATIENCE_S, in_time=in_time)


async def _silent_meter(trial: Trial) -> None:
    """An order for a meter that has no power: nothing comes back, and nothing may be reported as done."""
    exchange, seat = exchange_of(trial), meter_seat(trial.station)
    limit_s = trial.bound("t_silent").number
    await exchange.prepare()
    await trial.station.power(seat, False)
    given_and_ended = _given_and_ended if is_order(trial) else _sent
    try:
        async with exchange.access.session(exchange.sender) as office:
            given = trial.clock.now()
            tried = await attempt(given_and_ended(trial, office, 2 * limit_s))
            elapsed = trial.clock.now() - given
    finally:
        await trial.station.power(seat, True)
        await answers_again(trial, DlmsAccess(trial.station, seat), 2 * trial.bound("t_boot").number)
    reported = _is_refusal(tried)
    words = in_words(tried.value) if isinstance(tried.value, OrderStatus) else tried.text
    trial.record.observe(SILENT_REPORTED, reported, what=words)
    if reported:
        trial.record.observe_duration(SILENT_TIME, elapsed, what=words)


async def _given_and_ended(trial: Trial, office: CimOffice, within_s: float) -> OrderStatus:
    status = await give(office, order_of(trial).order())
    return await ended(trial, office, status.order, within_s)


async def _sent(trial: Trial, office: CimOffice, _within_s: float) -> Any:
    """What is no order is answered at once; raises the refusal. None: it was taken, and is not said to be done."""
    exchange = exchange_of(trial)
    reply = await exchange.send(office)
    return reply if not isinstance(exchange, OfficeWrite) or exchange.says_done(reply) else None


def _is_refusal(tried: Attempt) -> bool:
    """Whether the order was refused at once, or ended as anything but done."""
    if isinstance(tried.value, OrderStatus):
        return tried.value.state in (OrderState.FAILED, OrderState.REFUSED, OrderState.EXPIRED)
    return not tried.accepted or tried.value is None


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("an order gets through lost messages", "always", MOVED),
        Check("few lost messages do not delay it beyond t_act", "at_most", EFFECT_TIME, trial.limit("t_act")),
        Check("no order counts twice", "at_most", OPERATIONS, {"limit": 1}),
        Check("an order for a silent meter is reported as not carried out", "always", SILENT_REPORTED),
        Check("it is reported in time", "at_most", SILENT_TIME, trial.limit("t_silent")),
    ]


PROBE = Probe("A-H3", "office_https", stimulus, checks)
