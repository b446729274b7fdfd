"""The event logs: order, room, power cuts, clearing, originators."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.meter.model.control_modes import Trigger
from fixtures.meter.model.events import ACTION_EVENTS, KINDS, LOCAL_USER, EventCode, Log, Outcome, event_table
from fixtures.meter.model.nonvolatile import PowerLostError

from .conftest import START, MeterOnBench

Bench = Callable[..., MeterOnBench]


def numbers(bench: MeterOnBench, log: Log) -> list[int]:
    return [entry.number for entry in bench.meter.logs[log].entries()]


def test_a_fresh_meter_has_a_past_in_its_logs(bench: Bench) -> None:
    meter = bench()
    entries = meter.meter.logs[Log.STANDARD].entries()
    assert len(entries) >= 4
    assert all(entry.at < START.timestamp() for entry in entries)
    assert meter.meter.logs[Log.STANDARD].counter == len(entries)


def test_entries_are_in_the_order_in_which_they_were_made(bench: Bench) -> None:
    meter = bench()
    recorder = meter.meter.recorder
    recorder.record(EventCode.LOGIN_FAILED, 4)
    recorder.record(EventCode.COVER_OPENED)
    recorder.record(EventCode.LOGIN_FAILED, 4)
    assert meter.codes(Log.FRAUD) == [EventCode.LOGIN_FAILED, EventCode.COVER_OPENED, EventCode.LOGIN_FAILED]
    assert numbers(meter, Log.FRAUD) == sorted(numbers(meter, Log.FRAUD))


def test_cheap_events_displace_only_their_own_kind(bench: Bench) -> None:
    meter = bench()
    log = meter.meter.logs[Log.FRAUD]
    meter.meter.recorder.record(EventCode.MAGNET_DETECTED)
    for _ in range(2 * log.capacity):
        meter.meter.recorder.record(EventCode.LOGIN_FAILED, 4)
    codes = [entry.code for entry in log.entries()]
    assert EventCode.MAGNET_DETECTED in codes
    assert EventCode.TERMINAL_COVER_OPENED in codes  # from before the start
    assert codes.count(EventCode.LOGIN_FAILED) == meter.settings.log_cheap


def test_f_i35_lets_cheap_events_displace_all(bench: Bench) -> None:
    meter = bench("F-I35")
    log = meter.meter.logs[Log.FRAUD]
    meter.meter.recorder.record(EventCode.MAGNET_DETECTED)
    for _ in range(2 * log.capacity):
        meter.meter.recorder.record(EventCode.LOGIN_FAILED, 4)
    assert {entry.code for entry in log.entries()} == {EventCode.LOGIN_FAILED}
    assert len(log.entries()) == log.capacity


def test_durable_events_drop_the_oldest_of_their_kind(bench: Bench) -> None:
    meter = bench()
    log = meter.meter.logs[Log.FRAUD]
    for _ in range(meter.settings.log_durable + 3):
        meter.meter.recorder.record(EventCode.COVER_OPENED)
    durable = [entry for entry in log.entries() if KINDS[EventCode(entry.code)].durable]
    assert len(durable) == meter.settings.log_durable
    assert durable[-1].number == log.counter


def test_clearing_leaves_one_entry_that_says_who_and_the_counter_goes_on(bench: Bench) -> None:
    meter = bench()
    log = meter.meter.logs[Log.SWITCH]
    before = log.counter
    meter.meter.recorder.clear(Log.SWITCH, 1)
    (entry,) = log.entries()
    assert (entry.code, entry.originator, entry.number) == (EventCode.LOG_CLEARED, 1, before + 1)


def test_f_i26_clears_without_a_trace(bench: Bench) -> None:
    meter = bench("F-I26")
    before = meter.meter.logs[Log.SWITCH].counter
    meter.meter.recorder.clear(Log.SWITCH, 1)
    assert meter.meter.logs[Log.SWITCH].entries() == []
    assert meter.meter.logs[Log.SWITCH].counter == before


async def test_entries_outlive_power_cuts(bench: Bench) -> None:
    meter = bench()
    for _ in range(100):
        meter.meter.recorder.record(EventCode.LOGIN_FAILED, 4)
    before = meter.meter.logs[Log.FRAUD].entries()
    await meter.outage(60)
    assert meter.meter.logs[Log.FRAUD].entries() == before


async def test_f_i27_loses_entries_in_a_power_cut_and_not_before(bench: Bench) -> None:
    meter = bench("F-I27")
    meter.meter.recorder.record(EventCode.COVER_OPENED)
    assert meter.codes(Log.FRAUD) == [EventCode.COVER_OPENED]
    await meter.outage(60)
    assert meter.codes(Log.FRAUD) == []
    assert meter.codes(Log.STANDARD) == [EventCode.POWER_DOWN, EventCode.POWER_UP]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.integers(0, 8), before=st.integers(0, 3))
def test_a_cut_while_an_entry_is_written_leaves_it_whole_or_not_there(bench: Bench, steps: int, before: int) -> None:
    meter = bench()
    memory, log = meter.meter.nv, meter.meter.logs[Log.FRAUD]
    for _ in range(before):
        meter.meter.recorder.record(EventCode.LOGIN_FAILED, 4)
    old, counter = log.entries(), log.counter
    left = [steps]

    def cut(step: str) -> None:
        if left[0] == 0:
            raise PowerLostError(step)
        left[0] -= 1

    memory.on_step = cut
    try:
        meter.meter.recorder.record(EventCode.COVER_OPENED)
    except PowerLostError:
        pass
    memory.on_step = None
    memory.recover()
    new = log.entries()
    assert new[: len(old)] == old
    assert (len(new) - len(old), log.counter - counter) in ((0, 0), (1, 1))


class TestOriginator:
    async def test_remote_local_and_own_acts_are_told_apart(self, bench: Bench) -> None:
        meter = bench(control_mode=2)
        meter.meter.switch.request(Trigger.REMOTE_DISCONNECT, 1)
        await meter.wait(70)
        meter.meter.switch.request(Trigger.REMOTE_RECONNECT, 1)
        await meter.wait(70)
        meter.point.press_button()
        await meter.wait(70)
        entries = meter.meter.logs[Log.SWITCH].written()
        assert [entry.originator for entry in entries] == [1, 1, LOCAL_USER]

    def test_f_i17_names_another_client(self, bench: Bench) -> None:
        meter = bench("F-I17")
        for originator in (1, 2, 3):
            meter.meter.recorder.record(EventCode.CONFIGURATION_CHANGED, originator)
        meter.meter.recorder.record(EventCode.COVER_OPENED)
        named = [entry.originator for entry in meter.meter.logs[Log.STANDARD].written()]
        assert named == [2, 1, 1]
        assert meter.meter.logs[Log.FRAUD].written()[-1].originator == 0

    async def test_f_i16_leaves_no_entry_of_remote_actions_only(self, bench: Bench) -> None:
        meter = bench("F-I16")
        meter.meter.set_clock(meter.meter.rtc.now() + 60, 1)
        meter.meter.recorder.record(EventCode.LOGIN_FAILED, 4, Outcome.REFUSED)
        meter.point.open_cover(True)
        meter.meter.switch.request(Trigger.REMOTE_DISCONNECT, 1)
        await meter.wait(5)
        assert meter.codes(Log.STANDARD) == meter.codes(Log.SWITCH) == []
        assert meter.codes(Log.FRAUD) == [EventCode.LOGIN_FAILED, EventCode.COVER_OPENED]


class TestBacklog:
    @pytest.mark.parametrize("fault", [None, "F-A7", "F-A8"])
    async def test_what_is_recorded_while_the_link_is_down(self, bench: Bench, fault: str | None) -> None:
        meter = bench(*([fault] if fault else []))
        await meter.wait(minutes=30)
        meter.meter.backlog.session_ended(released=False)
        await meter.wait(hours=2)
        meter.point.open_cover(True)
        await meter.wait(minutes=1)
        meter.meter.backlog.session_begun()
        now = meter.meter.rtc.now()
        rows = meter.meter.load_profile.store.written()
        covers = [entry for entry in meter.meter.logs[Log.FRAUD].written() if entry.code == EventCode.COVER_OPENED]
        late = [row for row in rows if row.at == now]
        match fault:
            case None:
                assert (len(rows), len(covers), late) == (10, 1, [])
                assert covers[0].at == now - 60
            case "F-A7":
                assert (len(rows), covers) == (2, [])
            case _:
                assert (len(rows), len(late), [entry.at for entry in covers]) == (10, 8, [now])

    @pytest.mark.parametrize("fault", ["F-A7", "F-A8"])
    async def test_a_released_association_is_no_link_loss(self, bench: Bench, fault: str) -> None:
        meter = bench(fault)
        meter.meter.backlog.session_ended(released=True)
        await meter.wait(hours=24)
        meter.meter.backlog.session_begun()
        rows = meter.meter.load_profile.store.written()
        assert [row.at for row in rows] == [START.timestamp() + 900 * number for number in range(1, 97)]


def test_the_table_of_events_is_complete() -> None:
    table = event_table()
    assert {row["code"] for row in table} == {int(code) for code in EventCode}
    assert all(code in KINDS for codes in ACTION_EVENTS.values() for code in codes)
    bits = [row["alarm_bit"] for row in table if row["alarm_bit"] != -1]
    assert all(isinstance(bit, int) and 0 <= bit < 32 for bit in bits)
