"""I-M2 on Modbus/TLS: an altered message has no effect.

The row's message goes through a bump in the wire, which turns over one bit of its TLS record: in the header, in what is
encrypted, in the tag at its end. The device takes none of them, and the same message unaltered is taken at
once. What the device itself says is protected the same way, and proved by its certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bench.access.modbus import SECURE
from bench.controls.attempts import Attempt, Outcome, attempt
from bench.controls.base import Probe
from bench.controls.bits import flipped
from bench.controls.modbus._bump import AlteringBump, bump_at, client_through, driven
from bench.controls.modbus._row import access_of, exchange_of, gives_data
from bench.controls.trial import Trial
from bench.exchanges.modbus_exchange import ModbusExchange
from bench.exchanges.modbus_write import ModbusWrite
from bench.judgement.check import Check
from drivers.transport.tls import TlsTransport

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess
    from drivers.modbus.client import ModbusClient

TAKEN = "an altered message was answered as a good one"
EFFECT = "an altered message took effect"
GOOD = "the unaltered message was taken at once"
ALTERED = "a record was altered on its way"
PROVED = "the device proved who it is by its certificate"
_HEADER, _TAG = 5, 16


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), exchange_of(trial)
    await exchange.prepare()
    async with bump_at(access, access.ports[0]) as bump:
        for part, bits in _parts(trial).items():
            for number in range(trial.bound("n_tampered").count):
                what = f"{part}, {number + 1}"
                tried = await _one(trial, access, exchange, bump, bits)
                taken = tried.accepted and gives_data(tried.value)
                trial.record.observe(TAKEN, taken, what=what, answer=tried.text)
            await _effect(trial, exchange, part)
    await _good(trial, access, exchange)
    await exchange.restore()


def _parts(trial: Trial) -> Mapping[str, Callable[[bytes], int]]:
    """Which bit is turned over in a record, by part."""
    draw = trial.random
    return {
        "type": lambda _record: draw.randrange(8),
        "what is encrypted": lambda record: draw.randrange(8 * _HEADER, 8 * (len(record) - _TAG)),
        "tag": lambda record: draw.randrange(8 * (len(record) - _TAG), 8 * len(record)),
    }


async def _one(
    trial: Trial, access: ModbusAccess, exchange: ModbusExchange, bump: AlteringBump, bit: Callable[[bytes], int]
) -> Attempt:
    """One message, altered, on a connection of its own."""
    client = client_through(access, bump)
    bump.alter, before = None, bump.altered
    try:
        await driven(trial, client.open())
        bump.alter = lambda record: flipped(record, [bit(record)])
        tried = await attempt(driven(trial, _message(client, exchange)))
    except TimeoutError as error:
        tried = Attempt(Outcome.SILENCE, str(error), error=error)
    finally:
        await client.close()
    trial.record.observe(ALTERED, bump.altered > before)
    return tried


async def _message(client: ModbusClient, exchange: ModbusExchange) -> bytes:
    request = exchange.request() if isinstance(exchange, ModbusWrite) else exchange.reads()[0]
    return await client.send_pdu(request)


async def _effect(trial: Trial, exchange: ModbusExchange, part: str) -> None:
    if not isinstance(exchange, ModbusWrite):
        return
    effect = await exchange.observe()
    if effect.happened is None:
        trial.record.could_not_look(EFFECT, f"{part}: {effect.detail}")
    else:
        trial.record.observe(EFFECT, effect.happened, what=part, source=effect.shown_by)


async def _good(trial: Trial, access: ModbusAccess, exchange: ModbusExchange) -> None:
    async with access.session() as client:
        tried = await attempt(_message(client, exchange))
        trial.record.observe(GOOD, tried.accepted and gives_data(tried.value), answer=tried.text)
        transport = client.link.transport
        proved = isinstance(transport, TlsTransport) and transport.negotiated.peer_certificate is not None
        trial.record.observe(PROVED, proved, what="under the anchors of the client that the row's sender is")


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("records were altered on their way", "always", ALTERED),
        Check("no altered message is taken", "never", TAKEN),
        Check("the unaltered message is taken at once", "always", GOOD),
        Check("what the device says is proved", "always", PROVED),
    ]
    if isinstance(exchange_of(trial), ModbusWrite):
        found.append(Check("no altered message has an effect", "never", EFFECT))
    return found


PROBE = Probe("I-M2", SECURE, stimulus, checks)
