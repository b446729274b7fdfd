"""The disconnect control: modes and transitions, the relay, interlocks, and its seeded faults."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest

from drivers.metering import SwitchState
from fixtures.meter.model.control_modes import TRANSITIONS, Trigger, transition
from fixtures.meter.model.events import LOCAL_USER, EventCode, Log, Outcome
from fixtures.meter.model.switch import Answer

from .conftest import START, MeterOnBench

Bench = Callable[..., MeterOnBench]
OPEN, CLOSED, READY = SwitchState.DISCONNECTED, SwitchState.CONNECTED, SwitchState.READY_FOR_RECONNECTION
DISCONNECT, RECONNECT = Trigger.REMOTE_DISCONNECT, Trigger.REMOTE_RECONNECT
MANAGEMENT = 1

# Remote disconnect b, c in 1-7; remote reconnect d in 1, 3, 5, 6, a in 2, 4, 7, i in 7; manual f in 1, 2, 5 and e in
# 1-7; local g in 1-7, h in 5, 6, 7. From the interop peers' enumerations.
LETTERS = {
    0: "",
    1: "bcdefg",
    2: "abcefg",
    3: "bcdeg",
    4: "abceg",
    5: "bcdefgh",
    6: "bcdegh",
    7: "abceghi",
}


async def brought_to(bench: MeterOnBench, state: SwitchState) -> None:
    """Put the switch into a state by the way that mode 1 offers, and let the dwell pass."""
    switch = bench.meter.switch
    mode, switch.mode = switch.mode, 1
    if state is not CLOSED:
        switch.request(DISCONNECT if state is OPEN else Trigger.LOCAL_DISCONNECT, MANAGEMENT)
        await bench.wait(bench.settings.minimum_dwell_s + 1)
    switch.mode = mode
    assert switch.state is state


@pytest.mark.parametrize("mode", range(8))
@pytest.mark.parametrize("trigger", list(Trigger))
@pytest.mark.parametrize("state", [OPEN, CLOSED, READY])
async def test_each_mode_has_exactly_its_transitions(
    bench: Bench, mode: int, trigger: Trigger, state: SwitchState
) -> None:
    meter = bench(control_mode=mode)
    await brought_to(meter, state)
    expected = next(
        (
            move.after
            for move in map(TRANSITIONS.get, LETTERS[mode])
            if move and (move.trigger, move.before) == (trigger, state)
        ),
        None,
    )
    answer = meter.meter.switch.request(trigger, MANAGEMENT)
    await meter.wait(2)
    assert meter.meter.switch.state is (state if expected is None else expected)
    assert (answer is Answer.ACCEPTED) == (expected is not None)
    assert meter.point.contact_closed is (meter.meter.switch.state is CLOSED)


@pytest.mark.parametrize("mode", [1, 3, 5, 6])
async def test_after_a_remote_reconnect_somebody_has_to_press_the_button(bench: Bench, mode: int) -> None:
    meter = bench(control_mode=mode)
    await brought_to(meter, OPEN)
    meter.meter.switch.request(RECONNECT, MANAGEMENT)
    await meter.wait(10)
    assert not meter.point.contact_closed
    meter.point.press_button()
    await meter.wait(2)
    assert meter.point.contact_closed
    assert meter.codes(Log.SWITCH)[-2:] == [EventCode.READY_FOR_RECONNECTION, EventCode.MANUAL_CONNECTION]
    assert meter.meter.logs[Log.SWITCH].entries()[-1].originator == LOCAL_USER


async def test_the_button_does_nothing_when_disconnected(bench: Bench) -> None:
    meter = bench(control_mode=4)
    await brought_to(meter, OPEN)
    meter.point.press_button()
    await meter.wait(5)
    assert meter.meter.switch.state is OPEN


async def test_state_and_output_follow_the_contact_after_its_travel(bench: Bench) -> None:
    meter = bench(open_travel_s=0.3, close_travel_s=1.5)
    switch = meter.meter.switch
    switch.request(DISCONNECT, MANAGEMENT)
    await meter.wait(0.29)
    assert (switch.state, switch.output_closed) == (CLOSED, True)
    await meter.wait(0.02)
    assert (switch.state, switch.output_closed) == (OPEN, False)
    await meter.wait(60)
    switch.request(RECONNECT, MANAGEMENT)
    assert 1.5 <= switch.answer_after_s < 2.0
    await meter.wait(1.49)
    assert (switch.state, switch.output_closed) == (OPEN, False)
    await meter.wait(0.02)
    assert (switch.state, switch.output_closed, switch.answer_after_s) == (CLOSED, True, 0.0)


async def test_one_operation_leaves_one_entry(bench: Bench) -> None:
    meter = bench()
    meter.meter.switch.request(DISCONNECT, MANAGEMENT)
    await meter.wait(5)
    (entry,) = meter.meter.logs[Log.SWITCH].written()
    assert (entry.code, entry.originator, entry.outcome) == (EventCode.REMOTE_DISCONNECTION, MANAGEMENT, Outcome.DONE)
    assert entry.at == pytest.approx(START.timestamp() + 0.3)


async def test_asking_again_for_what_is_reached_is_no_error_and_no_event(bench: Bench) -> None:
    meter = bench()
    assert meter.meter.switch.request(RECONNECT, MANAGEMENT) is Answer.NOTHING_TO_DO
    await meter.wait(5)
    assert meter.codes(Log.SWITCH) == []


async def test_a_stuck_relay_is_reported_and_the_state_stays(bench: Bench) -> None:
    meter = bench()
    meter.point.stick_relay(True)
    meter.meter.switch.request(DISCONNECT, MANAGEMENT)
    await meter.wait(5)
    assert meter.meter.switch.state is CLOSED
    assert meter.meter.switch.output_closed
    assert meter.codes(Log.SWITCH) == [EventCode.SWITCH_FAILED]
    assert meter.meter.switch.last_answer is Answer.SWITCH_FAILED


class TestDwell:
    async def test_a_command_within_the_dwell_is_refused_and_not_done_later(self, bench: Bench) -> None:
        meter = bench()
        meter.meter.switch.request(DISCONNECT, MANAGEMENT)
        await meter.wait(59)
        assert meter.meter.switch.request(RECONNECT, MANAGEMENT) is Answer.REFUSED_DWELL
        await meter.wait(600)
        assert meter.meter.switch.state is OPEN
        assert meter.codes(Log.SWITCH)[-1] is EventCode.REFUSED_DWELL

    async def test_the_contact_rests_at_least_the_dwell_at_the_fastest_rate(self, bench: Bench) -> None:
        meter = bench()
        moves: list[float] = []
        meter.point.listen(lambda what: moves.append(meter.clock.now()) if what.value == "switch" else None)
        for trigger in itertools.islice(itertools.cycle((DISCONNECT, RECONNECT)), 200):
            meter.meter.switch.request(trigger, MANAGEMENT)
            await meter.wait(1)
        assert len(moves) > 2
        assert min(later - earlier for earlier, later in itertools.pairwise(moves)) >= 60

    async def test_a_power_cut_does_not_shorten_it(self, bench: Bench) -> None:
        meter = bench()
        meter.meter.switch.request(DISCONNECT, MANAGEMENT)
        await meter.wait(5)
        await meter.outage(5)
        assert meter.meter.switch.request(RECONNECT, MANAGEMENT) is Answer.REFUSED_DWELL

    async def test_setting_the_clock_does_not_shorten_it(self, bench: Bench) -> None:
        meter = bench()
        meter.meter.switch.request(DISCONNECT, MANAGEMENT)
        await meter.wait(5)
        meter.meter.set_clock(meter.meter.rtc.now() + 3600, MANAGEMENT)
        assert meter.meter.switch.request(RECONNECT, MANAGEMENT) is Answer.REFUSED_DWELL

    async def test_without_dwell_the_switch_follows_each_command(self, bench: Bench) -> None:
        meter = bench("F-I38")
        meter.meter.switch.request(DISCONNECT, MANAGEMENT)
        await meter.wait(2)
        assert meter.meter.switch.request(RECONNECT, MANAGEMENT) is Answer.ACCEPTED


class TestLoadSide:
    @pytest.mark.parametrize(
        ("voltage_v", "refused"), [(5.0, False), (12.5, False), (30.0, True), (115.0, True), (230.0, True)]
    )
    async def test_a_live_load_side_keeps_it_open(self, bench: Bench, voltage_v: float, refused: bool) -> None:
        meter = bench(customer_voltage_limit_v=25.0)
        await brought_to(meter, OPEN)
        meter.back_feed(voltage_v)
        answer = meter.meter.switch.request(RECONNECT, MANAGEMENT)
        await meter.wait(5)
        assert (answer is Answer.REFUSED_LOAD_SIDE_LIVE) is refused
        assert meter.point.contact_closed is not refused

    @pytest.mark.parametrize(("fault", "closes"), [((), False), (("F-I34",), True)])
    async def test_it_does_not_close_when_the_back_feed_goes(
        self, bench: Bench, fault: tuple[str, ...], closes: bool
    ) -> None:
        meter = bench(*fault)
        await brought_to(meter, OPEN)
        meter.back_feed(230.0)
        meter.meter.switch.request(RECONNECT, MANAGEMENT)
        await meter.wait(5)
        meter.back_feed(0.0)
        await meter.wait(10)
        assert meter.point.contact_closed is closes

    async def test_the_button_is_refused_as_well(self, bench: Bench) -> None:
        meter = bench(control_mode=1)
        await brought_to(meter, OPEN)
        meter.meter.switch.request(RECONNECT, MANAGEMENT)
        meter.back_feed(230.0)
        meter.point.press_button()
        await meter.wait(5)
        assert not meter.point.contact_closed

    async def test_a_defective_meter_closes_on_it(self, bench: Bench) -> None:
        meter = bench("F-I24")
        await brought_to(meter, OPEN)
        meter.back_feed(230.0)
        meter.meter.switch.request(RECONNECT, MANAGEMENT)
        await meter.wait(5)
        assert meter.point.contact_closed


class TestPowerCut:
    @pytest.mark.parametrize("state", [OPEN, CLOSED, READY])
    async def test_the_switch_stays_as_it_was(self, bench: Bench, state: SwitchState) -> None:
        meter = bench()
        await brought_to(meter, state)
        moved: list[object] = []
        meter.point.listen(lambda what: moved.append(what) if what.value == "switch" else None)
        await meter.outage(300)
        await meter.wait(60)
        assert (meter.meter.switch.state, moved) == (state, [])

    @pytest.mark.parametrize("after_s", [0.0, 0.1, 0.27, 0.29, 0.31, 0.9])
    async def test_in_the_middle_of_an_operation_state_and_contact_agree_afterwards(
        self, bench: Bench, after_s: float
    ) -> None:
        meter = bench()
        meter.meter.switch.request(DISCONNECT, MANAGEMENT)
        await meter.wait(after_s)
        await meter.outage(30)
        await meter.wait(5)
        assert meter.point.contact_closed is (meter.meter.switch.state is CLOSED)
        assert not meter.meter.switch.is_moving

    async def test_f_a6_closes_at_boot(self, bench: Bench) -> None:
        meter = bench("F-A6")
        await brought_to(meter, OPEN)
        await meter.outage(30)
        assert meter.point.contact_closed

    @pytest.mark.parametrize("state", [OPEN, CLOSED])
    async def test_f_a20_toggles_during_boot_and_ends_as_it_was(self, bench: Bench, state: SwitchState) -> None:
        meter = bench("F-A20")
        await brought_to(meter, state)
        moves: list[float] = []
        meter.point.listen(lambda what: moves.append(meter.clock.now()) if what.value == "switch" else None)
        await meter.outage(30)
        assert len(moves) == 2
        assert meter.point.contact_closed is (state is CLOSED)


class TestFaults:
    async def test_f_i14_acknowledges_and_nothing_moves(self, bench: Bench) -> None:
        meter = bench("F-I14")
        assert meter.meter.switch.request(DISCONNECT, MANAGEMENT) is Answer.ACCEPTED
        await meter.wait(20)
        assert meter.point.contact_closed
        assert meter.meter.switch.state is OPEN

    async def test_f_i15_shows_the_inverse(self, bench: Bench) -> None:
        meter = bench("F-I15")
        assert not meter.meter.switch.output_closed
        meter.meter.switch.request(DISCONNECT, MANAGEMENT)
        await meter.wait(5)
        assert meter.meter.switch.output_closed
        assert meter.meter.switch.state is OPEN

    @pytest.mark.parametrize("mode", [1, 3, 5, 6])
    async def test_f_i25_closes_directly_in_every_mode(self, bench: Bench, mode: int) -> None:
        meter = bench("F-I25", control_mode=mode)
        await brought_to(meter, OPEN)
        meter.meter.switch.request(RECONNECT, MANAGEMENT)
        await meter.wait(5)
        assert meter.point.contact_closed

    async def test_f_p22_says_done_before_it_is(self, bench: Bench) -> None:
        meter = bench("F-P22")
        await brought_to(meter, OPEN)
        switch = meter.meter.switch
        switch.request(RECONNECT, MANAGEMENT)
        assert (switch.state, switch.output_closed, switch.answer_after_s) == (CLOSED, True, 0.0)
        assert not meter.point.contact_closed
        await meter.wait(2)
        assert meter.point.contact_closed
        assert meter.codes(Log.SWITCH).count(EventCode.REMOTE_CONNECTION) == 1


def test_the_machine_has_no_transition_out_of_always_connected() -> None:
    assert all(transition(0, trigger, state) is None for trigger in Trigger for state in SwitchState)


def test_travel_times_are_within_the_dwell(bench: Bench) -> None:
    settings = bench(run=False).settings
    assert timedelta(seconds=settings.close_travel_s) < timedelta(seconds=settings.minimum_dwell_s)
