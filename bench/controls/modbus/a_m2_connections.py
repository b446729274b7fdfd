"""A-M2 on Modbus: connections that somebody opens and does not use keep nobody out, and evict nobody.

Half-open connections (on TLS without a handshake), and connections in parallel on which nothing is said, while a
legitimate client has its own. A serial line has no connections.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.modbus import TRUST
from bench.controls.attempts import attempt
from bench.controls.modbus._legitimate import LegitimateClient
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of, answers_again
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.modbus.adu import Adu, wrap_tcp
from drivers.transport.base import Transport
from drivers.transport.tcp import TcpTransport

KEPT = "the legitimate connection outlived the attack"
BESIDE = "a legitimate client got in beside connections on which nothing is said"
AFTERWARDS = "the legitimate client was served once the attack was over"
SERVED_TIME = "time from the end of the attack to a legitimate answer"
_TURN_S = 0.5


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    for port in access.ports:
        if access.profile_of(port) == "rtu":
            record_absent(trial, f"connections at {port}", "a serial line has none")
            for series in (KEPT, BESIDE):
                trial.record.observe(series, True, what=f"{port}: nothing to keep out")
        else:
            await _hold(trial, port)
        took_s = await answers_again(trial, access, 2 * trial.bound("t_rec").number)
        trial.record.observe(AFTERWARDS, took_s is not None, what=port)
        if took_s is not None:
            trial.record.observe_duration(SERVED_TIME, took_s, what=port)


async def _hold(trial: Trial, port: str) -> None:
    access = access_of(trial)
    legitimate = LegitimateClient(trial, port)
    held: list[Transport] = []
    try:
        await legitimate.begin()
        await legitimate.ask(f"before the attack on {port}")
        for _number in range(trial.bound("n_half_open").count):
            await _open(trial, held, _half_open(trial, port))
        for number in range(trial.bound("n_parallel").count):
            transport = access.transport(port, TRUST if access.secure else "")
            await _open(trial, held, transport)
            if number % 2 and transport in held:
                # A message that begins and does not end.
                await attempt(transport.write(wrap_tcp(Adu(1, bytes(5), number))[:7]))
        await trial.station.advance(_TURN_S)
        newcomer = LegitimateClient(trial, port)
        opened = await newcomer.ask(f"beside {len(held)} idle connections on {port}")
        trial.record.observe(BESIDE, opened, what=port)
        await newcomer.end()
        trial.record.observe(KEPT, await legitimate.still_connected(), what=port)
    finally:
        await legitimate.end()
        for transport in held:
            await transport.close()


def _half_open(trial: Trial, port: str) -> TcpTransport:
    """A TCP connection to the port's number, on which no handshake begins."""
    url = trial.station.endpoint(trial.seat, port).url
    host, _, number = url.partition(":")[2].rpartition(":")
    counted = trial.station.lab.seat(trial.seat).emulated and trial.clock.mode == "stepped"
    return TcpTransport(host.strip("[]"), int(number), trial.clock, counted=counted)


async def _open(trial: Trial, held: list[Transport], transport: Transport) -> None:
    if (await attempt(transport.open())).accepted:
        held.append(transport)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the legitimate connection outlives the attack", "always", KEPT),
        Check("idle connections keep no legitimate client out", "always", BESIDE),
        Check("the legitimate client is served afterwards", "always", AFTERWARDS),
        Check("it is so within t_rec", "at_most", SERVED_TIME, trial.limit("t_rec")),
    ]


PROBES = on_both("A-M2", stimulus, checks)
