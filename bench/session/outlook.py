"""What a run on real devices will ask of them and of the people around: told before anything happens.

The numbers are the catalogue's estimates. A test that only judges what another one records costs nothing; what the
allowance or a missing ``--allow`` keeps from happening is not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.catalogue.model import Cost, Estimate, EstimateKey
from bench.catalogue.vocabulary import Kind

if TYPE_CHECKING:
    from bench.catalogue.catalogue import Catalogue
    from bench.lab.config import Lab
    from bench.session.plan import PlannedTest
    from bench.session.request import Request

FUNCTIONAL_RISK = "alters"
"""Functional tests command and write, and put things back."""


@dataclass
class Outlook:
    """What the tests on real devices will cost.

    ``risks`` are the controls by risk, ``withheld`` those by the risk that is not allowed; ``prompts`` the acts that
    somebody is asked for by hand, ``undone`` those that nobody does; ``too_long`` tests that would wait beyond the
    allowance; ``unestimated`` tests whose cost in this profile nobody knows: that of quick, if any, counts.
    """

    tests: int = 0
    seconds: float = 0.0
    relay_operations: int = 0
    lock_outs: int = 0
    too_long: int = 0
    unestimated: int = 0
    prompts: Counter[str] = field(default_factory=Counter)
    undone: Counter[str] = field(default_factory=Counter)
    risks: dict[str, set[str]] = field(default_factory=dict)
    withheld: dict[str, set[str]] = field(default_factory=dict)


def outlook(catalogue: Catalogue, lab: Lab, request: Request, plan: Iterable[PlannedTest]) -> Outlook:
    """The outlook of the planned tests that judge a real device."""
    found = Outlook()
    counted: set[tuple[str, ...]] = set()
    for test in plan:
        if not test.iut or test.self_test or test.structural:
            continue
        found.tests += 1
        risk = str(catalogue.control(test.control).risk) if test.control else FUNCTIONAL_RISK
        named = test.control or "functional tests"
        if test.withheld:
            found.withheld.setdefault(risk, set()).add(named)
            continue
        found.risks.setdefault(risk, set()).add(named)
        key = _stimulus(catalogue, test)
        if key in counted:
            continue
        counted.add(key)
        estimate = catalogue.estimate(_key(catalogue, test))
        if estimate is None or _of_profile(estimate, request.profile) is None:
            found.unestimated += 1
        if estimate is not None:
            _add(found, _of_profile(estimate, request.profile) or estimate.quick, lab)
    return found


def _stimulus(catalogue: Catalogue, test: PlannedTest) -> tuple[str, ...]:
    """What two tests have in common of which the second judges what the first records."""
    if not test.control:
        return test.process, test.name
    row = test.row if catalogue.control(test.control).kind is Kind.MESSAGE else ""
    return test.iut, test.link, test.control, test.level, row


def _key(catalogue: Catalogue, test: PlannedTest) -> EstimateKey:
    return catalogue.estimate_key(test.link, process=test.process, control=test.control, row=test.row)


def _of_profile(estimate: Estimate, profile: str) -> Cost | None:
    return estimate.quick if profile == "quick" else estimate.full


def _add(found: Outlook, cost: Cost, lab: Lab) -> None:
    allowance_s = lab.table.allowance_s
    found.too_long += cost.seconds > allowance_s
    found.seconds += min(cost.seconds, allowance_s)
    found.relay_operations += cost.relay_operations
    found.lock_outs += cost.lock_outs
    for act, count in _by_hand(cost.acts, lab).items():
        (found.prompts if lab.table.fault_box.operator else found.undone)[act] += count


def _by_hand(acts: Mapping[str, int], lab: Lab) -> Mapping[str, int]:
    """The acts for which the station has no relay."""
    return {act: count for act, count in acts.items() if act not in lab.table.fault_box.relays}
