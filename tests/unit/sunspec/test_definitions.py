"""The published definitions, and how they are laid out."""

from __future__ import annotations

import json

import pytest

from drivers.sunspec.definitions import definition, find_definition, parse_definition
from drivers.sunspec.errors import DefinitionError, UnknownPointError
from drivers.sunspec.layout import lay_out, registers_needed
from drivers.sunspec.values import PointType

# L as the published tables print it; with counts: 11 and 15 registers before the curves of 705 and 712, and so on.
LENGTHS = [
    (1, {}, 66),
    (101, {}, 50),
    (103, {}, 50),
    (111, {}, 60),
    (113, {}, 60),
    (120, {}, 26),
    (121, {}, 30),
    (122, {}, 44),
    (123, {}, 24),
    (124, {}, 24),
    (701, {}, 153),
    (702, {}, 50),
    (703, {}, 17),
    (704, {}, 65),
    (705, {"NPt": 4, "NCrv": 3}, 13 + 3 * (10 + 4 * 2)),
    (706, {"NPt": 2, "NCrv": 2}, 13 + 2 * (5 + 2 * 2)),
    (707, {"NPt": 5, "NCrvSet": 2}, 7 + 2 * (1 + 3 * (1 + 5 * 3))),
    (709, {"NPt": 2, "NCrvSet": 2}, 7 + 2 * (1 + 3 * (1 + 2 * 4))),
    (711, {"NCtl": 3}, 12 + 3 * 10),
    (712, {"NPt": 6, "NCrv": 3}, 12 + 3 * (4 + 6 * 2)),
    (713, {}, 7),
    (714, {"NPrt": 2}, 18 + 2 * 25),
    (715, {}, 7),
]


@pytest.mark.parametrize(("model", "counts", "length"), LENGTHS)
def test_a_model_is_as_long_as_its_table(model: int, counts: dict[str, int], length: int) -> None:
    found = definition(model)
    assert registers_needed(found, length, counts.__getitem__) == length + 2
    assert lay_out(found, length, counts.__getitem__).registers == length + 2


def test_the_common_model_may_lack_its_pad() -> None:
    found = definition(1)
    assert registers_needed(found, 65, {}.__getitem__) == 67
    assert "Pad" not in lay_out(found, 65, {}.__getitem__).points
    assert registers_needed(found, 64, {}.__getitem__) != 66


def test_curves_and_their_points_are_numbered_from_one() -> None:
    layout = lay_out(definition(705), 67, {"NPt": 4, "NCrv": 3}.__getitem__)
    assert layout["Crv[1].ActPt"].offset == 15
    assert layout["Crv[3].Pt[4].Var"].end == layout.registers == 69
    assert layout["Crv[2].Pt[1].V"].scale_path == "V_SF"
    with pytest.raises(UnknownPointError, match=r"705.*Crv\[4\]"):
        layout["Crv[4].ActPt"]


def test_a_group_that_is_atomic_is_known_as_one() -> None:
    layout = lay_out(definition(704), 65, {}.__getitem__)
    atomic = {group.path: (group.offset, group.registers) for group in layout.groups if group.atomic}
    assert set(atomic) == {"PFWInj", "PFWInjRvrt", "PFWAbs", "PFWAbsRvrt"}
    assert atomic["PFWInj"] == (layout["PFWInj.PF"].offset, 2)


def test_a_group_without_a_count_repeats_as_the_length_leaves_room() -> None:
    layout = lay_out(definition(8), 5, {}.__getitem__)
    assert layout["repeating[3].Cert"].offset == 6


def test_points_are_typed() -> None:
    points = {point.name: point for point in definition(701).group.points}
    assert points["Hz"].kind is PointType.UINT32
    assert points["Hz"].scale == "Hz_SF"
    assert points["InvSt"].symbol(3) == "RUNNING"
    assert points["InvSt"].symbol(99) is None
    assert not points["W"].writable
    assert {point.name for point in definition(715).group.points if point.writable} == {
        "ControllerHb",
        "AlarmReset",
        "OpCtl",
    }


def test_a_vendors_model_has_no_definition() -> None:
    assert find_definition(64999) is None
    with pytest.raises(DefinitionError, match="64999"):
        definition(64999)


@pytest.mark.parametrize(
    "told",
    [
        "{",
        json.dumps({"id": 5}),
        json.dumps({"id": 5, "group": {"name": "g", "points": [{"name": "P", "type": "uint17", "size": 1}]}}),
        json.dumps({"id": 5, "group": {"name": "g", "points": [{"name": "P"}]}}),
    ],
)
def test_a_broken_definition_is_refused_by_name(told: str) -> None:
    with pytest.raises(DefinitionError, match=r"model_5\.json"):
        parse_definition(told, "model_5.json")
