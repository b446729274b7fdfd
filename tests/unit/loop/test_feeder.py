"""The feeders that come with the bench against the results that their sources print."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.loop.circuit import Circuit
from bench.loop.errors import DivergenceError, FeederError
from bench.loop.feeder import load_feeder, shipped
from bench.loop.site import CATEGORY_B, Neighbour, Site

_AT = {"ieee13": Site("671"), "ieee34": Site("848")}
_NOTHING = (0j, 0j, 0j)


@pytest.mark.parametrize("name", shipped())
def test_the_published_voltages_are_found(name: str) -> None:
    """Within 0.0003 pu and 0.05 degrees; they are printed with four decimals and two."""
    feeder = load_feeder(name)
    circuit = Circuit(feeder, _AT[name])
    circuit.solve(_NOTHING)
    assert len(feeder.published) >= 12
    for node, phases in feeder.published.items():
        for phase, (printed, found) in enumerate(zip(phases, circuit.per_unit(node), strict=True)):
            if printed:
                assert found == pytest.approx(printed[0], abs=3e-4), (node, phase)
                assert circuit.degrees(node, phase) == pytest.approx(printed[1], abs=0.05), (node, phase)
            else:
                assert found is None, (node, phase)


def test_what_the_device_generates_raises_its_voltage_and_what_it_absorbs_lowers_it() -> None:
    circuit = Circuit(load_feeder("ieee34"), Site("848", scale=20))
    idle = abs(circuit.solve(_NOTHING)[0])
    feeding = abs(circuit.solve((3e3 + 0j,) * 3)[0])
    absorbing = abs(circuit.solve((3e3 - 2e3j,) * 3)[0])
    assert idle < absorbing < feeding


def test_two_circuits_do_not_disturb_each_other() -> None:
    feeder = load_feeder("ieee13")
    first, second = Circuit(feeder, Site("671")), Circuit(feeder, Site("671", scale=50))
    before = first.solve(_NOTHING)
    second.solve((5e3 + 0j,) * 3)
    assert first.solve(_NOTHING) == pytest.approx(before, rel=1e-6)


def test_a_neighbour_with_a_volt_var_curve_pulls_the_voltage_back() -> None:
    plain = Neighbour("848", [600.0])
    helping = Neighbour("848", [600.0], rating_kva=700.0, volt_var=CATEGORY_B)
    feeder = load_feeder("ieee34")
    without, with_curve = Circuit(feeder, Site("848"), [plain]), Circuit(feeder, Site("848"), [helping])
    for step in range(40):
        high = abs(without.solve(_NOTHING, step, 1.0)[0])
        lower = abs(with_curve.solve(_NOTHING, step, 1.0)[0])
    assert lower < high - 0.005 * _AT["ieee34"].nominal_v


def test_a_neighbours_profile_is_followed() -> None:
    circuit = Circuit(load_feeder("ieee34"), Site("848"), [Neighbour("848", [0.0, -300.0], step_s=10.0)])
    assert abs(circuit.solve(_NOTHING, 9.9)[0]) > abs(circuit.solve(_NOTHING, 10.0)[0])


def test_an_injection_beyond_what_the_feeder_carries_is_a_divergence() -> None:
    circuit = Circuit(load_feeder("ieee34"), Site("848", scale=1e6))
    with pytest.raises(DivergenceError, match="lower the scale"):
        circuit.solve((-1e4 + 0j,) * 3)


@pytest.mark.parametrize(
    ("node", "why"),
    [("nowhere", "has no node 'nowhere'"), ("822", "has not all three phases")],
)
def test_a_site_must_be_a_node_with_three_phases(node: str, why: str) -> None:
    with pytest.raises(FeederError, match=why):
        Circuit(load_feeder("ieee34"), Site(node))


@pytest.mark.parametrize(
    ("was", "becomes", "why"),
    [
        ('["802", "806", 1730, "300"]', '["802", "806", 1730, "999"]', "no configuration '999'"),
        ('["802", "806", 1730, "300"]', '["802", "8O6", 1730, "300"]', "node '806' is not connected to the source"),
        ("susceptance = [4.3637]", "susceptance = [4.3637, 1.0]", "configuration 304: susceptance of 1 phases has 1"),
        ("kv = 24.9", 'kv = "high"', r"Expected `float`, got `str` - at `\$.source.kv`"),
        ("[source]", "[source]\ncolour = 'red'", "unknown field `colour`"),
        ("[source]", "[source", "Expected ']'"),
    ],
)
def test_a_mistake_in_a_feeder_file_is_named(tmp_path: Path, was: str, becomes: str, why: str) -> None:
    text = (Path(load_feeder.__code__.co_filename).with_name("data") / "ieee34.toml").read_text(encoding="utf-8")
    assert was in text
    file = tmp_path / "mine.toml"
    file.write_text(text.replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(FeederError, match=why) as caught:
        load_feeder(file)
    assert "mine.toml" in str(caught.value)


def test_a_feeder_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(FeederError, match="ieee13, ieee34"):
        load_feeder("ieee123")
