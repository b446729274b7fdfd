"""Each seeded fault of integrity shows where it should, and a right service has none of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from drivers.cim import (
    MessageOptions,
    OfficeError,
    OfficeRefusedError,
    OfficeSilenceError,
    RawConnection,
)
from drivers.cim.payloads import EndDeviceControl
from drivers.cim.times import iso, parse_iso
from drivers.cim.vocabulary import Control, OrderState
from tests.unit.office.defects import DISCONNECT, Probe, check, opened, order_as
from tests.unit.office.doubles import START, Station

# -- integrity -----------------------------------------------------------------------------------------------------


async def truncated_order_takes_effect(running: Station) -> bool:
    office = running.office("headend", "cis")
    kept: list[bytes] = []

    def keep(data: bytes) -> list[bytes]:
        kept.append(data)
        return []

    with office.client.message.interfering(keep):
        try:
            await office.order([DISCONNECT])
        except OfficeSilenceError:
            pass
    head, _, body = kept[0].partition(b"\r\n\r\n")
    data = head + f"\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[: body.index(b"M-1001") + 7]
    async with RawConnection(running.url("headend"), running.credential("cis")) as connection:
        await connection.send(data)
    for _ in range(10):  # let the service see that the connection is over
        await office.health()
    await running.pass_time(30)
    return opened(running)


async def half_a_message_applied(running: Station) -> bool:
    bad = EndDeviceControl(control=Control.DISCONNECT, meter="NOPE")
    try:
        await running.office("headend", "cis").order([DISCONNECT, bad])
    except OfficeRefusedError:
        pass
    await running.pass_time(30)
    return opened(running)


async def values_ten_times_too_large(running: Station) -> bool:
    reading = (await running.office("headend", "cis").read(["M-1001"])).meters[0]
    return reading.readings[0].value == 1_000_000


async def meters_swapped(running: Station) -> bool:
    running.meters["M-1002"].register = 7
    reading = (await running.office("headend", "cis").read(["M-1001"])).meters[0]
    return reading.readings[0].value == 7


async def nobody_disconnects(running: Station) -> bool:
    office = running.office("headend", "cis")
    office.messenger.client = running.client("headend", running.credential("trust"))
    try:
        await office.order([DISCONNECT])
    except OfficeError:
        pass
    await running.pass_time(30)
    return opened(running)


async def clock_steps_silently(running: Station) -> bool:
    reply = (await running.office("headend", "cis").read(["M-1001"])).reply.message.header
    return abs(parse_iso(reply.timestamp) - running.clock.now()) > 30 and reply.time_quality == "valid"


async def any_role_disconnects(running: Station) -> bool:
    return await order_as(running, "oms")


async def signature_not_compared(running: Station) -> bool:
    office = running.office("headend", "cis")
    with office.client.message.interfering(lambda data: [data.replace(b"S-2001", b"M-1001")]):
        try:
            await office.order([EndDeviceControl(control=Control.DISCONNECT, meter="S-2001")])
        except OfficeRefusedError:
            pass
    await running.pass_time(30)
    return opened(running)


async def guess(running: Station, times: int) -> None:
    for _ in range(times):
        await running.portal().ask_token({"grant_type": "password", "username": "ada", "password": "x"})


async def right_password_works(running: Station) -> bool:
    try:
        await running.portal().sign_in("ada", running.secret("office/customer/ada"))
    except OfficeRefusedError:
        return False
    return True


async def guesses_unlimited(running: Station) -> bool:
    await guess(running, 8)
    return await right_password_works(running)


async def restart_clears_guesses(running: Station) -> bool:
    await guess(running, 8)
    running.world.seat("cis").power(False)
    running.world.seat("cis").power(True)
    return await right_password_works(running)


async def done_without_moving(running: Station) -> bool:
    office = running.office("headend", "cis")
    order = (await office.order([DISCONNECT])).orders[0]
    await running.pass_time(30)
    state = (await office.orders([order.order])).orders[0].state
    return state is OrderState.DONE and running.meters["M-1001"].closed


async def audit(running: Station) -> list[tuple[str, str]]:
    entries = (await running.office("headend", "auditor").audit()).entries
    return [(entry.action, entry.who) for entry in entries]


async def command_not_logged(running: Station) -> bool:
    await order_as(running, "cis")
    return not any(action == "disconnect" for action, _ in await audit(running))


async def wrong_originator_logged(running: Station) -> bool:
    await order_as(running, "cis")
    return ("disconnect", "cis") not in await audit(running)


async def retransmission_applied_twice(running: Station) -> bool:
    office = running.office("headend", "cis")
    for _ in range(2):
        await office.order([DISCONNECT], MessageOptions(message_id="same"))
    return len((await office.orders()).orders) == 2


async def replayed(running: Station, between: Callable[[Station], Awaitable[None]]) -> bool:
    """Whether a captured order takes effect again after ``between``."""
    office = running.office("headend", "cis")
    with office.client.message.capturing() as seen:
        await office.order([DISCONNECT])
    await running.pass_time(10)
    running.meters["M-1001"].closed = True
    running.meters["M-1001"].operations.clear()
    await between(running)
    await office.client.send(seen[0].data)
    await running.pass_time(10)
    return opened(running)


async def replay_in_session(running: Station) -> bool:
    async def nothing(_: Station) -> None:
        return None

    return await replayed(running, nothing)


async def replay_after_restart(running: Station) -> bool:
    async def restart(at: Station) -> None:
        at.world.seat("headend").power(False)
        at.world.seat("headend").power(True)

    return await replayed(running, restart)


async def replay_in_new_session(running: Station) -> bool:
    office = running.office("headend", "cis")
    with office.client.message.capturing() as seen:
        await office.order([DISCONNECT])
    assert (await office.client.send(seen[0].data)).status == 403
    await running.pass_time(10)
    running.meters["M-1001"].closed = True
    running.meters["M-1001"].operations.clear()
    await office.close()
    await office.client.send(seen[0].data)
    await running.pass_time(10)
    return opened(running)


async def expired_order_executed(running: Station) -> bool:
    stale = EndDeviceControl(
        control=Control.DISCONNECT, meter="M-1001", start=iso(START - 4000), expiry=iso(START - 3000)
    )
    try:
        await running.office("headend", "cis").order([stale])
    except OfficeRefusedError:
        pass
    await running.pass_time(30)
    return opened(running)


async def cancelled_order_executed(running: Station) -> bool:
    office = running.office("headend", "cis")
    later = EndDeviceControl(control=Control.DISCONNECT, meter="M-1001", start=iso(START + 600))
    order = (await office.order([later])).orders[0]
    await office.cancel([order.order])
    running.world.seat("headend").power(False)
    running.world.seat("headend").power(True)
    await running.pass_time(700)
    return opened(running)


async def log_cleared(running: Station) -> bool:
    await order_as(running, "cis")
    try:
        await running.office("headend", "auditor").clear_audit()
    except OfficeRefusedError:
        pass
    return not any(action == "disconnect" for action, _ in await audit(running))


async def log_lost(running: Station) -> bool:
    await order_as(running, "cis")
    running.world.seat("headend").power(False)
    running.world.seat("headend").power(True)
    return not any(action == "disconnect" for action, _ in await audit(running))


async def log_flushed(running: Station) -> bool:
    await order_as(running, "cis")
    for _ in range(40):
        await running.office("headend", "oms").ping(["NOPE"])
    return not any(action == "disconnect" for action, _ in await audit(running))


async def command_without_originator(running: Station) -> bool:
    return await order_as(running, "cis", MessageOptions(originator=""))


async def no_cap(running: Station) -> bool:
    office = running.office("headend", "cis")
    later = EndDeviceControl(control=Control.DISCONNECT, meter="M-1001", start=iso(START + 600))
    states = [(await office.order([later])).orders[0].state for _ in range(10)]
    return OrderState.HELD not in states


async def schedule_runs_again(running: Station) -> bool:
    await order_as(running, "cis")
    running.meters["M-1001"].closed = True
    running.meters["M-1001"].operations.clear()
    operator = running.office("headend", "operator")
    try:
        await operator.set_service_clock(running.clock.now() - 3600)
    except OfficeRefusedError:
        pass
    await running.pass_time(30)
    return opened(running)


CASES: dict[str, tuple[str, Probe]] = {
    "F-I2": ("headend", truncated_order_takes_effect),
    "F-I3": ("headend", half_a_message_applied),
    "F-I4": ("headend", values_ten_times_too_large),
    "F-I6": ("headend", meters_swapped),
    "F-I7": ("headend", nobody_disconnects),
    "F-I8": ("headend", clock_steps_silently),
    "F-I9": ("headend", any_role_disconnects),
    "F-I10": ("headend", signature_not_compared),
    "F-I12": ("cis", guesses_unlimited),
    "F-I13": ("cis", restart_clears_guesses),
    "F-I14": ("headend", done_without_moving),
    "F-I16": ("headend", command_not_logged),
    "F-I17": ("headend", wrong_originator_logged),
    "F-I18": ("headend", retransmission_applied_twice),
    "F-I19": ("headend", replay_in_session),
    "F-I20": ("headend", replay_after_restart),
    "F-I21": ("headend", replay_in_new_session),
    "F-I22": ("headend", expired_order_executed),
    "F-I23": ("headend", cancelled_order_executed),
    "F-I26": ("headend", log_cleared),
    "F-I27": ("headend", log_lost),
    "F-I30": ("headend", command_without_originator),
    "F-I35": ("headend", log_flushed),
    "F-I37": ("headend", no_cap),
    "F-I41": ("headend", schedule_runs_again),
}


@pytest.mark.parametrize("case", CASES)
async def test_the_defect_shows_and_a_right_service_has_it_not(tmp_path: Path, case: str) -> None:
    seat, probe = CASES[case]
    roles = ("headend", "cis", "mdms") if seat == "cis" else ("headend",)
    await check(tmp_path, case, seat, roles, probe, headend={"audit_capacity": 30})
