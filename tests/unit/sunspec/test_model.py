"""A model's values: what is written is what is then read, for every writable point that SunSpec publishes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.sunspec.definitions import definition
from drivers.sunspec.errors import ValueRangeError
from drivers.sunspec.layout import lay_out
from drivers.sunspec.model import SCALE_LIMIT, Model, scaled, unscaled
from drivers.sunspec.values import PointType, encode, integer_range

MODELS = (1, 121, 123, 124, 702, 703, 704, 705, 706, 707, 709, 711, 712, 715)
COUNTS = {"NPt": 2, "NCrv": 2, "NCrvSet": 2, "NCtl": 2}


def empty(model: int) -> Model:
    """A model of which every scale factor is 0 and everything else not implemented."""
    layout = lay_out(definition(model), 66 if model == 1 else 0, COUNTS.__getitem__)
    registers: list[int] = []
    for point in layout.points.values():
        absent = 0 if point.definition.kind is PointType.SUNSSF else None
        registers += encode(point.definition.kind, absent, point.definition.registers)
    return Model(40000, definition(model), layout, tuple(registers))


def with_registers(model: Model, path: str, registers: list[int]) -> Model:
    point = model.layout[path]
    all_registers = list(model.registers)
    all_registers[point.offset : point.end] = registers
    return replace(model, registers=tuple(all_registers), _factors={})


@given(st.data())
def test_a_number_that_is_written_is_read(data: st.DataObject) -> None:
    model = empty(data.draw(st.sampled_from(MODELS)))
    paths = [
        path
        for path, point in model.layout.points.items()
        if point.definition.writable and point.definition.kind.is_integer
    ]
    path = data.draw(st.sampled_from(paths))
    point = model.layout[path]
    factor = 0
    if point.scale_path is not None:
        factor = data.draw(st.integers(-SCALE_LIMIT, SCALE_LIMIT))
        model = with_registers(model, point.scale_path, encode(PointType.SUNSSF, factor))
    lowest, highest = integer_range(point.definition.kind)
    raw = data.draw(st.integers(max(lowest, -(2**52)), min(highest, 2**52)))
    written = with_registers(model, path, model.registers_for(path, scaled(raw, factor)))
    assert written.raw(path) == raw
    assert written[path] == scaled(raw, factor)


@given(st.floats(-1e6, 1e6), st.integers(-4, 2))
def test_a_value_is_rounded_to_what_the_scale_factor_resolves(value: float, factor: int) -> None:
    assert abs(scaled(unscaled(value, factor), factor) - value) <= 0.5 * 10.0**factor * (1 + 1e-9) + 1e-9


@pytest.mark.parametrize(
    ("raw", "factor", "value"), [(2401, -1, 240.1), (95, -2, 0.95), (7, 3, 7000.0), (-36, -3, -0.036)]
)
def test_a_scaled_value_is_the_nearest_to_the_decimal_one(raw: int, factor: int, value: float) -> None:
    assert scaled(raw, factor) == value


def test_names_stand_for_numbers() -> None:
    model = empty(704)
    assert model.registers_for("PFWInj.Ext", "UNDER_EXCITED") == [1]
    assert with_registers(model, "PFWInj.Ext", [1]).symbol("PFWInj.Ext") == "UNDER_EXCITED"
    assert with_registers(model, "PFWInj.Ext", [7]).symbol("PFWInj.Ext") == "#7"
    assert model.symbol("PFWInj.Ext") is None
    with pytest.raises(ValueRangeError, match="there are OVER_EXCITED, UNDER_EXCITED"):
        model.registers_for("PFWInj.Ext", "SIDEWAYS")
    alarms = with_registers(empty(701), "Alrm", [0x0004, 0x0400])
    assert alarms.flags("Alrm") == {"AC_OVER_VOLT", "#18"}
