"""A-L1 on Modbus: the device answers in time on an idle link."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.modbus import PLAIN
from bench.controls.attempts import asking
from bench.controls.idle_answers import ANSWER_TIME, answered_check, ask_idle
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of, harmless_read, read_data
from bench.controls.trial import Trial
from bench.judgement.check import Check


async def stimulus(trial: Trial) -> None:
    """As many reads as p_ok has trials, one every two t_resp, on each port of the link."""
    access, request, trials = access_of(trial), harmless_read(trial), trial.bound("p_ok").count
    for port in access.ports:
        t_resp = _t_resp(trial, port)
        async with access.session(port=port, timeout_s=4 * t_resp) as client:
            for _number in range(trials):
                await ask_idle(trial, asking(read_data, client, request), port, times=_times(port))
                await trial.station.advance(2 * t_resp)


def _t_resp(trial: Trial, port: str) -> float:
    kind = access_of(trial).profile_of(port) if trial.link == PLAIN else None
    return trial.bound("t_resp", transport=kind).number


def _times(port: str) -> str:
    return f"{ANSWER_TIME}, {port}"


def checks(trial: Trial) -> Sequence[Check]:
    times = [
        Check(f"answers come within t_resp at {port}", "p95_at_most", _times(port), {"limit": _t_resp(trial, port)})
        for port in access_of(trial).ports
    ]
    return [answered_check(trial), *times]


PROBES = on_both("A-L1", stimulus, checks)
