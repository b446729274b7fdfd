"""The emulated ANSI meter, as our client sees it: rights, tables, the switch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from drivers.c1218.codes import ResponseCode
from drivers.c1218.errors import RefusedError
from drivers.c1218.names import Place, ProcedureCall
from drivers.c1219.formats import TimeFormat
from drivers.c1219.general import DEVICE_ID, UTILITY
from drivers.c1219.logs import EventCode
from drivers.c1219.procedures import Procedure, ProcedureRefusedError, ProcedureResult
from drivers.c1219.security import KEYS, PASSWORDS
from drivers.metering import SwitchState
from tests.unit.c1218.station import START, C12Station, refused

StationMaker = Callable[..., Awaitable[C12Station]]


# -- rights ------------------------------------------------------------------------------------------------------------


async def test_secrets_can_be_written_and_never_read(make_station: StationMaker) -> None:
    station = await make_station()
    for role in ("reader", "technician", "master"):
        async with station.session(role) as client:
            assert await refused(client.read(PASSWORDS)) is ResponseCode.ISC
            assert await refused(client.read_part(KEYS, 0, 4)) is ResponseCode.ISC


async def test_without_a_password_only_the_open_tables_are_read(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.session(None) as client:
        await client.logon(2)
        readable = [number for number in range(120) if await _reads(client.read(number))]
        assert readable == [0, 1, 52]
        assert await refused(client.write(7, b"\x15\0\1\0\0\0\0")) is ResponseCode.ISC


async def _reads(awaitable: Awaitable[bytes]) -> bool:
    try:
        return bool(await awaitable)
    except RefusedError:
        return False


async def test_only_the_technician_switches(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.meter("reader") as meter:
        with pytest.raises(ProcedureRefusedError) as raised:
            await meter.disconnect()
        assert raised.value.result is ProcedureResult.NO_AUTHORIZATION
        with pytest.raises(RefusedError):
            await meter.set_control_mode(2)
        with pytest.raises(ProcedureRefusedError):
            await meter.set_clock(station.clock.now() + 5)
    async with station.meter("technician") as meter:
        assert await refused(meter.client.write(DEVICE_ID, b"X" * 20)) is ResponseCode.ISC


async def test_wrong_passwords_lock_the_port_for_a_while(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.session(None) as client:
        await client.logon(2)
        for _ in range(3):
            assert await refused(client.security(b"999999")) is ResponseCode.ERR
        assert await refused(client.security(station.password("reader"))) is ResponseCode.ERR
    station.seat.power(False)
    await station.wait(5.0)
    station.seat.power(True)
    await station.wait(800.0)
    async with station.session(None) as client:
        await client.logon(2)
        assert await refused(client.security(station.password("reader"))) is ResponseCode.ERR
    await station.wait(100.0)
    async with station.meter("reader") as meter:
        codes = [event.others["argument"][:2] for event in await meter.events("communication", START.timestamp())]  # type: ignore[index]
        assert (201).to_bytes(2, "little") in codes


async def test_a_new_password_takes_the_place_of_the_old_one(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.session("master") as client:
        await client.write_part(PASSWORDS, 0, b"246813579024".ljust(20, b"\0"))
    async with station.session(None) as client:
        await client.logon(2)
        assert await refused(client.security(station.password("reader"))) is ResponseCode.ERR
        await client.security(b"246813579024")
        assert await client.read(23)


# -- tables ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "formats", [{}, {"byte_order": "big", "time_format": int(TimeFormat.BCD), "number_format": 11},
                {"time_format": int(TimeFormat.MINUTES), "number_format": 1}]
)  # fmt: skip
async def test_every_format_gives_the_same_values(make_station: StationMaker, formats: dict[str, Any]) -> None:
    station = await make_station(**formats)
    now = station.clock.now()
    async with station.meter("reader") as meter:
        identity = await meter.identity()
        clock = await meter.clock()
        assert identity.serial_number == station.seat.unit.serial
        assert clock.at == pytest.approx(now, abs=10.0)
        assert clock.offset_min == 0
        energy = await meter.register("energy_import")
        assert energy.unit == "Wh"
        rates = [(await meter.register(f"energy_import_rate_{tier}")).value for tier in (1, 2)]
        assert sum(rates) == pytest.approx(energy.value, rel=1e-6)
        shown = await meter.instantaneous()
        assert shown["voltage_l1"].value == pytest.approx(230.0, rel=0.01)
        assert shown["frequency"].value == pytest.approx(50.0, rel=1e-6)
        assert (await meter.register("present 0")).unit == "V"


async def test_intervals_come_once_each_and_gaps_are_no_zeros(make_station: StationMaker) -> None:
    station = await make_station()
    station.load(2000.0)
    await station.wait(3600.0)
    station.seat.power(False)
    await station.wait(3600.0)
    station.seat.power(True)
    await station.wait(3600.0)
    async with station.meter("reader") as meter:
        start = START.timestamp()
        rows = await meter.load_profile(start - 86_400.0, station.clock.now())
        moments = [row.at for row in rows]
        assert moments == sorted(set(moments))
        assert all(at is not None and at % 900 == 0 for at in moments)
        recent = [row for row in rows if row.at is not None and row.at > start]
        assert len(recent) == 8
        after_gap = next(row for row in recent if row.at is not None and row.at > start + 7200.0)
        assert after_gap.status is not None
        assert after_gap.status & 0x02, "power fail"
        levels = [row.readings["energy_import"].value for row in recent]
        deltas = [row.readings["energy_import_interval"].value for row in recent]
        assert levels[-1] - levels[0] == sum(deltas[1:])
        assert deltas[1] == pytest.approx(500.0, rel=0.01)
        part = await meter.client.read_elements(64, [0], 1)
        assert await meter.client.read_part(64, 0, len(part)) == part


async def test_self_reads_and_closings(make_station: StationMaker) -> None:
    station = await make_station()
    await station.wait(86_400.0 + 60.0)
    async with station.meter("reader") as meter:
        days = await meter.daily_profile(START.timestamp() - 2 * 86_400.0, station.clock.now())
        assert len(days) >= 3
        assert days[-1].readings["energy_import"].value == sum(
            days[-1].readings[f"energy_import_rate_{tier}"].value for tier in (1, 2)
        )
        (closing,) = await meter.billing()
        assert closing.at is not None
        assert await meter.billing(start=station.clock.now()) == []


async def test_tables_are_written_whole_or_not(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.meter("master") as meter:
        client = meter.client
        before = await client.read(UTILITY)
        assert await refused(client.write(UTILITY, before[:-1])) is ResponseCode.ONP
        assert await refused(client.write_part(UTILITY, len(before) - 2, b"abc")) is ResponseCode.ONP
        await client.write_part(UTILITY, 0, b"Other".ljust(20))
        assert (await client.read(UTILITY))[:5] == b"Other"
        assert await refused(client.write(1, b"")) is ResponseCode.IAR
    async with station.meter("technician") as meter:
        raw = await meter.client.read(113)
        bad = bytes((2,)) + raw[1:3] + (-5).to_bytes(4, "little", signed=True) + raw[7:]
        assert await refused(meter.client.write(113, bad)) is ResponseCode.ONP
        assert await meter.client.read(113) == raw
        codes = [event.code for event in await meter.events(start=START.timestamp())]
        assert codes == [EventCode.PROGRAMMED]


# -- procedures --------------------------------------------------------------------------------------------------------


async def test_the_switch_follows_orders_and_says_so_when_it_has_moved(make_station: StationMaker) -> None:
    station = await make_station()
    point = station.world.service_point("meter")
    async with station.meter("technician") as meter:
        await meter.disconnect()
        await station.wait(2.0)
        assert not point.contact_closed
        status = await meter.switch()
        assert (status.output_on, status.state) == (False, SwitchState.DISCONNECTED)
        with pytest.raises(ProcedureRefusedError) as raised:
            await meter.reconnect()
        assert raised.value.result is ProcedureResult.TIMING_CONSTRAINT, "the dwell"
        await meter.client.wait(100)
        await station.wait(70.0)
        await meter.set_control_mode(2)
        await meter.procedure(meter.names.connect)
        assert point.contact_closed
        assert (await meter.switch()).mode == 2
        events = await meter.events(start=START.timestamp())
        moved = [event for event in events if event.code == EventCode.CONTROL_POINT_BY_COMMAND]
        assert [event.others["user"] for event in moved] == [3, 3]


async def test_procedures_that_are_none(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.meter("technician") as meter:
        for call, result in (
            (ProcedureCall(99), ProcedureResult.UNRECOGNIZED),
            (ProcedureCall(1, manufacturer=True), ProcedureResult.UNRECOGNIZED),
            (ProcedureCall(int(Procedure.DIRECT_LOAD_CONTROL), b"\0\x32\0\0"), ProcedureResult.INVALID_PARAMETER),
            (ProcedureCall(int(Procedure.DIRECT_LOAD_CONTROL), b"\0"), ProcedureResult.INVALID_PARAMETER),
            (ProcedureCall(int(Procedure.WARM_START)), ProcedureResult.NO_AUTHORIZATION),
        ):
            with pytest.raises(ProcedureRefusedError) as raised:
                await meter.procedure(call)
            assert raised.value.result is result


async def test_the_clock_is_set_and_both_times_are_logged(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.meter("technician") as meter:
        wanted = station.clock.now() + 30.0
        await meter.set_clock(wanted)
        shown = (await meter.clock()).at
        assert shown == pytest.approx(wanted, abs=5.0)
        codes = [event.code for event in await meter.events(start=START.timestamp())]
        assert codes == [EventCode.TIME_CHANGED_FROM, EventCode.TIME_CHANGED_TO]
        with pytest.raises(ProcedureRefusedError) as raised:
            await meter.set_clock(wanted + 10 * 86_400.0)
        assert raised.value.result is ProcedureResult.CONFLICT


async def test_a_cover_that_is_opened_is_a_tamper_event(make_station: StationMaker) -> None:
    station = await make_station()
    station.world.service_point("meter").open_cover(True)
    async with station.meter("reader") as meter:
        (event,) = await meter.events(start=START.timestamp())
        assert (event.code, event.others["user"]) == (EventCode.TAMPER, 0)
        assert (await meter.client.read(3))[2] & 0x10, "the tamper flag of table 3"


def test_places_and_procedures_of_a_device_file() -> None:
    assert Place.parse("summation 1 tier 2") == Place(1, 2)
    assert Place.parse("present 3") == Place(3, present=True)
    assert ProcedureCall.parse("m5 0102") == ProcedureCall(5, b"\x01\x02", manufacturer=True)
    for text in ("sum 1", "present", "summation 0 tier"):
        with pytest.raises(ValueError, match="no place"):
            Place.parse(text)
    with pytest.raises(ValueError, match="no procedure"):
        ProcedureCall.parse("x 01")


# -- seeded faults -----------------------------------------------------------------------------------------------------


async def test_f_c1_the_password_table_is_readable(make_station: StationMaker) -> None:
    station = await make_station("F-C1")
    async with station.session("master") as client:
        assert station.password("reader") in await client.read(PASSWORDS)


async def test_f_i7_a_stranger_disconnects(make_station: StationMaker) -> None:
    station = await make_station("F-I7")
    async with station.session(None) as client:
        await client.write(7, b"\x15\0\x01" + bytes(4))
        await station.wait(2.0)
        assert not station.world.service_point("meter").contact_closed
