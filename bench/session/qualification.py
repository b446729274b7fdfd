"""Qualification: each seeded fault, started alone in the device that carries it, must fail the tests meant for it.

A *case* is one fault in one emulated seat. Its intended tests are those of the plan that judge this seat and that
the fault's ``detected_by`` names: a control id, ``functional:<process>``, ``subfunction:<number>`` or
``conformance:<case>``. A case is detected when, for every such reference, at least one of its tests fails; a test
outside ``detected_by`` and ``may_also_fail`` that no longer passes is a false failure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from bench.judgement.verdict import Verdict
from bench.session.plan import PlannedTest, reference_of, seating
from bench.session.subfunctions import KIND as SUBFUNCTION_KIND

if TYPE_CHECKING:
    from bench.catalogue.catalogue import Catalogue
    from bench.catalogue.model import Fault
    from bench.evidence.run import TestStory
    from bench.lab.config import Lab


OF_MANY_SEATS = ("functional", SUBFUNCTION_KIND)
"""Kinds of tests in which other seats than the one that is judged take part."""


@dataclass(frozen=True)
class Case:
    """One fault in one seat, and the planned tests by the reference that names them."""

    fault: Fault
    seat: str
    intended: Mapping[str, tuple[PlannedTest, ...]]

    @property
    def spec(self) -> str:
        """The fault as ``--fault`` takes it."""
        return f"{self.fault.id}@{self.seat}"

    @property
    def tests(self) -> tuple[PlannedTest, ...]:
        """All intended tests, each once."""
        return tuple(dict.fromkeys(test for tests in self.intended.values() for test in tests))

    def sample(self, kind_of: Callable[[PlannedTest], Hashable]) -> tuple[PlannedTest, ...]:
        """The first intended test of each reference and kind; enough to see the fault, as a rule."""
        chosen: dict[tuple[str, Hashable], PlannedTest] = {}
        for reference, tests in self.intended.items():
            for test in tests:
                chosen.setdefault((reference, kind_of(test)), test)
        return tuple(dict.fromkeys(chosen.values()))

    def untried(
        self, missed: Iterable[str], tried: Collection[PlannedTest], kind_of: Callable[[PlannedTest], Hashable]
    ) -> tuple[PlannedTest, ...]:
        """What to try next where the references ``missed`` have not detected the fault; nothing when all was tried.

        First one test of each reference that is a control, and all functional tests; then one of each kind; then the
        others.
        """
        chosen: dict[PlannedTest, None] = {}
        for reference in missed:
            tests = self.intended[reference]
            one_a_kind = dict.fromkeys({kind_of(test): test for test in reversed(tests)}.values())
            first = [test for test in tests if test.kind in OF_MANY_SEATS] or tests[:1]
            for stage in (first, one_a_kind, tests):
                if left := [test for test in tests if test in stage and test not in tried]:
                    chosen.update(dict.fromkeys(left))
                    break
        return tuple(chosen)


@dataclass(frozen=True)
class CaseResult:
    """What a case showed. ``missed`` are references of which no test failed, ``false_failures`` names of tests."""

    case: Case
    missed: tuple[str, ...]
    false_failures: tuple[str, ...]
    detected_by: tuple[str, ...]
    bench_errors: tuple[str, ...]

    @property
    def good(self) -> bool:
        return not (self.missed or self.false_failures or self.bench_errors)

    def as_json(self) -> dict[str, Any]:
        return {
            "fault": self.case.fault.id,
            "title": self.case.fault.title,
            "seat": self.case.seat,
            "intended": sorted(self.case.intended),
            "detected": not self.missed,
            "detected_by": list(self.detected_by),
            "missed": list(self.missed),
            "false_failures": list(self.false_failures),
            "bench_errors": list(self.bench_errors),
        }


def kind_of(catalogue: Catalogue, test: PlannedTest) -> Hashable:
    """What tells tests of one control apart: what happens on their row, and the level. A functional test is its own."""
    if test.kind == "functional" or not test.row:
        return test.name
    return catalogue.row(test.row).predicates, test.level


def cases(catalogue: Catalogue, lab: Lab, plan: Sequence[PlannedTest], wanted: Iterable[str] = ()) -> Iterator[Case]:
    """The cases that this station can show, in the register's order. ``wanted`` restricts to ``ID`` or ``ID@seat``."""
    chosen = set(wanted)
    for fault in catalogue.faults:
        for seat in lab.seats_with_fault(fault.id):
            if chosen and not chosen & {fault.id, f"{fault.id}@{seat}"}:
                continue
            references = [ref for ref in fault.detected_by if _concerns(catalogue, lab, fault, seat, ref)]
            intended = {ref: tests for ref in references if (tests := _tests_for(ref, seat, plan))}
            if intended:
                yield Case(fault, seat, intended)


def can_detect(plan: Iterable[PlannedTest], probes: Collection[tuple[str, str]]) -> list[PlannedTest]:
    """The planned tests but for controls that no probe tests on their link (``probes``: control id and link).

    Such a control is a gap, which ``amibench coverage`` shows; it cannot have missed a fault.
    """
    return [test for test in plan if test.kind != "control" or test.structural or (test.control, test.link) in probes]


def _concerns(catalogue: Catalogue, lab: Lab, fault: Fault, seat: str, reference: str) -> bool:
    """Whether the tests that a reference names have to do with a seat.

    In a subfunction the actors take part that the catalogue names. Functional tests are about a whole process: of a
    fault that several kinds of device can have, those of the kind that the register names first take part in it, and
    of the others those that are ends of its rows, on the link on which this station judges the row.
    """
    kind, _, process = reference.partition(":")
    at = lab.seat(seat)
    if kind == SUBFUNCTION_KIND:
        return at.actor in catalogue.subfunction(int(process)).seats
    if kind != "functional" or at.device is None or at.device.kind == fault.device:
        return True
    rows = [row for row in catalogue.rows_of(process, derived=True) if at.actor in (row.actor1, row.actor2)]
    judged = [seating(lab, row) for row in rows]
    return any(one is None or at.speaks(one.link) for one in judged)


def _tests_for(reference: str, seat: str, plan: Sequence[PlannedTest]) -> tuple[PlannedTest, ...]:
    return tuple(
        test for test in plan if test.reference == reference and (test.kind in OF_MANY_SEATS or test.iut == seat)
    )


def uncovered(catalogue: Catalogue, lab: Lab, found: Iterable[Case]) -> tuple[tuple[str, str], ...]:
    """(fault, seat) pairs that a seat of the station can be started with and that no planned test is meant for."""
    covered = {(case.fault.id, case.seat) for case in found}
    return tuple(
        (fault.id, seat)
        for fault in catalogue.faults
        for seat in lab.seats_with_fault(fault.id)
        if (fault.id, seat) not in covered
    )


def result_of(case: Case, stories: Sequence[TestStory], bench_errors: Sequence[str]) -> CaseResult:
    """Judge a case from what its run recorded."""
    failed = {(s.plan["process"], s.name) for s in stories if s.verdict is Verdict.FAIL}
    errors = [f"{s.name}: {s.message}" for s in stories if s.verdict in (Verdict.ERROR, Verdict.NOT_RUN)]
    missed: list[str] = []
    detected: list[str] = []
    for reference, tests in case.intended.items():
        hits = [test.name for test in tests if (test.process, test.name) in failed]
        if hits:
            detected += hits
        else:
            missed.append(reference)
    allowed = (*case.fault.detected_by, *case.fault.may_also_fail)
    false = [
        story.name
        for story in stories
        if story.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE) and not _allowed(story, allowed)
    ]
    return CaseResult(case, tuple(missed), tuple(false), tuple(detected), (*bench_errors, *errors))


def _allowed(story: TestStory, patterns: Sequence[str]) -> bool:
    reference = reference_of(story.plan)
    return any(fnmatchcase(reference, pattern) for pattern in patterns)
