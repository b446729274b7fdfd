"""A-L1 on Modbus: the device answers in time on an idle link."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.modbus import PLAIN
from bench.controls.attempts import attempt
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of, gives_data, harmless_read
from bench.controls.trial import Trial
from bench.judgement.check import Check

ANSWERED = "request answered (one link-level retry allowed)"
ANSWER_TIME = "answer time"


async def stimulus(trial: Trial) -> None:
    """As many reads as p_ok has trials, one every two t_resp, on each port of the link."""
    access, request, trials = access_of(trial), harmless_read(trial), trial.bound("p_ok").count
    for port in access.ports:
        t_resp = _t_resp(trial, port)
        async with access.session(port=port, timeout_s=4 * t_resp) as client:
            for _number in range(trials):
                asked = trial.clock.now()
                tried = await attempt(client.send_pdu(request))
                elapsed = trial.clock.now() - asked
                if not tried.accepted:
                    tried = await attempt(client.send_pdu(request))
                answered = tried.accepted and gives_data(tried.value)
                trial.record.observe(ANSWERED, answered, what=f"{port} at {asked:.1f}", answer=tried.text)
                trial.record.observe_duration(f"{ANSWER_TIME}, {port}", elapsed)
                await trial.station.advance(2 * t_resp)


def _t_resp(trial: Trial, port: str) -> float:
    kind = access_of(trial).profile_of(port) if trial.link == PLAIN else None
    return trial.bound("t_resp", transport=kind).number


def checks(trial: Trial) -> Sequence[Check]:
    limits = trial.enough("p_ok")
    times = [
        Check(f"answers come within t_resp at {port}", "p95_at_most", f"{ANSWER_TIME}, {port}",
              {"limit": _t_resp(trial, port)})
        for port in access_of(trial).ports
    ]  # fmt: skip
    return [Check("legitimate requests succeed on an idle link", "at_least_true", ANSWERED, limits), *times]


PROBES = on_both("A-L1", stimulus, checks)
