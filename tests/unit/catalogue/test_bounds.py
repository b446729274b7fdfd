"""Bounds by level, link, transport, subject and profile."""

from __future__ import annotations

import pytest

from bench.catalogue import (
    Basis,
    Catalogue,
    Level,
    Limit,
    NoBoundError,
    Profile,
    Trials,
    UnknownEntryError,
    load_catalogue,
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.mark.parametrize(
    ("link", "transport", "values"),
    [
        ("dlms", None, (5, 3, 2)),
        ("c1218", None, (5, 3, 2)),
        ("modbus", "tcp", (2, 1, 0.5)),
        ("modbus", "rtu", (3, 2, 1)),
        ("ble", None, (5, 3, 2)),
        ("cta2045", None, (3, 3, 3)),
        ("ocpp", None, (30, 10, 5)),
        ("dnp3", None, (10, 5, 2)),
        ("office_https", None, (10, 3, 1)),
    ],
)
def test_answer_times_by_link_and_level(
    catalogue: Catalogue, link: str, transport: str | None, values: tuple[float, ...]
) -> None:
    found = [catalogue.bound("t_resp", level, link=link, transport=transport).number for level in Level]
    assert tuple(found) == values


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("t_act", (300, 60, 10)),
        ("t_ack", (60, 15, 5)),
        ("t_evt", (900, 300, 60)),
        ("t_rec", (120, 30, 5)),
        ("t_boot", (300, 180, 120)),
        ("t_idle", (1800, 600, 180)),
        ("t_log", (60, 30, 10)),
        ("p_guess", (1e-2, 1e-3, 1e-4)),
        ("n_cyc", (3, 10, 30)),
    ],
)
def test_bounds_by_level(catalogue: Catalogue, name: str, values: tuple[float, ...]) -> None:
    assert tuple(catalogue.bound(name, level, profile="full").number for level in Level) == values


def test_trials_say_how_many_must_succeed(catalogue: Catalogue) -> None:
    bound = catalogue.bound("p_ok", Level.HIGH, profile=Profile.FULL)
    assert bound.value == Trials(of=299, at_least=297)
    assert bound.count == 299
    assert bound.limit is Limit.AT_LEAST
    with pytest.raises(TypeError, match="not a number"):
        _ = bound.number


def test_the_quick_profile_scales_and_says_so(catalogue: Catalogue) -> None:
    quick = catalogue.bound("n_mal", Level.HIGH, transport="ip")
    full = catalogue.bound("n_mal", Level.HIGH, transport="ip", profile="full")
    assert full.number == 10_000
    assert quick.number < full.number
    assert (quick.scaled, quick.proposal) == (True, True)
    assert (full.scaled, full.proposal) == (False, False)


def test_a_limit_is_the_same_in_every_profile(catalogue: Catalogue) -> None:
    for line in catalogue.bounds.by_level:
        if line.name.startswith(("t_resp", "t_act", "t_ack", "t_rec", "t_boot", "t_evt", "p_load", "p_guess")):
            assert line.quick is None


def test_endurance_is_full_where_nothing_else_is_stated(catalogue: Catalogue) -> None:
    endurance = catalogue.bound("n_cyc", Level.HIGH, profile=Profile.ENDURANCE)
    assert endurance.number == 30
    assert not endurance.scaled


def test_a_fixed_number_needs_no_level(catalogue: Catalogue) -> None:
    assert catalogue.bound("n_tampered", profile="full").count == 50
    assert catalogue.bound("t_dwell").basis is Basis.PIXIT
    assert catalogue.bound("clock_steps").value == (10, 3600, 31536000)
    assert catalogue.bound("t_endurance", profile="full").number == 86400


def test_subjects_choose_among_the_lines_of_a_name(catalogue: Catalogue) -> None:
    assert catalogue.bound("dt_clk", Level.HIGH, subject="meter_han").number == 10
    assert catalogue.bound("dt_clk", Level.HIGH, subject="field_event").number == 0.01
    assert catalogue.bound("t_keep", Level.LOW, subject="data", profile="full").number == 45 * 86400
    assert catalogue.bound("t_keep", Level.HIGH, subject="events", profile="full").number == 10 * 86400


def test_a_dictionary_is_longer_on_the_plants_clock(catalogue: Catalogue) -> None:
    assert catalogue.bound("n_dict", Level.LOW, profile="full").plant_clock == 100
    assert catalogue.bound("n_dict", Level.LOW).plant_clock is None


def test_a_bound_says_where_it_comes_from(catalogue: Catalogue) -> None:
    assert "CTA-2045" in catalogue.bound("t_resp", Level.LOW, link="cta2045").source
    assert catalogue.bound("t_act", Level.LOW).source == "bench choice, no normative anchor"
    for line in catalogue.bounds.lines:
        assert line.unit
        assert line.meaning
        assert line.basis is not Basis.SOURCE or line.source, line.name


@pytest.mark.parametrize(
    ("name", "level", "choice"),
    [
        ("t_resp", Level.LOW, {}),
        ("t_resp", Level.LOW, {"link": "modbus"}),
        ("t_fresh", Level.LOW, {}),
        ("n_rep", Level.MEDIUM, {}),
        ("p_load", Level.LOW, {}),
        ("t_act", None, {}),
    ],
)
def test_a_bound_without_a_value_is_not_invented(
    catalogue: Catalogue, name: str, level: Level | None, choice: dict[str, str]
) -> None:
    with pytest.raises(NoBoundError, match=name):
        catalogue.bound(name, level, **choice)


def test_an_unknown_bound_is_named(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownEntryError, match="t_nothing"):
        catalogue.bound("t_nothing", Level.LOW)


@pytest.mark.parametrize(
    ("process", "times"),
    [
        ("3.3.1", {"t_tamper": 60}),
        ("3.5.1", {"t_outage": 120, "t_momentary": 300}),
        ("3.1.2", {"t_read": 60}),
        ("3.4.1", {"t_business": 60}),
        ("3.1.1", {}),
    ],
)
def test_functional_times_by_process(catalogue: Catalogue, process: str, times: dict[str, float]) -> None:
    assert {line.name: line.full for line in catalogue.functional_times(process)} == times
    for name, seconds in times.items():
        assert catalogue.bound(name).number == seconds
