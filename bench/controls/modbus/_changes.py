"""The row's write or command in the hands of probes: sent as somebody, looked at, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.modbus import NO_ROLE, TRUST, UNTRUSTED
from bench.controls.attempts import Attempt, attempt
from bench.controls.modbus._row import exchange_of, gives_data
from bench.exchanges.modbus_write import ModbusWrite

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess
    from bench.controls.trial import Trial

STRANGERS = (TRUST, UNTRUSTED, NO_ROLE)
"""Who has no credential of the device's: no certificate, one of another authority, one without a role."""
_SHORT_S = 1.0


def change_of(trial: Trial) -> ModbusWrite:
    """The row's exchange. Raises TypeError for one that changes nothing."""
    exchange = exchange_of(trial)
    if not isinstance(exchange, ModbusWrite):
        raise TypeError(f"{trial.row.id} on {trial.link} neither writes nor commands")
    return exchange


async def send_as(
    access: ModbusAccess, requests: Sequence[bytes], role: str, *, port: str = "", unit: int | None = None
) -> Attempt:
    """Send requests over a connection of their own; accepted when the device confirmed the last of them."""
    tried = await attempt(_send(access, requests, role, port, unit))
    if tried.accepted and not gives_data(tried.value):
        return await attempt(_refused(tried.value))
    return tried


async def _send(access: ModbusAccess, requests: Sequence[bytes], role: str, port: str, unit: int | None) -> bytes:
    answer = b""
    async with access.session(role, port=port, unit=unit, timeout_s=_SHORT_S) as client:
        for request in requests:
            answer = await client.send_pdu(request)
    return answer


async def _refused(answer: bytes) -> None:
    from drivers.modbus.errors import ModbusExceptionError

    raise ModbusExceptionError(answer[0] & 0x7F if answer else 0, answer[1] if len(answer) > 1 else 0)


async def took_effect(trial: Trial, series: str, what: str, tried: Attempt) -> bool:
    """Record whether the row's change is in force, and take it back if it is."""
    exchange = change_of(trial)
    effect = await exchange.observe()
    if effect.happened is None:
        trial.record.could_not_look(series, f"{what}: {effect.detail or effect.shown_by}")
        return False
    trial.record.observe(series, effect.happened, what=what, answer=tried.text, source=effect.shown_by)
    if effect.happened:
        await exchange.restore()
        await exchange.prepare()
    return effect.happened


async def good_one(trial: Trial, series: str, what: str) -> None:
    """Record that the row's sender is obeyed, and set the scene anew: an attack on a dead device proves nothing."""
    exchange = change_of(trial)
    tried = await attempt(exchange.perform())
    effect = await exchange.observe()
    trial.record.observe(series, tried.accepted and effect.happened is True, what=what, answer=tried.text)
    await exchange.restore()
    await exchange.prepare()


def strangers_of(access: ModbusAccess) -> Sequence[str]:
    """Those of `STRANGERS` whose credential the device file names."""
    return tuple(name for name in STRANGERS if access.has(name))
