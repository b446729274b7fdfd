"""Each seeded fault of availability and function shows where it should, and a right service has none of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from drivers.cim import OfficeError, OfficeRefusedError, OfficeUnreachableError, RawConnection, raw_request
from drivers.cim.payloads import EndDeviceControl, IntervalReading, MeterReadSchedule
from drivers.cim.times import parse_iso
from drivers.cim.vocabulary import Control, EventKind, OrderState, Quality, ReadingKind
from tests.unit.office.defects import DISCONNECT, Probe, check
from tests.unit.office.doubles import START, Station

JUNK = b"\x00 junk \x00\r\n\r\n"


async def elapsed(running: Station) -> float:
    """Station time that a ping takes."""
    before = running.clock.now()
    await running.office("headend", "oms").ping(["M-1001"])
    return running.clock.now() - before


async def junk(running: Station, times: int = 1) -> None:
    for _ in range(times):
        client = running.client("headend", running.credential("cis"))
        try:
            await client.request("POST", "/cim", b"{junk")
        except OfficeError:
            pass


def restart(running: Station, seat: str) -> None:
    running.world.seat(seat).power(False)
    running.world.seat(seat).power(True)


# -- availability --------------------------------------------------------------------------------------------------


async def slow(running: Station) -> bool:
    return await elapsed(running) > 20


async def drops_every_fifth(running: Station) -> bool:
    lost = 0
    office = running.office("headend", "oms")
    for _ in range(20):
        try:
            await office.health()
        except OfficeError:
            lost += 1
    return lost == 4


async def hangs_after_junk(running: Station) -> bool:
    await junk(running)
    client = running.client("headend", running.credential("cis"), timeout_s=0.3)
    try:
        await client.get("/health")
    except OfficeError:
        restart(running, "headend")
        return (await running.office("headend", "cis").health()).status == 200
    return False


async def reboots_on_unknown_noun(running: Station) -> bool:
    messenger = running.office("headend", "cis").messenger
    try:
        await messenger.call("get", "NoSuchNoun")  # type: ignore[arg-type]
    except OfficeError:
        pass
    try:
        await running.office("headend", "cis").health()
    except OfficeUnreachableError:
        await running.pass_time(200)
        return (await running.office("headend", "cis").health()).status == 200
    return False


async def state_rolls_back(running: Station) -> bool:
    await collect(running)
    restart(running, "mdms")
    return not await intervals(running, "mdms")


async def backlog_lost(running: Station) -> bool:
    await collect(running)
    running.world.seat("billing").power(False)
    await running.pass_time(3 * 3600)
    running.world.seat("billing").power(True)
    await running.pass_time(4000)
    return len(await intervals(running, "billing")) < len(await intervals(running, "mdms"))


async def backlog_stamped_anew(running: Station) -> bool:
    await collect(running)
    running.world.seat("billing").power(False)
    await running.pass_time(3 * 3600)
    running.world.seat("billing").power(True)
    await running.pass_time(4000)
    at_mdms = {item.time_stamp for item in await intervals(running, "mdms")}
    return {item.time_stamp for item in await intervals(running, "billing")} != at_mdms


async def one_client_starves_all(running: Station) -> bool:
    await junk(running)
    return await elapsed(running) > 20


async def held_connection_blocks(running: Station) -> bool:
    async with RawConnection(running.url("headend")):
        client = running.client("headend", running.credential("cis"), timeout_s=0.3)
        try:
            await client.get("/health")
        except OfficeError:
            return True
    return False


async def new_session_evicts(running: Station) -> bool:
    office = running.office("headend", "cis")
    await office.health()
    async with RawConnection(running.url("headend")):
        try:
            await office.health()
        except OfficeError:
            return True
    return False


async def first_command_after_idle_lost(running: Station) -> bool:
    await running.pass_time(200)
    await running.office("headend", "cis").order([DISCONNECT])
    await running.pass_time(60)
    return not running.meters["M-1001"].operations


async def lost_push_not_repeated(running: Station) -> bool:
    running.world.seat("cis").power(False)
    await running.office("headend", "cis").order([DISCONNECT])
    await running.pass_time(10)
    running.world.seat("cis").power(True)
    await running.pass_time(2000)
    entries = (await running.office("cis", "auditor").audit()).entries
    return not any(entry.action == "changed EndDeviceControls" for entry in entries)


async def lock_out_for_all(running: Station) -> bool:
    for _ in range(6):
        await running.portal().ask_token({"grant_type": "password", "username": "ada", "password": "x"})
    try:
        await running.portal().sign_in("bob", running.secret("office/customer/bob"))
    except OfficeRefusedError:
        return True
    return False


async def command_behind_junk(running: Station) -> bool:
    await junk(running, 3)
    await running.office("headend", "cis").order([DISCONNECT])
    return running.clock.now() - START > 100


async def busy_until_the_reading_ends(running: Station) -> bool:
    reading = asyncio.create_task(
        running.office("headend", "mdms").read(["M-1001"], [ReadingKind.INTERVALS], START - 40 * 86_400, START)
    )
    await running.meters["M-1001"].in_session.wait()
    order = (await running.office("headend", "cis").order([DISCONNECT])).orders[0]
    await reading
    await running.pass_time(300)
    status = (await running.office("headend", "cis").orders([order.order])).orders[0]
    assert status.state is OrderState.DONE
    return parse_iso(status.time_stamp) - START > 60


async def sent_is_success(running: Station) -> bool:
    running.meters["M-1001"].reachable = False
    await running.office("headend", "cis").order([DISCONNECT])
    await running.pass_time(60)
    return (await running.office("headend", "cis").orders()).orders[0].state is OrderState.DONE


async def stays_down_after_a_dip(running: Station) -> bool:
    restart(running, "headend")
    try:
        await running.office("headend", "cis").health()
    except OfficeUnreachableError:
        return True
    return False


async def slower_with_each_junk(running: Station) -> bool:
    await junk(running, 10)
    return await elapsed(running) > 2


async def runs_out_of_handles(running: Station) -> bool:
    for _ in range(30):
        try:
            await raw_request(running.url("headend"), JUNK, timeout_s=1.0)
        except OfficeError:
            return True
    try:
        return (await running.office("headend", "cis").health()).status != 200
    except OfficeError:
        return True


# -- functions -----------------------------------------------------------------------------------------------------


async def collect(running: Station) -> None:
    schedule = MeterReadSchedule(schedule="s", meters=("M-1001",), period=3600)
    await running.office("mdms", "operator").schedule_reading(schedule)
    await running.pass_time(2 * 3600)


async def intervals(running: Station, seat: str) -> tuple[IntervalReading, ...]:
    readings = await running.office(seat, "operator").read(
        ["M-1001"], [ReadingKind.INTERVALS], START - 86_400, running.clock.now() + 86_400
    )
    return readings.meters[0].interval_blocks[0].readings if readings.meters else ()


async def gap_looks_like_zero(running: Station) -> bool:
    running.meters["M-1001"].lost = {START + 3 * 900, START + 4 * 900}
    await collect(running)
    return any(item.value == 0 and item.quality is Quality.VALID for item in await intervals(running, "billing"))


async def last_nights_value(running: Station) -> bool:
    await running.pass_time(5000)
    reading = (await running.office("headend", "cis").read(["M-1001"])).meters[0].readings[0]
    return parse_iso(reading.time_stamp) < START


async def unreachable_is_zero(running: Station) -> bool:
    running.meters["M-1001"].reachable = False
    meters = (await running.office("headend", "cis").read(["M-1001"])).meters
    return bool(meters) and meters[0].readings[0].value == 0


async def final_reading_before_opening(running: Station) -> bool:
    await running.office("headend", "cis").order([DISCONNECT])
    await running.pass_time(30)
    status = (await running.office("headend", "cis").orders()).orders[0]
    return status.second_readings == status.readings


async def tampered(running: Station, seat: str) -> bool:
    events = await running.office(seat, "operator").events()
    return any(event.kind is EventKind.POSSIBLE_TAMPERING for event in events)


async def energy_after_disconnection_ignored(running: Station) -> bool:
    office = running.office("headend", "cis")
    await office.order([DISCONNECT])
    await running.pass_time(30)
    running.meters["M-1001"].register += 500
    await office.read(["M-1001"])
    return not await tampered(running, "mdms")


async def delta_at_move_in_ignored(running: Station) -> bool:
    office = running.office("headend", "cis")
    await office.order([DISCONNECT])
    await running.pass_time(30)
    running.meters["M-1001"].register += 500
    await office.order([EndDeviceControl(control=Control.CONNECT, meter="M-1001")])
    await running.pass_time(30)
    return not (await office.orders()).orders[1].possible_tampering and not await tampered(running, "headend")


async def estimate_never_replaced(running: Station) -> bool:
    await collect(running)
    running.meters["M-1001"].reachable = False
    await running.pass_time(2 * 3600)
    running.meters["M-1001"].reachable = True
    await running.pass_time(2 * 3600)
    return any(item.quality is Quality.ESTIMATED for item in await intervals(running, "billing"))


CHAIN = ("headend", "mdms", "billing")
CASES: dict[str, tuple[str, tuple[str, ...], Probe]] = {
    "F-A1": ("headend", (), slow),
    "F-A2": ("headend", (), drops_every_fifth),
    "F-A3": ("headend", (), hangs_after_junk),
    "F-A4": ("headend", (), reboots_on_unknown_noun),
    "F-A5": ("mdms", CHAIN, state_rolls_back),
    "F-A7": ("mdms", CHAIN, backlog_lost),
    "F-A8": ("mdms", CHAIN, backlog_stamped_anew),
    "F-A9": ("headend", (), one_client_starves_all),
    "F-A10": ("headend", (), held_connection_blocks),
    "F-A13": ("headend", (), first_command_after_idle_lost),
    "F-A14": ("headend", ("headend", "cis"), lost_push_not_repeated),
    "F-A15": ("cis", ("cis",), lock_out_for_all),
    "F-A16": ("headend", (), command_behind_junk),
    "F-A17": ("headend", (), busy_until_the_reading_ends),
    "F-A18": ("headend", (), sent_is_success),
    "F-A21": ("headend", (), stays_down_after_a_dip),
    "F-A22": ("headend", (), slower_with_each_junk),
    "F-A23": ("headend", (), runs_out_of_handles),
    "F-A24": ("headend", (), new_session_evicts),
    "F-P2 mdms": ("mdms", CHAIN, gap_looks_like_zero),
    "F-P2 headend": ("headend", CHAIN, gap_looks_like_zero),
    "F-P3": ("headend", (), last_nights_value),
    "F-P4": ("headend", (), unreachable_is_zero),
    "F-P24": ("headend", (), final_reading_before_opening),
    "F-P25": ("mdms", CHAIN, energy_after_disconnection_ignored),
    "F-P85 mdms": ("mdms", CHAIN, estimate_never_replaced),
    "F-P85 headend": ("headend", CHAIN, estimate_never_replaced),
    "F-P89": ("headend", CHAIN, delta_at_move_in_ignored),
}


@pytest.mark.parametrize("case", CASES)
async def test_the_defect_shows_and_a_right_service_has_it_not(tmp_path: Path, case: str) -> None:
    seat, roles, probe = CASES[case]
    await check(tmp_path, case, seat, roles or ("headend",), probe)
