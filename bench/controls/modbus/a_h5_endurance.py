"""A-H5 on Modbus: under a long mixed load the device neither restarts nor grows slow, and runs out of nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.access.modbus import PLAIN
from bench.controls.attempts import Attempt, attempt
from bench.controls.endurance import MixedLoad, endurance_checks
from bench.controls.modbus._hostile import PDUS
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of, answers_again, harmless_read, read_data
from bench.controls.trial import Trial
from drivers.transport.tcp import TcpTransport

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess
    from drivers.modbus.client import ModbusClient

_ROUND_S = 2.0


async def stimulus(trial: Trial) -> None:
    """Each round is a connection with reads and a malformed request, every second one broken off."""
    access, load = access_of(trial), MixedLoad(trial, _ROUND_S)
    while load.lasts:
        client = access.client(timeout_s=2 * _t_resp(trial, access))
        try:
            await _talk(trial, client, load)
        finally:
            await client.close()
        await load.next_round()
    load.over(there=await answers_again(trial, access, 2 * trial.bound("t_rec").number) is not None)


async def _talk(trial: Trial, client: ModbusClient, load: MixedLoad) -> None:
    request, makers = harmless_read(trial), list(PDUS.values())
    opened = await attempt(client.open())

    async def read() -> Attempt:
        return await attempt(read_data(client, request)) if opened.accepted else opened

    await load.questions(read)
    if opened.accepted:
        await attempt(client.send_pdu(makers[load.number % len(makers)](trial.random)))
    transport = client.link.transport
    if load.number % 2 and isinstance(transport, TcpTransport):
        await transport.break_off()


def _t_resp(trial: Trial, access: ModbusAccess) -> float:
    kind = access.profile_of(access.ports[0]) if trial.link == PLAIN else None
    return trial.bound("t_resp", transport=kind).number


PROBES = on_both("A-H5", stimulus, endurance_checks)
