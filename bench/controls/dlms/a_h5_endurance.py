"""A-H5 on DLMS: under a long mixed load the meter neither restarts nor grows slow, and runs out of nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.dlms import MANAGEMENT, PUBLIC, DlmsAccess
from bench.catalogue import Trials
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.dlms._flood import CLASSES, attacker
from bench.controls.dlms._power import answers_again, read_state, restarts
from bench.controls.dlms._row import access_of
from bench.controls.growth import Timed, growth, stretch_s
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute

if TYPE_CHECKING:
    from bench.controls.trial import Trial
    from drivers.dlms.client import DlmsClient

SERVED = "legitimate request served under the mixed load"
GROWTH = "95th percentile of the answer times at the end over that at the beginning"
RESTARTS = "restarts of the meter during the mixed load"
THERE = "the meter serves its client after the mixed load"

_VALUE = 2
_ROUND_S, _MOST_ROUNDS = 2.0, 2000
_RESOLUTION_S = 0.01


async def stimulus(trial: Trial) -> None:
    """``t_endurance`` of rounds: a session with reads, every second one broken off, and a malformed message."""
    access = access_of(trial)
    duration = float(trial.bound("t_endurance").number)
    before = await read_state(access)
    load = _MixedLoad(trial, access)
    began = trial.clock.now()
    period = max(_ROUND_S, duration / _MOST_ROUNDS)
    number = 0
    while trial.clock.now() - began < duration:
        await load.round(number)
        number += 1
        await trial.station.advance(max(0.0, began + number * period - trial.clock.now()))
    grown = growth(load.answers, stretch_s(duration), _RESOLUTION_S)
    what = f"{number} rounds in {trial.clock.now() - began:.0f} s"
    if grown is None:
        trial.record.could_not_look(GROWTH, f"{what}: no request was served")
    else:
        trial.record.observe(GROWTH, grown, unit="1", what=what)
    there = await answers_again(trial, access, 2 * trial.bound("t_rec").number)
    trial.record.observe(THERE, there is not None, what=what)
    if there is None:
        trial.record.could_not_look(RESTARTS, "the meter lets nobody read its log any more")
        return
    trial.record.observe(RESTARTS, restarts(access, before, await read_state(access)), what=what)


class _MixedLoad:
    """What a meter gets to hear all day: its client, lines that break, and nonsense."""

    def __init__(self, trial: Trial, access: DlmsAccess) -> None:
        self._trial, self._access = trial, access
        self._reads = round(1.0 / trial.bound("malformed_ratio").number) - 1
        self._ports = access.ports_of(MANAGEMENT)
        self._open_ports = access.ports_of(PUBLIC)
        self._patience_s = 2 * trial.bound("t_resp").number
        name = access.names.register("energy_import")
        self._register = Attribute(name.class_id, name.instance, _VALUE)
        self.answers: list[Timed] = []

    async def round(self, number: int) -> None:
        """One session of the client, and one malformed message for so many reads; the ports in turn."""
        client = self._access.new_client(MANAGEMENT, port=self._ports[0], response_timeout_s=self._patience_s)
        what = f"round {number + 1}"
        opened = await attempt(client.associate())
        for _number in range(self._reads):
            if client.link.connected and opened.accepted:
                await self._read(client, what)
            else:
                answer = "the meter closed the link" if opened.accepted else opened.text
                self._trial.record.observe(SERVED, False, what=what, answer=answer)
        if number % 2:
            await client.close()
        else:
            await client.abort()
        port = self._open_ports[number % len(self._open_ports)]
        async with attacker(self._trial, self._access, port) as hostile:
            await hostile.send(CLASSES[number % len(CLASSES)])

    async def _read(self, client: DlmsClient, what: str) -> None:
        """One read, with the one link-level retry that p_ok allows."""
        asked = self._trial.clock.now()
        tried = await attempt(client.get(self._register))
        if tried.accepted:
            self.answers.append((asked, self._trial.clock.now() - asked))
        elif client.link.connected:
            tried = await attempt(client.get(self._register))
        self._trial.record.observe(SERVED, tried.accepted, what=what, answer=tried.text)


def checks(trial: Trial) -> Sequence[Check]:
    rate = trial.bound("p_ok").value
    assert isinstance(rate, Trials)
    return [
        Check(
            "requests are served as on an idle link",
            "at_least_true",
            SERVED,
            {"count": rate.at_least, "of": rate.of},
        ),
        Check("answers do not grow slower", "at_most", GROWTH, trial.limit("p95_growth")),
        Check("the meter is there afterwards", "always", THERE),
        Check("the load restarts nothing", "at_most", RESTARTS, {"limit": 0}),
    ]


PROBE = Probe("A-H5", "dlms", stimulus, checks)
