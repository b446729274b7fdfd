"""Runs a control on a row: stimulus once, judgement per row.

Rows share observations, never verdicts: where two trials agree in seat, link, control, stimulus parameters, profile and
faults, the second one judges the first one's records by its own limits, and its journal entry names them. A bound that
changes with the level is a parameter where the stimulus has asked for it.
"""

from __future__ import annotations

import random
from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.catalogue.demand import controls_for
from bench.catalogue.vocabulary import Level, Risk
from bench.controls.registry import installed_probes
from bench.controls.trial import Trial
from bench.exchanges.registry import exchange_for, installed_exchanges
from bench.judgement.check import Check, judge
from bench.judgement.observation import Observation
from bench.judgement.verdict import Verdict
from bench.session.blame import KEPT_UP, judge_failure, record_failure

if TYPE_CHECKING:
    from bench.catalogue.catalogue import Catalogue
    from bench.catalogue.demand import Demand
    from bench.controls.base import Probe
    from bench.lab.station import Station
    from bench.session.plan import PlannedTest
    from bench.session.recorder import Recorder
    from bench.session.request import Request

STRUCTURAL = "the link has the mechanism that the level demands"
WITHHELD = "the control may be tested on this device"
NO_PROBE = "the control can be tested on this link"
NO_EXCHANGE = "the bench can perform what happens on the row"
LEFT_BEHIND = "settings that could not be put back"
LASTING = frozenset({"never", "always", "one_of", "within", "empty", "agree", "unique", "at_most", "at_least"})
"""Criteria that one bad observation fails for good."""


@dataclass(frozen=True)
class _Kept:
    """What a stimulus has shown, and the levels of those bounds that it asked for and that change it."""

    parameters: Mapping[str, str]
    observations: Sequence[Observation]


class ControlEngine:
    """Runs control tests on one station and keeps the observations that rows share."""

    def __init__(self, catalogue: Catalogue, station: Station, request: Request) -> None:
        self._catalogue = catalogue
        self._station = station
        self._request = request
        self._shared: dict[tuple[tuple[str, str], ...], list[_Kept]] = {}

    async def run(self, planned: PlannedTest, record: Recorder) -> None:
        """Run one planned control test; findings are in ``record``. Raises only what is the bench's own fault."""
        if planned.withheld:
            record.could_not_look(WITHHELD, planned.withheld)
            record.check(Check(WITHHELD, "always", WITHHELD))
            return
        if planned.structural:
            record.observe(STRUCTURAL, False, what=f"fail (protocol): {planned.structural}")
            record.check(Check(STRUCTURAL, "always", STRUCTURAL))
            return
        probe = installed_probes().get((planned.control, planned.link))
        if probe is None:
            record.could_not_look(NO_PROBE, f"no probe for {planned.control} on {planned.link} is installed")
            record.check(Check(NO_PROBE, "always", NO_PROBE))
            return
        if (planned.row, planned.link) not in installed_exchanges():
            record.could_not_look(NO_EXCHANGE, f"the bench has no exchange for this row on this link ({planned.link})")
            record.check(Check(NO_EXCHANGE, "always", NO_EXCHANGE))
            return
        trial = self._trial(planned, record)
        whole = await self._observe(probe, trial)
        for check in probe.checks(trial):
            if whole or has_failed_for_good(check, record.observations):
                record.check(check)

    def _trial(self, planned: PlannedTest, record: Recorder) -> Trial:
        demand = self._demand(planned)
        return Trial(
            catalogue=self._catalogue,
            demand=demand,
            seat=planned.iut,
            station=self._station,
            record=record,
            exchange=exchange_for(demand.row.id, planned.link)(self._station, planned.iut, demand.row),
            profile=self._request.profile,
            faults=tuple(self._request.faults),
            random=random.Random(f"{planned.row} {planned.control}"),
        )

    def _demand(self, planned: PlannedTest) -> Demand:
        """The demand that the planned test came from; a gateway's outer link need not be one of the row's."""
        row = self._catalogue.row(planned.row)
        raise_to = Level(self._request.raise_to) if self._request.raise_to else None
        lab = self._station.lab
        declared, seat = lab.declared(planned.iut), lab.seat(planned.iut)
        own = [planned.link] if planned.link in row.links else [link for link in row.links if seat.speaks(link)]
        for link in own:
            for demand in controls_for(self._catalogue, row, link=link, declared=declared, raise_to=raise_to):
                same = demand.control.id == planned.control and demand.link == planned.link
                if same and demand.advisory == (planned.excluded == "advisory"):
                    return demand
        raise LookupError(f"{planned.row} no longer demands {planned.control} on {planned.link}")

    async def _observe(self, probe: Probe, trial: Trial) -> bool:
        """Record the trial's observations, or reuse them. False when the device did not take part to the end."""
        alike = self._shared.setdefault(sharing_key(trial.stimulus_key()), [])
        shared = next((one for one in alike if one.parameters == trial.parameters(one.parameters)), None)
        if shared is not None:
            trial.record.reuse(shared.observations)
        else:
            await self._station.fresh(self._request.faults)
            asked: Container[str] = trial.asked
            try:
                await self._stimulate(probe, trial)
            except Exception as error:
                if not await record_failure(self._station, trial.seat, trial.record, error):
                    raise
                asked = trial.control.stimulus_depends_on_level  # nobody knows what it would have asked for
            finally:
                await trial.exchange.close()
            alike.append(_Kept(trial.parameters(asked), tuple(trial.record.observations)))
        if any(observation.series == KEPT_UP for observation in trial.record.observations):
            judge_failure(trial.record)
            return False
        return True

    async def _stimulate(self, probe: Probe, trial: Trial) -> None:
        """The stimulus. A real device, which has no fresh state to go back to, is left as it was found."""
        keeps = not self._station.lab.seat(trial.seat).emulated and trial.control.risk is not Risk.SAFE
        if not keeps:
            await probe.stimulus(trial)
            return
        await trial.exchange.note()
        try:
            await probe.stimulus(trial)
        except Exception:
            with suppress(Exception):  # the device's own failure is what is told
                await trial.exchange.restore()
            raise
        finally:
            left = await trial.exchange.put_back()
            if left:
                trial.record.observe(LEFT_BEHIND, list(left))


def has_failed_for_good(check: Check, observations: Sequence[Observation]) -> bool:
    """Whether what was seen before a stimulus broke off fails ``check``, whatever the rest would have shown."""
    return check.criterion in LASTING and judge(check, observations).verdict is Verdict.FAIL


def sharing_key(stimulus: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """A hashable key of what decides a stimulus."""
    return tuple(sorted(stimulus.items()))
