"""The barrier of the stepped clock: order of timers, bytes in flight, deadlines, tasks, the guard."""

from __future__ import annotations

import asyncio
import random

import pytest

from drivers.clock import Clock, HostStuckError, LinkState
from fixtures.clock import ClockResetError, EmulationError, HostLink, LinkWait, PlantClock

KEY = "tcp:4059:50000"


def answering(clock: PlantClock, link: HostLink, delay_s: float, length: int = 5) -> None:
    """Let ``link``'s server send ``length`` bytes after ``delay_s``."""

    def emit() -> None:
        link.emitted += length

    clock.call_later(delay_s, emit)


async def test_time_stands_still_without_a_wait(plant_clock: PlantClock) -> None:
    fired: list[float] = []
    start = plant_clock.now()
    plant_clock.call_later(1.0, lambda: fired.append(plant_clock.now()))
    for _ in range(20):
        await asyncio.sleep(0)
    assert plant_clock.now() == start
    assert fired == []


def test_is_a_clock_for_drivers(plant_clock: PlantClock) -> None:
    assert isinstance(plant_clock, Clock)
    assert plant_clock.uncertainty_s == 0.0


async def test_timers_fire_in_order_of_time_then_of_setting(plant_clock: PlantClock) -> None:
    start, fired = plant_clock.now(), []
    for name, delay in (("c", 2.0), ("a", 1.0), ("b", 1.0), ("late", 3.5)):
        plant_clock.call_later(delay, lambda name=name: fired.append((name, plant_clock.now() - start)))
    assert await plant_clock.advance_to(start + 3.0) == start + 3.0
    assert fired == [("a", 1.0), ("b", 1.0), ("c", 2.0)]


async def test_timers_set_by_timers_fire_within_the_same_advance(plant_clock: PlantClock) -> None:
    start, fired = plant_clock.now(), []

    def again() -> None:
        fired.append(plant_clock.now() - start)
        plant_clock.call_later(900.0, again)

    plant_clock.call_later(900.0, again)
    await plant_clock.advance_to(start + 86_400.0)
    assert fired == [900.0 * interval for interval in range(1, 97)]


async def test_a_timer_in_the_past_fires_next_and_time_does_not_go_back(plant_clock: PlantClock) -> None:
    start, fired = plant_clock.now(), []
    await plant_clock.advance_to(start + 10.0)
    plant_clock.call_at(start + 1.0, lambda: fired.append(plant_clock.now() - start))
    await plant_clock.advance_to(start + 11.0)
    assert fired == [10.0]


async def test_a_cancelled_timer_does_not_fire(plant_clock: PlantClock) -> None:
    fired: list[int] = []
    timer = plant_clock.call_later(1.0, lambda: fired.append(1))
    timer.cancel()
    timer.cancel()
    await plant_clock.advance_to(plant_clock.now() + 2.0)
    assert fired == []


async def test_poll_returns_at_the_moment_of_the_answer(plant_clock: PlantClock) -> None:
    link, start = plant_clock.link(KEY, "meter1"), plant_clock.now()
    answering(plant_clock, link, 0.020)
    answering(plant_clock, link, 0.500)
    (seen,) = await plant_clock.poll([LinkWait(KEY, 0, 0)], start + 1.0)
    assert (seen, seen.emitted, plant_clock.now() - start) == (link, 5, pytest.approx(0.020))


async def test_poll_waits_for_bytes_in_flight_before_time_moves(plant_clock: PlantClock) -> None:
    link, start = plant_clock.link(KEY, "meter1"), plant_clock.now()
    fired: list[str] = []
    plant_clock.call_later(0.001, lambda: fired.append("timer"))
    waiting = asyncio.create_task(plant_clock.poll([LinkWait(KEY, 17, 0)], start + 0.1))
    for _ in range(20):
        await asyncio.sleep(0)
    assert fired == []
    link.consumed += 17
    await waiting
    assert (fired, plant_clock.now()) == (["timer"], start + 0.1)


async def test_bytes_in_flight_on_another_link_hold_time_too(plant_clock: PlantClock) -> None:
    plant_clock.link(KEY, "meter1")
    other = plant_clock.link("tcp:4059:50001", "meter1")
    start = plant_clock.now()
    waiting = asyncio.create_task(
        plant_clock.poll([LinkWait(KEY, 0, 0)], start + 0.1, flushed=[LinkWait("tcp:4059:50001", 3, 0)])
    )
    for _ in range(20):
        await asyncio.sleep(0)
    assert plant_clock.now() == start
    other.consumed += 3
    await waiting
    assert plant_clock.now() == start + 0.1


async def test_an_answer_at_the_very_deadline_is_an_answer(plant_clock: PlantClock) -> None:
    link, start = plant_clock.link(KEY, "meter1"), plant_clock.now()
    plant_clock.call_at(start + 0.5, lambda: setattr(link, "emitted", 1))
    (seen,) = await plant_clock.poll([LinkWait(KEY, 0, 0)], start + 0.5)
    assert seen.answered(0)


async def test_poll_sees_the_closing(plant_clock: PlantClock) -> None:
    link, start = plant_clock.link(KEY, "meter1"), plant_clock.now()
    plant_clock.call_later(0.3, link.close)
    (seen,) = await plant_clock.poll([LinkWait(KEY, 9, 0)], start + 5.0) if link.closed else (link,)
    link.consumed = 9
    (seen,) = await plant_clock.poll([LinkWait(KEY, 9, 0)], start + 5.0)
    assert seen.closed
    assert plant_clock.now() == pytest.approx(start + 0.3)


async def test_a_reused_client_port_is_a_new_connection(plant_clock: PlantClock) -> None:
    plant_clock.link(KEY, "meter1").close()

    def accepted() -> None:
        answering(plant_clock, plant_clock.link(KEY, "meter1"), 0.1)

    asyncio.get_running_loop().call_soon(accepted)
    (seen,) = await plant_clock.poll([LinkWait(KEY, 0, 0)], plant_clock.now() + 1.0)
    assert (seen.closed, seen.emitted) == (False, 5)


async def test_a_client_that_opens_a_pty_again_counts_from_zero(plant_clock: PlantClock) -> None:
    link = plant_clock.link("pty:/dev/pts/7", "meter1")
    link.consumed, link.emitted = 100, 200
    await plant_clock.poll([LinkWait(link.key, 0, 0, attach=True)], plant_clock.now())
    assert not link.answered(0)
    link.consumed += 4
    answering(plant_clock, link, 0.01)
    (seen,) = await plant_clock.poll([LinkWait(link.key, 4, 0)], plant_clock.now() + 1.0)
    assert seen.emitted_to_client == 5


async def test_no_deadline_of_a_concurrent_waiter_is_overshot(plant_clock: PlantClock) -> None:
    plant_clock.link(KEY, "meter1")
    start, seen = plant_clock.now(), []

    async def sleeper(delay: float) -> None:
        await plant_clock.sleep_until(start + delay)
        seen.append((delay, plant_clock.now() - start))

    await asyncio.gather(
        plant_clock.advance_to(start + 10.0),
        sleeper(7.0),
        sleeper(3.0),
        plant_clock.poll([LinkWait(KEY, 0, 0)], start + 5.0),
    )
    assert seen == [(3.0, 3.0), (7.0, 7.0)]


async def test_advancing_waits_for_the_tasks_that_timers_start(plant_clock: PlantClock) -> None:
    start, seen = plant_clock.now(), []
    other_side = asyncio.Event()

    async def work() -> None:
        await other_side.wait()
        seen.append(("worked", plant_clock.now() - start))
        await plant_clock.sleep_until(plant_clock.now() + 2.0)
        seen.append(("slept", plant_clock.now() - start))

    plant_clock.call_later(1.0, lambda: plant_clock.spawn(work(), "work"))
    plant_clock.call_later(1.5, lambda: seen.append(("timer", plant_clock.now() - start)))
    asyncio.get_running_loop().call_later(0.01, other_side.set)
    await plant_clock.advance_to(start + 4.0)
    assert seen == [("worked", 1.0), ("timer", 1.5), ("slept", 3.0)]


async def test_a_spawned_task_does_not_drive_time(plant_clock: PlantClock) -> None:
    start = plant_clock.now()
    task = plant_clock.spawn(plant_clock.sleep_until(start + 1.0), "sleeper")
    for _ in range(20):
        await asyncio.sleep(0)
    assert plant_clock.now() == start
    await plant_clock.result_of(task)
    assert plant_clock.now() == start + 1.0


async def test_a_handler_that_holds_time_keeps_others_from_moving_it(plant_clock: PlantClock) -> None:
    start, seen = plant_clock.now(), []
    resume = asyncio.Event()

    async def handler() -> None:
        with plant_clock.holding("handler"):
            await resume.wait()
            seen.append(plant_clock.now() - start)
            await plant_clock.sleep_until(start + 2.0)
            seen.append(plant_clock.now() - start)

    handling = asyncio.create_task(handler())
    advancing = asyncio.create_task(plant_clock.advance_to(start + 5.0))
    for _ in range(20):
        await asyncio.sleep(0)
    assert plant_clock.now() == start
    resume.set()
    await asyncio.gather(handling, advancing)
    assert seen == [0.0, 2.0]


async def test_a_client_inside_the_host_reads_over_tcp(plant_clock: PlantClock) -> None:
    class Server(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport
            ports = transport.get_extra_info("sockname")[1], transport.get_extra_info("peername")[1]
            self.link = plant_clock.link(f"tcp:{ports[0]}:{ports[1]}", "meter1")

        def data_received(self, data: bytes) -> None:
            plant_clock.call_later(0.25, lambda: self.send(data.upper()))
            self.link.consumed += len(data)

        def send(self, data: bytes) -> None:
            self.transport.write(data)  # type: ignore[attr-defined]
            self.link.emitted += len(data)

        def connection_lost(self, _error: Exception | None) -> None:
            self.link.close()

    start = plant_clock.now()
    server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    link = LinkState(f"tcp:{port}:{writer.get_extra_info('sockname')[1]}")
    arrived, answer = asyncio.Event(), []

    async def receive() -> None:
        answer.append(await reader.read(100))
        link.received += len(answer[0])
        arrived.set()

    receiving = asyncio.create_task(receive())
    writer.write(b"read")
    link.sent += 4
    assert await plant_clock.wait_input(link, arrived, start + 1.0)
    await receiving
    assert (answer, plant_clock.now() - start) == ([b"READ"], 0.25)
    arrived.clear()
    assert not await plant_clock.wait_input(link, arrived, start + 1.0)
    assert plant_clock.now() == start + 1.0
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()


async def test_the_guard_names_link_and_seat() -> None:
    clock = PlantClock(0.0, guard_s=0.05)
    clock.link(KEY, "meter1")
    with pytest.raises(HostStuckError, match=f"seat meter1 serves link {KEY}"):
        await clock.poll([LinkWait(KEY, 1, 0)], 1.0)


async def test_the_guard_names_a_link_that_nobody_serves() -> None:
    clock = PlantClock(0.0, guard_s=0.05)
    with pytest.raises(HostStuckError, match=f"no seat serves link {KEY}"):
        await clock.poll([LinkWait(KEY, 0, 0)], 1.0)


async def test_the_guard_names_a_task_that_hangs() -> None:
    clock = PlantClock(0.0, guard_s=0.05)
    task = clock.spawn(asyncio.Event().wait(), "headend reading")
    with pytest.raises(HostStuckError, match="headend reading is running"):
        await clock.advance_to(1.0)
    task.cancel()


async def test_a_failing_timer_is_reported_to_who_drives_time(plant_clock: PlantClock) -> None:
    plant_clock.call_later(1.0, lambda: 1 // 0)
    with pytest.raises(EmulationError, match="ZeroDivisionError"):
        await plant_clock.advance_to(plant_clock.now() + 2.0)


async def test_a_failing_task_is_reported_to_the_next_who_drives_time(plant_clock: PlantClock) -> None:
    async def fail() -> None:
        raise KeyError("no such object")

    plant_clock.spawn(fail(), "push")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    with pytest.raises(EmulationError, match="task push failed: KeyError"):
        await plant_clock.advance_to(plant_clock.now())


async def test_reset_goes_back_and_leaves_nothing(plant_clock: PlantClock) -> None:
    start, fired = plant_clock.now(), []
    await plant_clock.advance_to(start + 100.0)
    plant_clock.call_later(1.0, lambda: fired.append("timer"))
    task = plant_clock.spawn(plant_clock.sleep_until(start + 101.0), "sleeper")
    waiting = asyncio.create_task(plant_clock.poll([LinkWait(KEY, 1, 0)], start + 200.0))
    await asyncio.sleep(0)
    await plant_clock.reset()
    assert plant_clock.now() == start
    assert task.cancelled()
    with pytest.raises(ClockResetError):
        await waiting
    await plant_clock.advance_to(start + 500.0)
    assert fired == []


async def test_reset_ends_a_task_that_says_farewell_on_the_clock(plant_clock: PlantClock) -> None:
    async def polite() -> None:
        try:
            await plant_clock.sleep_until(plant_clock.now() + 100.0)
        finally:
            await plant_clock.sleep_until(plant_clock.now() + 5.0)

    task = plant_clock.spawn(polite(), "polite")
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await plant_clock.reset()
    assert task.done()


async def test_a_cancelled_wait_leaves_the_others_going(plant_clock: PlantClock) -> None:
    plant_clock.link(KEY, "meter1")
    start = plant_clock.now()
    stuck = asyncio.create_task(plant_clock.poll([LinkWait(KEY, 99, 0)], start + 1.0))
    advancing = asyncio.create_task(plant_clock.advance_to(start + 2.0))
    await asyncio.sleep(0)
    stuck.cancel()
    assert await advancing == start + 2.0


async def run_script(seed: int) -> list[tuple[float, str]]:
    """Servers, clients and tasks that get in each other's way, with random real-time interleaving."""
    clock, trace = PlantClock(0.0), []
    order = random.Random(seed)

    async def dawdle() -> None:
        for _ in range(order.randrange(4)):
            await asyncio.sleep(0)

    async def client(number: int) -> None:
        link, sent, received = clock.link(f"tcp:1:{number}", "meter"), 0, 0
        for request in range(20):
            await dawdle()
            sent += 10
            answering(clock, link, 0.013 * (number + 1) + 0.001 * request)
            link.consumed += 10
            await clock.poll([LinkWait(link.key, sent, received)], clock.now() + 1.0)
            received = link.emitted
            trace.append((clock.now(), f"client {number} answer {request}"))

    async def task(number: int) -> None:
        for _ in range(10):
            await clock.sleep_until(clock.now() + 0.05 * (number + 1))
            await dawdle()
            trace.append((clock.now(), f"task {number}"))

    async def held(number: int) -> None:
        with clock.holding(f"client {number}"):
            await client(number)

    for number in range(3):
        clock.spawn(task(number), f"task {number}")
    await asyncio.gather(*(held(number) for number in range(3)))
    await clock.advance_to(10.0)
    return trace


async def test_the_same_script_gives_the_same_trace() -> None:
    first = await run_script(1)
    assert len(first) == 90
    for seed in range(2, 8):
        assert await run_script(seed) == first


async def test_what_a_client_left_in_a_serial_line_is_taken_before_anything_else(plant_clock: PlantClock) -> None:
    link = plant_clock.link("pty:/dev/pts/9", "seat")

    def handed_over() -> None:
        link.consumed += 5

    asyncio.get_running_loop().call_later(0.01, handed_over)
    await plant_clock.take_what_was_left({"pty:/dev/pts/9": 5, "pty:/dev/pts/8": 3})
    assert link.consumed == 5


async def test_what_was_lost_in_a_serial_line_is_not_waited_for(plant_clock: PlantClock) -> None:
    link = plant_clock.link("pty:/dev/pts/9", "seat")
    await plant_clock.take_what_was_left({"pty:/dev/pts/9": 5})
    assert link.consumed == 0
