"""Notices to the customer: each is repeated until it is acknowledged, over power cuts too."""

from __future__ import annotations

from collections.abc import Callable

from fixtures.meter.model.events import EventCode
from fixtures.meter.model.push import Notification

from .conftest import MeterOnBench

Bench = Callable[..., MeterOnBench]


class Sent(list[Notification]):
    """What went out at the consumer port."""

    @classmethod
    def of(cls, meter: MeterOnBench) -> Sent:
        sent = cls()
        meter.meter.consumption.notices.outputs.append(sent.append)
        return sent


async def test_a_notice_comes_again_until_it_is_acknowledged(bench: Bench) -> None:
    meter = bench(notice_repeat_s=30.0)
    sent = Sent.of(meter)
    meter.meter.recorder.record(EventCode.CREDIT_LOW)
    await meter.wait(65.0)
    assert [item.entry.code for item in sent] == [EventCode.CREDIT_LOW] * 3
    assert meter.meter.consumption.notices.acknowledge(sent[0].log, sent[0].entry.number)
    await meter.wait(120.0)
    assert len(sent) == 3


async def test_a_receipt_for_another_notice_ends_nothing(bench: Bench) -> None:
    meter = bench()
    sent = Sent.of(meter)
    meter.meter.recorder.record(EventCode.CREDIT_LOW)
    assert not meter.meter.consumption.notices.acknowledge(sent[0].log, sent[0].entry.number + 1)
    await meter.wait(35.0)
    assert len(sent) == 2


async def test_what_waits_outlives_a_power_cut(bench: Bench) -> None:
    meter = bench()
    meter.meter.recorder.record(EventCode.CREDIT_LOW)
    sent = Sent.of(meter)
    await meter.outage(60.0)
    assert [item.entry.code for item in sent] == [EventCode.CREDIT_LOW]


async def test_a_defective_meter_tells_once(bench: Bench) -> None:
    meter = bench("F-P87")
    sent = Sent.of(meter)
    meter.meter.recorder.record(EventCode.CREDIT_LOW)
    await meter.wait(300.0)
    assert len(sent) == 1


async def test_events_that_do_not_concern_the_customer_are_not_told(bench: Bench) -> None:
    meter = bench()
    sent = Sent.of(meter)
    meter.meter.recorder.record(EventCode.COVER_OPENED)
    assert sent == []
