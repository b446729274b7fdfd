"""Our client at the emulated server, on all three kinds of port."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.modbus.adu import Adu, wrap_tcp
from drivers.modbus.client import ModbusClient
from drivers.modbus.codes import Space
from drivers.modbus.errors import GarbageError, ModbusExceptionError
from drivers.modbus.points import Point
from drivers.transport.base import PeerClosedError, SilenceError
from drivers.transport.tap import Direction, flip_bit, truncate
from tests.unit.modbus.conftest import StationMaker
from tests.unit.modbus.station import ModbusStation

PORTS = ("rtu", "tcp", "tls")


def client_at(station: ModbusStation, port: str) -> ModbusClient:
    makers: dict[str, Callable[[], ModbusClient]] = {
        "rtu": station.over_rtu, "tcp": station.over_tcp, "tls": station.over_tls,
    }  # fmt: skip
    return makers[port]()


@pytest.mark.parametrize("port", PORTS)
async def test_every_function_code(station: ModbusStation, port: str) -> None:
    async with client_at(station, port) as client:
        await client.write_registers(0, [1, 2, 65535])
        await client.write_register(3, 4)
        assert await client.read_holding(0, 4) == [1, 2, 65535, 4]
        await client.mask_write(2, 0x00F2, 0x0025)
        assert await client.read_holding(2, 1) == [65535 & 0xF2 | 0x25 & ~0xF2 & 0xFFFF]
        assert await client.read_write(0, 2, 0, [7]) == [7, 2]
        await client.write_coil(1, True)
        await client.write_coils(8, [True, False, True])
        assert await client.read_coils(0, 11) == [index in (1, 8, 10) for index in range(11)]
        assert await client.read_discrete(3, 1) == [True]
        volts = Point("volts", 0, "f32", Space.INPUT)
        assert volts.decode(await client.read_input(0, 2)) == 230.5
        identification = await client.read_identification()
        assert [identification.text(key) for key in range(3)] == ["AMIBENCH", "TEST-1", "1.0"]


@pytest.mark.parametrize("port", PORTS)
async def test_refusals_have_their_codes(station: ModbusStation, port: str) -> None:
    async with client_at(station, port) as client:
        for code, pdu in ((1, "64"), (2, "0300630001"), (3, "0300000000"), (2, "1000140001020001")):
            assert (await client.send_pdu(bytes.fromhex(pdu)))[-1] == code, pdu
        with pytest.raises(ModbusExceptionError) as refused:
            await client.write_registers(20, [0xFFFF, 0xFFFF])
        assert refused.value.code == 3
    assert station.values["long"] == 70_000.0


async def test_units_on_a_line_and_on_tcp(station: ModbusStation) -> None:
    async with station.over_rtu(17) as client:
        assert await client.read_holding(0, 1) == [0]
        with pytest.raises(SilenceError):
            await client.of_unit(2).read_holding(0, 1)
        await client.of_unit(0).write_register(0, 5)
        assert await client.read_holding(0, 1) == [0]  # a broadcast is not carried out
    async with station.over_tcp(17) as client:
        assert await client.read_holding(0, 1) == [0]
        with pytest.raises(ModbusExceptionError) as refused:
            await client.of_unit(2).read_holding(0, 1)
        assert refused.value.code == 0x0B


async def test_a_broken_frame_is_not_answered(station: ModbusStation) -> None:
    async with station.over_rtu() as client:
        for bit in (0, 12, -1):
            with client.taps["line"].interfering(flip_bit(bit)), pytest.raises(SilenceError):
                await client.write_register(0, 9)
        with client.taps["line"].interfering(truncate(5)), pytest.raises(SilenceError):
            await client.write_register(0, 9)
        assert await client.read_holding(0, 1) == [0]
        with client.taps["line"].interfering(flip_bit(20), Direction.IN), pytest.raises(GarbageError):
            await client.read_holding(0, 1)
        assert await client.read_holding(0, 1) == [0]


@pytest.mark.parametrize("port", PORTS)
async def test_what_a_probe_changes_in_a_request_gets_a_good_frame(station: ModbusStation, port: str) -> None:
    async with client_at(station, port) as client:
        with client.taps["adu"].interfering(lambda adu: (adu[:-1] + b"\x09\x09",)):
            answer = await client.send_pdu(bytes.fromhex("0600000001"))
        assert answer == bytes.fromhex("8603")  # a byte too many, in a frame that says so


@pytest.mark.parametrize("port", ["tcp", "tls"])
async def test_requests_that_arrive_in_pieces_or_together(station: ModbusStation, port: str) -> None:
    async with client_at(station, port) as client:
        pieces = [wrap_tcp(Adu(1, bytes.fromhex("0300000001"), number)) for number in (1, 2)]
        whole = b"".join(pieces)
        for start in range(0, len(whole), 5):
            await client.link.transport.write(whole[start : start + 5])
        heard = b""
        while len(heard) < 22:
            heard += (await client.link.transport.read(client.clock.now() + 1.0)).data
        assert heard == b"".join(wrap_tcp(Adu(1, b"\x03\x02\x00\x00", number)) for number in (1, 2))


async def test_a_late_response_is_not_taken_for_the_next(station: ModbusStation) -> None:
    async with station.over_tcp() as client:
        with client.taps["adu"].holding(Direction.IN) as held, pytest.raises(SilenceError):
            await client.read_holding(0, 1)
        await held.release()
        await client.write_register(0, 77)
        assert await client.read_holding(0, 1) == [77]


async def test_a_header_that_is_none_ends_the_connection(station: ModbusStation) -> None:
    async with station.over_tcp() as client:
        with pytest.raises(PeerClosedError):
            await client.send_raw(bytes.fromhex("0001 0005 0006 01 0300000001"))
    async with station.over_tcp() as client:
        with pytest.raises(SilenceError):
            await client.send_raw(bytes.fromhex("0001 0000 0006 01 03"))
        await station.clock.advance_to(station.clock.now() + 10.0)
        with pytest.raises(PeerClosedError):
            await client.read_holding(0, 1)


# -- TLS -------------------------------------------------------------------------------------------------------------


async def test_a_role_decides_what_may_be_done(station: ModbusStation) -> None:
    async with station.over_tls("ReadOnly") as client:
        assert await client.read_holding(0, 1) == [0]
        with pytest.raises(ModbusExceptionError) as refused:
            await client.write_register(0, 1)
        assert refused.value.code == 1
    async with station.over_tls("no_role") as client:
        with pytest.raises(ModbusExceptionError) as refused:
            await client.read_holding(0, 1)
        assert refused.value.code == 1


@pytest.mark.parametrize("who", ["expired", "untrusted", "trust"])
async def test_a_certificate_that_is_not_good_gets_nothing(station: ModbusStation, who: str) -> None:
    async with station.over_tls(who) as client:  # under TLS 1.3 the refusal comes with the first read
        with pytest.raises(PeerClosedError):
            await client.read_holding(0, 1)


@pytest.mark.parametrize(("fault", "who"), [("F-C15", "expired"), ("F-C9", "trust"), ("F-C12", "no_role")])
async def test_a_defective_one_lets_read_who_must_not(make_station: StationMaker, fault: str, who: str) -> None:
    station = await make_station(fault)
    async with station.over_tls(who) as client:
        assert await client.read_holding(0, 1) == [0]


@pytest.mark.parametrize(("fault", "who"), [("F-I7", "trust"), ("F-I9", "ReadOnly")])
async def test_a_defective_one_lets_write_who_must_not(make_station: StationMaker, fault: str, who: str) -> None:
    station = await make_station(fault)
    async with station.over_tls(who) as client:
        await client.write_register(0, 1)
    assert station.values["h0"] == 1.0


# -- defects -----------------------------------------------------------------------------------------------------------


async def test_the_log_says_who_wrote_what(station: ModbusStation) -> None:
    async with station.over_tls() as client:
        await client.write_register(2, 5)
        with pytest.raises(ModbusExceptionError):
            await client.write_registers(20, [0xFFFF, 0xFFFF])
        log = await client.read_input(0x1000, 4 + 2 * 24)
    assert log[:4] == [8, 2, 0, 2]
    refused, done = log[4:28], log[28:52]
    assert (done[5], done[6], done[7], done[8:12]) == (0, 2, 1, [0, 0, 5, 0])
    assert (refused[5], refused[6], refused[8:12]) == (3, 20, [1, 4464, 0xFFFF, 0xFFFF])
    assert b"bench-control Control" in b"".join(word.to_bytes(2, "big") for word in done[12:24])


async def test_defects_of_the_line(make_station: StationMaker) -> None:
    station = await make_station("F-I1", "F-I40")
    async with station.over_rtu() as client:
        with client.taps["line"].interfering(flip_bit(-1)):
            await client.write_register(0, 9)
        await client.of_unit(0).write_register(1, 5)
        assert await client.read_holding(0, 2) == [9, 5]


async def test_a_defective_one_applies_what_arrived_of_a_write(make_station: StationMaker) -> None:
    station = await make_station("F-I2")
    whole = bytes.fromhex("10 0000 0003 06 0001 0002 0003")
    async with station.over_rtu() as client:
        with pytest.raises(SilenceError):
            await client.send_raw(b"\x01" + whole[:-2])
    assert [station.values[f"h{index}"] for index in range(3)] == [1.0, 2.0, 0.0]


@pytest.mark.parametrize(("fault", "unit", "address"), [("F-C4", 100, 0), ("F-C1", 1, 0xF000)])
async def test_what_a_defective_one_also_answers(
    make_station: StationMaker, fault: str, unit: int, address: int
) -> None:
    station = await make_station(fault)
    async with station.over_tcp(unit) as client:
        registers = await client.read_holding(address, 10)
    raw = b"".join(register.to_bytes(2, "big") for register in registers)
    assert station.pki.key.startswith(raw) is (fault == "F-C1")
