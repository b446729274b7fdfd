"""3.5.4: the headend has the CIS write to customers of an outage; notices are replaced, cancelled and refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.cim import OfficeRefusedError
from drivers.cim.notices import OutageNotice, cancel_notices, known_notices, tell_notices
from drivers.cim.payloads import EndDeviceEvent
from drivers.cim.times import iso
from drivers.cim.vocabulary import Code, EventKind
from tests.unit.office.doubles import START, Station, station

METER, OTHER = "M-1001", "M-1002"


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, "headend", "cis") as made:
        yield made


def notice(
    number: str = "n-1", *, after_s: float = 7_200.0, hours: int = 1, meters: tuple[str, ...] = (METER,)
) -> OutageNotice:
    return OutageNotice(notice=number, meters=meters, start=iso(START + after_s), duration=hours * 3_600)


async def tell(running: Station, *notices: OutageNotice) -> None:
    await tell_notices(running.office("headend", "oms").messenger, notices)
    await running.pass_time(10.0)


async def states(running: Station) -> list[tuple[str, str]]:
    found = await known_notices(running.office("headend", "operator").messenger)
    return [(one.notice, one.state) for one in found]


async def written(running: Station) -> list[EndDeviceEvent]:
    events = await running.office("cis", "operator").events()
    return [one for one in events if one.kind is EventKind.OUTAGE_NOTICE]


async def test_a_customer_without_a_display_is_written_to_once(running: Station) -> None:
    await tell(running, notice(meters=(METER, OTHER)))
    await tell(running, notice(meters=(METER, OTHER)))
    found = await written(running)
    assert sorted(one.meter for one in found) == [METER, OTHER]
    (status,) = await known_notices(running.office("headend", "operator").messenger, (METER,))
    assert [one.way for one in status.deliveries] == ["message", "message"]
    assert found[0].detail == status.text
    assert status.text.startswith("Planned interruption of your supply: ")
    assert status.text.endswith("UTC+1")


async def test_a_changed_notice_takes_the_place_of_the_first(running: Station) -> None:
    await tell(running, notice())
    await tell(running, notice(hours=3))
    assert await states(running) == [("n-1", "told")]
    assert len(await written(running)) == 2


async def test_a_notice_ends_when_it_is_cancelled_and_when_it_is_over(running: Station) -> None:
    await tell(running, notice("n-1"), notice("n-2", after_s=60.0))
    await cancel_notices(running.office("headend", "oms").messenger, ("n-1",))
    assert await states(running) == [("n-1", "cancelled"), ("n-2", "told")]
    await running.pass_time(2 * 3_600.0)
    assert await states(running) == [("n-1", "cancelled"), ("n-2", "over")]
    with pytest.raises(OfficeRefusedError):
        await cancel_notices(running.office("headend", "oms").messenger, ("n-3",))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (notice(meters=("nobody",)), Code.UNKNOWN_METER),
        (notice(after_s=-7_200.0), Code.EXPIRED),
        (notice(hours=0), Code.INVALID_VALUE),
        (notice(meters=()), Code.INVALID_VALUE),
    ],
)
async def test_of_notices_of_which_one_is_wrong_none_is_told(running: Station, wrong: OutageNotice, code: Code) -> None:
    with pytest.raises(OfficeRefusedError) as refused:
        await tell(running, notice("good"), wrong)
    assert refused.value.code == code
    assert await states(running) == []
    assert await written(running) == []


async def test_a_defective_headend_forgets_who_has_no_display(tmp_path: Path) -> None:
    async with station(tmp_path, "headend", "cis", faults={"headend": {"F-P93"}}) as running:
        await tell(running, notice())
        assert await states(running) == [("n-1", "told")]
        assert await written(running) == []
