"""What probes on CTA-2045 share: the row's command, a question of no effect, settings, recovery, a supply that goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.access.cta2045 import Cta2045Access
from bench.controls.attempts import Attempt, attempt
from bench.exchanges.cta2045_exchange import ModuleCommand
from drivers.cta2045.basic import Opcode, decode_basic
from drivers.cta2045.client import Cta2045Client
from drivers.cta2045.frame import BASIC, INTERMEDIATE, Frame
from drivers.cta2045.intermediate import ResponseCode, decode_intermediate

if TYPE_CHECKING:
    from bench.controls.trial import Trial

_TRY_EVERY_S = 1.0


def exchange_of(trial: Trial) -> ModuleCommand:
    """The row's exchange. Raises TypeError for one of another link, which the registry cannot have found."""
    if not isinstance(trial.exchange, ModuleCommand):
        raise TypeError(f"{trial.row.id} on {trial.link} has no exchange with an appliance")
    return trial.exchange


def access_of(trial: Trial) -> Cta2045Access:
    """How the bench reaches the appliance."""
    return exchange_of(trial).access


async def answers_again(trial: Trial, patience_s: float) -> float | None:
    """Seconds of station time until the appliance answers a question, None after ``patience_s``."""
    started = trial.clock.now()
    while trial.clock.now() - started < patience_s:
        asked = trial.clock.now()
        async with access_of(trial).session() as client:
            tried = await attempt(client.state())
        if tried.accepted:
            return trial.clock.now() - started
        await trial.station.advance(max(0.0, asked + _TRY_EVERY_S - trial.clock.now()))
    return None


async def set_point(trial: Trial, client: Cta2045Client) -> int | None:
    """The set-point, None where the appliance has none."""
    if access_of(trial).declared.set_points is None:
        return None
    return (await client.read_set_points()).first


async def good_one(trial: Trial, series: str, what: str) -> None:
    """Record that the row's command is obeyed, and take it back: an attack on a dead device proves nothing."""
    exchange = exchange_of(trial)
    await exchange.prepare()
    tried = await attempt(exchange.perform())
    effect = await exchange.observe()
    trial.record.observe(series, tried.accepted and effect.happened is True, what=what, answer=tried.text)
    await exchange.restore()


async def asked(client: Cta2045Client, frame: Frame) -> Attempt:
    """Send any frame; refused when the link or the application refuses it."""
    tried = await attempt(_answer(client, frame))
    if tried.accepted and _refuses(tried.value):
        return Attempt(tried.outcome.REFUSED, f"refused: {tried.value.payload.hex()}", tried.value)
    return tried


async def _answer(client: Cta2045Client, frame: Frame) -> Frame:
    await client.link.send(frame)
    return await client.link.receive(client.clock.now() + client.answer_s)


def _refuses(answer: Frame) -> bool:
    if answer.kind == BASIC:
        return decode_basic(answer.payload).opcode1 == Opcode.APPLICATION_NAK
    if answer.kind == INTERMEDIATE:
        return decode_intermediate(answer.payload).body[:1] != bytes((ResponseCode.SUCCESS,))
    return False
