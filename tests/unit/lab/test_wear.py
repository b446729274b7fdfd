"""Lock-outs that outlast a run, and what is counted while a test runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.lab.config import load_lab
from bench.lab.station import LockedOutError, Station
from bench.lab.wear import TriesSparedError

LABS = Path(__file__).parents[3] / "lab_configs"


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Station:
    """A station of one real meter, not open; its ledger is new."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return Station(load_lab(LABS / "example-serial-meter.toml"), allowance_s=60.0)


async def test_a_lock_out_of_an_earlier_test_is_not_met_again(station: Station) -> None:
    station.wear.locked_out("meter", "local", station.clock.now() + 900.0)
    station.wear.begin()
    with pytest.raises(LockedOutError, match=r"client local of meter is locked out until .* UTC by an earlier test"):
        await station.outlast_lock_out("meter", "local")


async def test_a_probe_may_look_at_the_lock_out_that_it_has_provoked(station: Station) -> None:
    station.wear.locked_out("meter", "local", station.clock.now() + 900.0)
    await station.outlast_lock_out("meter", "local")


async def test_other_clients_and_times_gone_by_hold_nobody_up(station: Station) -> None:
    station.wear.locked_out("meter", "local", station.clock.now() - 1.0)
    station.wear.locked_out("meter", "reader", station.clock.now() + 900.0)
    station.wear.begin()
    await station.outlast_lock_out("meter", "local")
    await station.outlast_lock_out("meter", "management")


def refused_in_a_test(station: Station, *answers: bool) -> None:
    """A test of its own, in which the reader's log-ons are so refused."""
    station.wear.begin()
    station.wear.spare("meter", "reader")
    for refused in answers:
        station.wear.answered("meter", "reader", refused=refused)


def test_a_credential_that_two_tests_saw_refused_is_not_tried_in_a_third(station: Station) -> None:
    refused_in_a_test(station, True)
    refused_in_a_test(station, True)
    with pytest.raises(TriesSparedError, match="client reader of meter was refused with its declared credential"):
        refused_in_a_test(station)


def test_a_credential_that_was_taken_meanwhile_is_tried_on(station: Station) -> None:
    for answers in ((True,), (False,), (True,), ()):
        refused_in_a_test(station, *answers)


def test_refusals_that_a_test_has_provoked_itself_count_for_nothing(station: Station) -> None:
    for _ in range(4):
        refused_in_a_test(station, False, True, True, True)


def test_a_switch_that_is_seen_elsewhere_has_operated(station: Station) -> None:
    for closed in (True, True, None, False, True):
        station.wear.switch_seen("meter", closed)
    assert station.wear.cost.relay_operations == 2
    assert station.ledger("meter").relay_operations == 2


def test_a_new_test_begins_at_no_cost(station: Station) -> None:
    station.wear.acted("cover")
    station.wear.begin()
    assert station.wear.cost.as_json() == {"seconds": 0.0, "acts": {}, "relay_operations": 0, "lock_outs": 0}
