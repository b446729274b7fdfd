"""Invocation counters that outlive a run."""

from __future__ import annotations

from pathlib import Path

from bench.access.dlms_counters import LedgerCounters
from bench.lab.ledger import open_ledger
from drivers.dlms.security.counters import CounterKey


def test_a_new_client_begins_at_zero_and_counts_up(tmp_path: Path) -> None:
    counters = LedgerCounters(open_ledger("m", tmp_path), "dlms/management")
    assert [counters.next(), counters.next(), counters.next()] == [0, 1, 2]


def test_no_value_is_used_twice_across_runs(tmp_path: Path) -> None:
    used = [LedgerCounters(open_ledger("m", tmp_path), "dlms/management").next() for _ in range(3)]
    assert used == sorted(set(used))


def test_clients_count_apart(tmp_path: Path) -> None:
    ledger = open_ledger("m", tmp_path)
    LedgerCounters(ledger, "dlms/management").next()
    assert LedgerCounters(ledger, "dlms/reader").next() == 0


def test_what_the_meter_has_seen_is_left_behind(tmp_path: Path) -> None:
    ledger = open_ledger("m", tmp_path)
    counters = LedgerCounters(ledger, "dlms/management")
    counters.raise_to(500)
    assert counters.next() == 500
    counters.raise_to(100_000)
    assert counters.next() == 100_000
    assert LedgerCounters(ledger, "dlms/management").next() > 100_000


def test_a_lower_value_of_the_meter_changes_nothing(tmp_path: Path) -> None:
    counters = LedgerCounters(open_ledger("m", tmp_path), "dlms/management")
    counters.raise_to(50)
    counters.raise_to(3)
    assert counters.next() == 50


def test_a_counter_that_a_probe_sets_is_gone_on_from(tmp_path: Path) -> None:
    ledger = open_ledger("m", tmp_path)
    counters = LedgerCounters(ledger, "dlms/management")
    counters.sending[CounterKey.UNICAST] = 70_000
    assert [counters.next(), counters.next()] == [70_000, 70_001]
    assert LedgerCounters(ledger, "dlms/management").next() > 70_001


def test_other_keys_are_not_the_ledgers(tmp_path: Path) -> None:
    ledger = open_ledger("m", tmp_path)
    LedgerCounters(ledger, "dlms/management").next(CounterKey.DEDICATED)
    assert LedgerCounters(ledger, "dlms/management").next(CounterKey.DEDICATED) == 0
