"""A-H5 on Modbus: under a long mixed load the device neither restarts nor grows slow, and runs out of nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.modbus import PLAIN
from bench.catalogue import Trials
from bench.controls.attempts import attempt
from bench.controls.growth import Timed, growth, stretch_s
from bench.controls.modbus._hostile import PDUS
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of, answers_again, gives_data, harmless_read
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.transport.tcp import TcpTransport

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess

SERVED = "legitimate request served under the mixed load"
GROWTH = "95th percentile of the answer times at the end over that at the beginning"
THERE = "the device serves its client after the mixed load"
_ROUND_S, _MOST_ROUNDS = 2.0, 2000
_RESOLUTION_S = 0.01


async def stimulus(trial: Trial) -> None:
    """``t_endurance`` of rounds: a connection with reads and a malformed request, every second one broken off."""
    access = access_of(trial)
    duration = float(trial.bound("t_endurance").number)
    began = trial.clock.now()
    period = max(_ROUND_S, duration / _MOST_ROUNDS)
    answers: list[Timed] = []
    number = 0
    while trial.clock.now() - began < duration:
        await _round(trial, access, number, began, answers)
        number += 1
        await trial.station.advance(max(0.0, began + number * period - trial.clock.now()))
    grown = growth(answers, stretch_s(duration), _RESOLUTION_S)
    what = f"{number} rounds in {trial.clock.now() - began:.0f} s"
    if grown is None:
        trial.record.could_not_look(GROWTH, f"{what}: no request was served")
    else:
        trial.record.observe(GROWTH, grown, unit="1", what=what)
    there = await answers_again(trial, access, 2 * trial.bound("t_rec").number)
    trial.record.observe(THERE, there is not None, what=what)


async def _round(trial: Trial, access: ModbusAccess, number: int, began: float, answers: list[Timed]) -> None:
    reads = round(1.0 / trial.bound("malformed_ratio").number) - 1
    request, makers = harmless_read(trial), list(PDUS.values())
    client = access.client(timeout_s=2 * _t_resp(trial))
    try:
        opened = await attempt(client.open())
        for _read in range(reads):
            asked = trial.clock.now()
            tried = await attempt(client.send_pdu(request)) if opened.accepted else opened
            served = tried.accepted and opened.accepted and gives_data(tried.value)
            trial.record.observe(SERVED, served, what=f"round {number + 1}", answer=tried.text)
            if not served:
                break
            answers.append((asked - began, trial.clock.now() - asked))
        if opened.accepted:
            await attempt(client.send_pdu(makers[number % len(makers)](trial.random)))
        transport = client.link.transport
        if number % 2 and isinstance(transport, TcpTransport):
            await transport.break_off()
    finally:
        await client.close()


def _t_resp(trial: Trial) -> float:
    access = access_of(trial)
    kind = access.profile_of(access.ports[0]) if trial.link == PLAIN else None
    return trial.bound("t_resp", transport=kind).number


def checks(trial: Trial) -> Sequence[Check]:
    rate = trial.bound("p_ok").value
    assert isinstance(rate, Trials)
    return [
        Check("legitimate requests are served", "at_least_true", SERVED, {"count": rate.at_least / rate.of, "of": 1}),
        Check("answers do not grow slower", "at_most", GROWTH, trial.limit("p95_growth")),
        Check("the device is there afterwards", "always", THERE),
    ]


PROBES = on_both("A-H5", stimulus, checks)
