"""A-L1 on DLMS: the meter answers in time on an idle link."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.dlms import MANAGEMENT
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.dlms._row import access_of
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import DlmsClient

VALUE = 2
ANSWERED = "request answered (one link-level retry allowed)"
ANSWER_TIME = "answer time"


async def stimulus(trial: Trial) -> None:
    """As many single-object reads as p_ok has trials, one every two t_resp, on each port of the row's sender."""
    access = access_of(trial)
    trials, t_resp = trial.bound("p_ok").count, trial.bound("t_resp").number
    name = access.names.register("energy_import")
    energy = Attribute(name.class_id, name.instance, VALUE)
    for port in access.ports_of(MANAGEMENT):
        async with access.session(MANAGEMENT, port=port, response_timeout_s=4 * t_resp) as client:
            for _number in range(trials):
                await _one_read(trial, client, energy, port)
                await trial.station.advance(2 * t_resp)


async def _one_read(trial: Trial, client: DlmsClient, attribute: Attribute, port: str) -> None:
    asked = trial.clock.now()
    tried = await attempt(client.get(attribute))
    elapsed = trial.clock.now() - asked
    if not tried.accepted:
        tried = await attempt(client.get(attribute))
    trial.record.observe(ANSWERED, tried.accepted, what=f"{port} at {asked:.1f}", answer=tried.text)
    trial.record.observe_duration(ANSWER_TIME, elapsed, what=port)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check(
            "legitimate requests succeed on an idle link",
            "at_least_true",
            ANSWERED,
            trial.enough("p_ok"),
        ),
        Check("answers come within t_resp", "p95_at_most", ANSWER_TIME, trial.limit("t_resp")),
    ]


PROBE = Probe("A-L1", "dlms", stimulus, checks)
