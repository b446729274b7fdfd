"""Finding a map, walking it, reading and writing in few requests; and maps that are wrong."""

from __future__ import annotations

import itertools

import pytest

from drivers.clock import FreeClock
from drivers.modbus.codes import ExceptionCode
from drivers.modbus.errors import ModbusExceptionError
from drivers.sunspec.definitions import definition
from drivers.sunspec.device import SunSpecDevice
from drivers.sunspec.discovery import Limits
from drivers.sunspec.errors import (
    DeadlineError,
    MissingModelError,
    ModelLengthError,
    NoMapError,
    ReadOnlyPointError,
    RefusedError,
    ScaleFactorError,
    TruncatedMapError,
    ValueRangeError,
    WildMapError,
)
from drivers.sunspec.layout import lay_out
from drivers.transport.base import SilenceError

from .conftest import COMMON, END, SUNS, Registers, model

NOT = 0x8000


def body(identifier: int, values: dict[str, int], length: int, **counts: int) -> list[int]:
    """A model's registers without header, all zero but for single-register ``values``."""
    layout = lay_out(definition(identifier), length, counts.__getitem__)
    registers = [0] * layout.registers
    for path, value in {**counts, **values}.items():
        registers[layout[path].offset] = value & 0xFFFF
    return registers[2:]


MEASURED = body(701, {"W": 1234, "W_SF": -1, "LNV": 2401, "V_SF": -1, "Var": -50, "InvSt": 3, "PF_SF": NOT}, 153)
ENTER = body(703, {"ES": 1, "ESVHi": 1050, "V_SF": -1, "Hz_SF": -2}, 17)
CONTROLS = body(704, {"WMaxLimPct": 1000, "WMaxLimPct_SF": -1, "PF_SF": -3, "PFWInj.PF": 950, "PFWInj.Ext": 1}, 65)
CURVES = body(705, {"V_SF": -2, "DeptRef_SF": -2}, 67, NPt=4, NCrv=3)


def whole_map() -> list[int]:
    models = [model(701, MEASURED), model(703, ENTER), model(704, CONTROLS), model(705, CURVES), model(64900, [7] * 30)]
    return [*SUNS, *COMMON, *itertools.chain.from_iterable(models), *END]


def device(registers: Registers, **limits: float) -> SunSpecDevice:
    return SunSpecDevice(registers, limits=Limits(**limits))  # type: ignore[arg-type]


@pytest.mark.parametrize("base", [0, 40000, 50000])
async def test_the_map_is_found_where_it_may_begin(base: int) -> None:
    found = await device(Registers(whole_map(), base)).discover()
    assert found.map.base == base
    assert found.map.models == (1, 701, 703, 704, 705, 64900)
    assert found.model(1).text("Mn") == "Maker"
    assert found.map.end == base + len(whole_map()) - 2


async def test_a_walk_takes_hardly_more_requests_than_registers_ask_for() -> None:
    registers = Registers(whole_map())
    found = await device(registers).discover()
    fewest = -(-len(whole_map()) // 125)
    assert found.transactions == len(registers.reads) <= fewest + 4
    sunspec = SunSpecDevice(registers)
    await sunspec.discover()
    registers.reads.clear()
    await sunspec.read_all()
    assert len(registers.reads) <= fewest + 1


async def test_no_value_of_several_registers_is_torn_between_two_reads() -> None:
    registers = Registers(whole_map())
    found = await device(registers).discover()
    sunspec = SunSpecDevice(registers)
    await sunspec.discover()
    registers.reads.clear()
    await sunspec.read_all()
    edges = {edge for address, count in registers.reads for edge in (address, address + count)}
    for entry in found.map.entries:
        for first, end in entry.whole:
            assert not [edge for edge in edges if first < edge < end]


async def test_a_device_that_cannot_be_read_across_models_is_read_model_by_model() -> None:
    values = whole_map()
    plain = (await device(Registers(values)).discover()).map
    registers = Registers(values, bounds=[entry.address for entry in plain.entries] + [plain.end])
    sunspec = device(registers)
    found = await sunspec.discover()
    assert found.map.models == plain.models
    assert not found.map.contiguous
    again = await sunspec.read_all()
    assert again.registers == found.registers


async def test_a_device_that_gives_fewer_registers_a_request_is_read_by_as_many() -> None:
    registers = Registers(whole_map(), at_most=60)
    found = await device(registers, read_at_most=60).discover()
    assert found.map.models[-1] == 64900
    assert found.model(701)["W"] == pytest.approx(123.4)


async def test_values_come_scaled_and_not_implemented_ones_as_none() -> None:
    found = await device(Registers(whole_map())).discover()
    measured = found.model(701)
    assert measured["W"] == 123.4
    assert measured["LNV"] == 240.1
    assert measured["Var"] == -50
    assert measured.symbol("InvSt") == "RUNNING"
    assert found.model(704)["PFWInj.PF"] == 0.95


async def test_some_points_are_read_with_one_request_and_an_atomic_group_whole() -> None:
    registers = Registers(whole_map())
    sunspec = device(registers)
    await sunspec.discover()
    registers.reads.clear()
    assert await sunspec.read_points(701, ["W", "LNV"]) == {"W": 123.4, "LNV": 240.1}
    assert len(registers.reads) == 1
    registers.reads.clear()
    await sunspec.read_points(704, ["PFWInj.Ext"])
    assert [count for _, count in registers.reads] == [2]


async def test_adjacent_points_are_written_together() -> None:
    registers = Registers(whole_map())
    sunspec = device(registers)
    await sunspec.discover()
    await sunspec.write_points(704, {"WMaxLimPct": 75.04, "WMaxLimPctEna": "ENABLED", "WMaxLimPctRvrtTms": 60})
    assert [values for _, values in registers.writes] == [[1, 750], [0, 60]]


async def test_the_rest_of_an_atomic_group_is_written_back_with_its_part() -> None:
    registers = Registers(whole_map())
    sunspec = device(registers)
    await sunspec.discover()
    await sunspec.write_points(704, {"PFWInj.PF": 0.9})
    assert [values for _, values in registers.writes] == [[900, 1]]


async def test_nothing_is_sent_of_what_cannot_be_written() -> None:
    registers = Registers(whole_map())
    sunspec = device(registers)
    with pytest.raises(ReadOnlyPointError, match=r"W of model 701 at address 400\d\d"):
        await sunspec.write_points(701, {"W": 5.0})
    for wrong in ({"WMaxLimPct": 1e9}, {"WMaxLimPctEna": "PERHAPS"}, {"WMaxLimPct": float("nan")}):
        with pytest.raises(ValueRangeError):
            await sunspec.write_points(704, wrong)
    assert not registers.writes


async def test_a_scale_factor_that_is_not_implemented_is_told_with_its_place() -> None:
    values = whole_map()
    found = await device(Registers(values)).discover()
    with pytest.raises(ScaleFactorError, match=r"PF of model 701 at address \d+ .* PF_SF \(address \d+\)"):
        found.model(701)["PF"]


# -- maps that are wrong -----------------------------------------------------------------------------------------------


async def test_no_map_says_what_was_found_where() -> None:
    with pytest.raises(NoMapError, match=r"40000: 0000 0000, not SunS; at 0: .*illegal data address"):
        await device(Registers([0] * 300)).discover()


async def test_a_silent_device_is_silent() -> None:
    class Silent:
        async def read_holding(self, address: int, count: int) -> list[int]:
            raise SilenceError("nothing")

        async def write_registers(self, address: int, values: object) -> None: ...

    with pytest.raises(SilenceError):
        await SunSpecDevice(Silent()).discover()


async def test_a_map_without_end_model_is_truncated() -> None:
    with pytest.raises(TruncatedMapError, match=r"behind model 64900 without an end model") as caught:
        await device(Registers(whole_map()[:-2])).discover()
    assert caught.value.address == 40000 + len(whole_map()) - 2
    assert caught.value.model == 64900


async def test_a_model_that_breaks_off_is_truncated() -> None:
    with pytest.raises(TruncatedMapError, match=r"model 705 at address 403\d\d breaks off"):
        await device(Registers(whole_map()[:340])).discover()


@pytest.mark.parametrize(("at", "length"), [(701, 152), (703, 18), (705, 66)])
async def test_a_model_with_a_wrong_length_is_named_and_passed_over(at: int, length: int) -> None:
    blocks = {701: MEASURED, 703: ENTER, 705: CURVES}
    block = [*blocks[at], 0, 0][:length]
    values = [*SUNS, *COMMON, *model(at, block), *model(704, CONTROLS), *END]
    found = await device(Registers(values)).discover()
    assert found.map.models == (1, at, 704)
    assert found.model(704)["PFWInj.PF"] == 0.95
    with pytest.raises(ModelLengthError, match=rf"model {at} at address 40070 tells a length of {length}"):
        found.map.check()
    with pytest.raises(ModelLengthError):
        found.model(at)


async def test_counts_that_cannot_be_true_are_a_wrong_length() -> None:
    curves = list(CURVES)
    curves[3], curves[4] = 65000, 65000
    found = await device(Registers([*SUNS, *COMMON, *model(705, curves), *END])).discover()
    with pytest.raises(ModelLengthError, match="NPt 65000, NCrv 65000"):
        found.map.check()


async def test_a_map_that_ends_in_the_wild_says_where() -> None:
    values = [*SUNS, *COMMON, 0, 0, *[0] * 200]
    with pytest.raises(WildMapError, match="address 40070, behind model 1, there is a header with model 0"):
        await device(Registers(values)).discover()
    with pytest.raises(WildMapError, match="model 64900 tells a length of 0"):
        await device(Registers([*SUNS, *COMMON, 64900, 0, *[0] * 200])).discover()
    with pytest.raises(WildMapError, match="model 64900 tells a length of 60000"):
        await device(Registers([*SUNS, *COMMON, 64900, 60000, *[0] * 200])).discover()


async def test_a_map_that_goes_round_in_circles_comes_to_an_end() -> None:
    values = [*SUNS, *(model(64900, [1, 2, 3]) * 4000)]
    with pytest.raises(WildMapError, match="more than 200 models"):
        await device(Registers(values)).discover()


async def test_a_walk_ends_at_its_deadline() -> None:
    class Late(FreeClock):
        def __init__(self) -> None:
            super().__init__()
            self.looks = 0

        def now(self) -> float:
            self.looks += 1
            return 10.0 * self.looks

    sunspec = SunSpecDevice(Registers(whole_map()), clock=Late())
    with pytest.raises(DeadlineError, match="within 30 s"):
        await sunspec.discover()


async def test_a_device_that_fails_inside_a_model_is_refused_with_its_code() -> None:
    class Broken(Registers):
        async def read_holding(self, address: int, count: int) -> list[int]:
            if len(self.reads) > 1:
                raise ModbusExceptionError(3, ExceptionCode.SERVER_DEVICE_FAILURE)
            return await super().read_holding(address, count)

    with pytest.raises(TruncatedMapError, match="server device failure") as caught:
        await SunSpecDevice(Broken(whole_map())).discover()
    assert isinstance(caught.value.__cause__, RefusedError)
    assert caught.value.__cause__.code == ExceptionCode.SERVER_DEVICE_FAILURE


async def test_a_refused_read_says_model_and_address() -> None:
    registers = Registers(whole_map())
    sunspec = device(registers)
    await sunspec.discover()
    registers.refuses = {40080}
    with pytest.raises(RefusedError, match=r"reading at addresses 40070 .* of model 701"):
        await sunspec.read_model(701)


async def test_a_missing_model_is_named_with_those_that_are_there() -> None:
    sunspec = device(Registers(whole_map()))
    with pytest.raises(MissingModelError, match="no model 713; it has 1, 701"):
        await sunspec.read_model(713)
    assert await sunspec.first_of(103, 701) == 701
