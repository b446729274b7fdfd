"""A-L1 on DLMS: the meter answers in time on an idle link."""

from __future__ import annotations

from bench.access.dlms import MANAGEMENT
from bench.controls.attempts import asking
from bench.controls.base import Probe
from bench.controls.dlms._row import access_of
from bench.controls.idle_answers import ask_idle, idle_checks
from bench.controls.trial import Trial
from drivers.dlms.apdu import Attribute

VALUE = 2


async def stimulus(trial: Trial) -> None:
    """As many single-object reads as p_ok has trials, one every two t_resp, on each port of the row's sender."""
    access = access_of(trial)
    trials, t_resp = trial.bound("p_ok").count, trial.bound("t_resp").number
    name = access.names.register("energy_import")
    energy = Attribute(name.class_id, name.instance, VALUE)
    for port in access.ports_of(MANAGEMENT):
        async with access.session(MANAGEMENT, port=port, response_timeout_s=4 * t_resp) as client:
            for _number in range(trials):
                await ask_idle(trial, asking(client.get, energy), port)
                await trial.station.advance(2 * t_resp)


PROBE = Probe("A-L1", "dlms", stimulus, idle_checks)
