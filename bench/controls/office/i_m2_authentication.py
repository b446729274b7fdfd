"""I-M2 on office systems: a message whose signature does not fit has no effect, and spends nothing of a good one.

Messages with the row's order, for a time to come, are signed and kept back; altered and wrongly signed forms of them
are sent under their own ids and nonces; then the last message itself, which must be taken at once. Its order is
cancelled, so that what happens at its time comes from a forged one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from bench.controls.attempts import attempt, record_effect
from bench.controls.base import Probe
from bench.controls.office._changes import is_order
from bench.controls.office._changes_forged import checks_of_forged, forged
from bench.controls.office._forgery import altered, wrongly_signed
from bench.controls.office._messages import deliver, message_of
from bench.controls.office._orders import order_of
from bench.exchanges.meters import METER, SUBMETER, meter_name, office_name
from bench.judgement.check import Check
from drivers.cim.messages import decode, encode
from drivers.cim.messenger import Reply, read_reply
from drivers.cim.office import CimOffice
from drivers.cim.payloads import OrderStatus
from drivers.cim.times import iso, parse_iso
from drivers.cim.vocabulary import Noun

if TYPE_CHECKING:
    from bench.controls.trial import Trial

ALTERED = "a message altered on the way was taken"
UNAUTHENTICATED = "a message without a signature of its sender was taken"
EFFECT = "an order took effect that came in no authentic message"
GOOD_TAKEN = "the authentic message was taken at once"
GOOD = "an authentic order took effect"
REPLY = "the system's reply is signed, and the signature holds"

_LATER_S = 90.0
_ANOTHER_S = 30.0


async def stimulus(trial: Trial) -> None:
    if not is_order(trial):
        await forged(trial)
        return
    exchange = order_of(trial)
    await exchange.prepare()
    exchange.start = trial.clock.now() + _LATER_S
    async with exchange.access.session(exchange.sender) as office:
        async for what, message in altered(trial, lambda: exchange.request(office), partial(_other_orders, trial)):
            await _forge(trial, office, ALTERED, what, message)
        good = await exchange.request(office)
        for what, message in wrongly_signed(trial, office, good):
            await _forge(trial, office, UNAUTHENTICATED, what, message)
        tried = await attempt(_taken(office, good))
        trial.record.observe(GOOD_TAKEN, tried.accepted, what="after forged forms of it", answer=tried.text)
        if tried.accepted:
            reply, number = tried.value
            trial.record.observe(REPLY, reply.signature_holds is True, what="reply to the order")
            await office.cancel((number,))
    await trial.station.advance(max(0.0, exchange.start - trial.clock.now()))
    await record_effect(trial, exchange, EFFECT, "at the time for which they were made")
    exchange.start = None
    await record_effect(trial, exchange, GOOD, "an authentic order", await attempt(exchange.perform()))
    await exchange.restore()


async def _taken(office: CimOffice, message: bytes) -> tuple[Reply, str]:
    """The reply to an order in a message, and the number that it got. Raises the system's refusal."""
    reply = read_reply(await deliver(office.client, message), message_of(message).header)
    return reply, reply.payload(Noun.END_DEVICE_CONTROLS, tuple[OrderStatus, ...])[0].order


async def _forge(trial: Trial, office: CimOffice, series: str, what: str, message: bytes) -> None:
    tried = await attempt(deliver(office.client, message))
    capture = trial.record.capture(message, ".http")
    trial.record.observe(series, tried.accepted, what=what, answer=tried.text, layer="message", captures=[capture])


# -- other orders ----------------------------------------------------------------------------------------------------


def _other_orders(trial: Trial, body: bytes) -> Iterator[tuple[str, bytes]]:
    """The text of the same message with an order that is another in one thing that matters."""
    message = decode(body)
    (name, (order,)) = next(iter((message.payload or {}).items()))

    def changed(**changes: Any) -> bytes:
        return encode(msgspec.structs.replace(message, payload={name: [{**order, **changes}]}))

    turned = "disconnect" if order["control"] == "connect" else "connect"
    yield "another meter", changed(meter=_another_meter(trial))
    yield "the opposite order", changed(control=turned)
    yield "another time", changed(start=iso(parse_iso(order["start"]) + _ANOTHER_S))
    yield "another reason", changed(reason="altered")


def _another_meter(trial: Trial) -> str:
    """A meter that is not the one under test: one on the station or, without one, one that nobody has."""
    own = meter_name(trial.station)
    meters = [office_name(seat) for seat in trial.station.lab.seats.values() if seat.actor in (METER, SUBMETER)]
    return next((name for name in meters if name != own), own[::-1])


def checks(trial: Trial) -> Sequence[Check]:
    if not is_order(trial):
        return checks_of_forged(trial)
    return [
        Check("no altered message is taken", "never", ALTERED),
        Check("no message that its sender did not sign is taken", "never", UNAUTHENTICATED),
        Check("the authentic message is taken at once", "always", GOOD_TAKEN),
        Check("forged orders have no effect", "never", EFFECT),
        Check("an authentic order is carried out", "always", GOOD),
        Check("the reply is signed", "always", REPLY),
    ]


PROBE = Probe("I-M2", "office_https", stimulus, checks)
