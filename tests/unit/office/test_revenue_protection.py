"""3.3: events, sweeps and anomalies become one case each; the CIS answers once; a replaced meter is not billed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.cim import OfficeRefusedError
from drivers.cim.payloads import EndDeviceEvent, MasterDataLinkage, MeterReadSchedule, MeterSecurityStatus, TamperReport
from drivers.cim.revenue import CaseReason, CaseState, RevenueCase, Standing
from drivers.cim.times import iso
from drivers.cim.vocabulary import Code, EventKind, ReadingKind
from fixtures.office.mdms.anomalies import Day, anomaly
from tests.unit.office.doubles import PERIOD, START, Station, station

USUAL = [Day(10_000.0 + 500.0 * (day % 5), 0.0) for day in range(30)]
SYSTEMS = ("headend", "mdms", "billing", "cis")


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, *SYSTEMS) as made:
        yield made


def tampering(number: int = 1) -> EndDeviceEvent:
    report = TamperReport(code=44, status=MeterSecurityStatus(alarms=1 << 15))
    return EndDeviceEvent(
        event=f"e-{number}", kind=EventKind.TAMPERING, meter="M-1001", time_stamp=iso(START), tamper=report
    )


async def cases(running: Station, seat: str) -> list[tuple[CaseReason, CaseState]]:
    return [(one.reason, one.state) for one in await running.office(seat, "operator").cases()]


# -- anomalies ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (Day(0.0, 0.0), CaseReason.ZERO_USE),
        (Day(2_000.0, 0.0), CaseReason.LOW_USE),
        (Day(0.0, 9_000.0), CaseReason.REVERSED),
        (Day(9_000.0, 0.0), CaseReason.FLAT_LINE),
    ],
)
def test_a_change_that_lasts_three_days_is_an_anomaly(last: Day, expected: CaseReason) -> None:
    assert anomaly([*USUAL, last, last, last]) is expected
    assert anomaly([*USUAL, last]) is None


def test_ordinary_days_are_none_and_few_days_say_nothing() -> None:
    assert anomaly(USUAL) is None
    assert anomaly([*USUAL, Day(6_000.0, 0.0), Day(8_000.0, 0.0), Day(5_000.0, 0.0)]) is None
    assert anomaly([Day(10_000.0, 0.0)] * 9 + [Day(0.0, 0.0)] * 3) is None


def test_a_generator_is_no_reversed_meter() -> None:
    sunny = [Day(day.imported, 6_000.0) for day in USUAL]
    assert anomaly([*sunny, *sunny[-3:]]) is None


# -- cases -------------------------------------------------------------------------------------------------------------


async def test_an_event_makes_one_case_and_flags_the_meter_everywhere(running: Station) -> None:
    mdms = running.office("mdms", "headend")
    await mdms.tell((tampering(),))
    await mdms.tell((tampering(), tampering(2)))
    await running.pass_time(5.0)
    assert await cases(running, "mdms") == [(CaseReason.TAMPER_EVENT, CaseState.OPEN)]
    assert await cases(running, "cis") == await cases(running, "mdms")
    for seat in ("mdms", "headend"):
        (standing,) = await running.office(seat, "operator").standings()
        assert (standing.meter, standing.standing) == ("M-1001", Standing.WATCHED)
    assert running.meters["M-1001"].watched


async def test_the_answer_of_the_cis_changes_a_case_once(running: Station) -> None:
    await running.office("mdms", "headend").tell((tampering(),))
    await running.pass_time(5.0)
    clerk = running.office("cis", "operator")
    (case,) = await clerk.cases()
    verdict = RevenueCase(case=case.case, meter=case.meter, reason=case.reason, state=CaseState.ALL_OK)
    await clerk.judge_cases((verdict,))
    with pytest.raises(OfficeRefusedError, match="conflict"):
        await clerk.judge_cases((RevenueCase(**{**_fields(verdict), "state": CaseState.POSSIBLE_TAMPERING}),))
    await running.pass_time(5.0)
    assert await cases(running, "mdms") == [(CaseReason.TAMPER_EVENT, CaseState.ALL_OK)]


def _fields(case: RevenueCase) -> dict[str, object]:
    return {name: getattr(case, name) for name in ("case", "meter", "reason")}


@pytest.mark.parametrize(
    "wrong",
    [
        EndDeviceEvent(event="e", kind=EventKind.TAMPERING, meter="M-1001", time_stamp=iso(START)),
        EndDeviceEvent(event="e", kind=EventKind.METER_EVENT, meter="M-1001", time_stamp=iso(START + 3600.0)),
        EndDeviceEvent(event="", kind=EventKind.METER_EVENT, meter="M-1001", time_stamp=iso(START)),
    ],
)
async def test_the_mdms_refuses_events_that_cannot_be(running: Station, wrong: EndDeviceEvent) -> None:
    with pytest.raises(OfficeRefusedError):
        await running.office("mdms", "headend").tell((wrong,))
    assert await cases(running, "mdms") == []


async def test_a_meter_s_own_notice_goes_up_once(running: Station) -> None:
    linkage = MasterDataLinkage(meter="M-1001", usage_point="U", account="A", notify=True)
    await running.office("headend", "operator").link((linkage,))
    assert running.meters["M-1001"].pushes_to


# -- sweep -------------------------------------------------------------------------------------------------------------


async def test_a_sweep_answers_for_every_meter(running: Station) -> None:
    running.meters["M-1002"].reachable = False
    found = await running.office("headend", "mdms").ping(("M-1001", "M-1002", "NOPE"), security=True)
    assert [(one.meter, one.code) for one in found] == [
        ("M-1001", None), ("M-1002", Code.UNREACHABLE), ("NOPE", Code.UNKNOWN_METER),
    ]  # fmt: skip
    assert [one.security is None for one in found] == [False, True, True]


async def test_what_rose_between_two_sweeps_makes_one_case(running: Station) -> None:
    operator = running.office("mdms", "operator")
    running.meters["M-1001"].counters = {"bypass": 4}
    await operator.ping(("M-1001",), security=True)
    assert await cases(running, "mdms") == []
    running.meters["M-1001"].counters = {"bypass": 5}
    for _ in range(3):
        await operator.ping(("M-1001",), security=True)
    await running.pass_time(5.0)
    assert await cases(running, "cis") == [(CaseReason.TAMPER_STATUS, CaseState.OPEN)]


# -- registration ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("faults", [set(), {"F-P21"}])
async def test_a_meter_with_other_keys_is_reported_and_not_billed(tmp_path: Path, faults: set[str]) -> None:
    async with station(tmp_path, *SYSTEMS, faults={"mdms": faults}) as running:
        schedule = MeterReadSchedule(schedule="s", meters=("M-1001",), period=PERIOD)
        await running.office("mdms", "operator").schedule_reading(schedule)
        await running.pass_time(2 * PERIOD)
        running.meters["M-1001"].other_keys = True
        changed_at = running.clock.now()
        await running.pass_time(3 * PERIOD)
        (standing,) = await running.office("mdms", "operator").standings()
        assert standing.standing is Standing.INVALID
        billed = await running.office("billing", "operator").read(
            ("M-1001",), (ReadingKind.INTERVALS,), changed_at, running.clock.now()
        )
        values = [one for meter in billed.meters for block in meter.interval_blocks for one in block.readings]
        assert bool(values) is bool(faults)


async def test_another_serial_number_is_reported_with_the_reading(tmp_path: Path) -> None:
    async with station(tmp_path, *SYSTEMS, headend={"meters": {"M-1001": {"serial": "M-1001"}}}) as running:
        running.meters["M-1001"].serial_number = "M-9999"
        answer = await running.office("headend", "mdms").read(("M-1001",))
        assert [error.code for error in answer.errors] == [Code.INVALID_REGISTRATION]
        events = await running.office("mdms", "operator").events(("M-1001",))
        assert [event.kind for event in events] == [EventKind.INVALID_REGISTRATION]
