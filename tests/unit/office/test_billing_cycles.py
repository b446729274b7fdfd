"""3.1.4: the customer's choice goes down to the meter, and what the meter closes comes up to Billing, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.cim import OfficeRefusedError
from drivers.cim.payloads import BillingCycle, MeterReading, Reading
from drivers.cim.times import iso
from drivers.cim.vocabulary import ReadingKind, ReadingType
from tests.unit.office.doubles import START, Station, station

DAY = 86_400.0
CLOSINGS = (ReadingKind.BILLING,)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, "headend", "mdms", "billing", "cis") as made:
        yield made


async def held(running: Station, seat: str) -> list[tuple[str, float]]:
    found = await running.office(seat, "operator").read(["M-1001"], CLOSINGS, START - 90 * DAY, running.clock.now())
    return [(one.time_stamp, one.value) for meter in found.meters for one in meter.readings]


def closing(at: float, value: int, unit: str = "Wh") -> MeterReading:
    reading = Reading(reading_type=ReadingType.IMPORT_RATE_1, value=value, unit=unit, time_stamp=iso(at))
    return MeterReading(meter="M-1001", readings=(reading,), purpose="billing")


async def test_a_choice_at_the_portal_reaches_the_meter(running: Station) -> None:
    portal = running.portal()
    await portal.sign_in("ada", running.secret("office/customer/ada"))
    assert await portal.choose_billing_day("M-1001", 20) == {"meter": "M-1001", "day": 20}
    await running.pass_time(10.0)
    assert (await portal.account())["billingDays"] == {"M-1001": 20}
    assert running.meters["M-1001"].billing_day == 20


@pytest.mark.parametrize(("meter", "day"), [("M-1002", 5), ("M-1001", 0), ("M-1001", 32)])
async def test_no_choice_for_another_customer_or_on_no_day(running: Station, meter: str, day: int) -> None:
    portal = running.portal()
    await portal.sign_in("ada", running.secret("office/customer/ada"))
    with pytest.raises(OfficeRefusedError):
        await portal.choose_billing_day(meter, day)
    assert running.meters[meter].billing_day == 1


async def test_each_closing_reaches_billing_once(running: Station) -> None:
    meter = running.meters["M-1001"]
    meter.periods = {START - 40 * DAY: 1000.0, START - 10 * DAY: 2000.0}
    mdms = running.office("mdms", "operator")
    for _ in range(2):
        await mdms.set_billing_cycle((BillingCycle(meter="M-1001", day=3),))
        await running.pass_time(60.0)
    expected = [(iso(START - 40 * DAY), 1000), (iso(START - 10 * DAY), 2000)]
    assert await held(running, "mdms") == expected
    assert await held(running, "billing") == expected


async def test_a_closing_is_fetched_on_the_day_of_the_cycle(running: Station) -> None:
    await running.office("mdms", "operator").set_billing_cycle((BillingCycle(meter="M-1001", day=3),))
    running.meters["M-1001"].periods = {START + DAY: 3000.0}
    await running.pass_time(32 * DAY)
    assert await held(running, "billing") == [(iso(START + DAY), 3000)]


async def test_billing_takes_a_closing_once_and_then_corrections_only(running: Station) -> None:
    billing = running.office("billing", "mdms")
    await billing.announce((closing(START - DAY, 100),))
    with pytest.raises(OfficeRefusedError, match="conflict"):
        await billing.announce((closing(START - DAY, 200),))
    await billing.announce((closing(START - DAY, 250),), correction=True)
    assert await held(running, "billing") == [(iso(START - DAY), 250)]


@pytest.mark.parametrize("wrong", [closing(START + DAY, 1), closing(START, -1), closing(START, 1, unit="kWh")])
async def test_billing_refuses_impossible_closings(running: Station, wrong: MeterReading) -> None:
    with pytest.raises(OfficeRefusedError, match="invalid_value"):
        await running.office("billing", "mdms").announce((wrong,))
