"""Invocation counters."""

from __future__ import annotations

import pytest

from drivers.dlms.errors import CounterError
from drivers.dlms.security import CounterKey, InvocationCounters


def test_values_to_send_go_up_and_each_key_has_its_own() -> None:
    counters = InvocationCounters(sending={CounterKey.UNICAST: 7})
    assert [counters.next() for _ in range(3)] == [7, 8, 9]
    assert counters.next(CounterKey.BROADCAST) == 0


def test_the_same_or_a_lower_value_is_refused_and_says_what_was_expected() -> None:
    counters = InvocationCounters()
    counters.accept(10)
    for value in (10, 9, 0):
        with pytest.raises(CounterError) as raised:
            counters.accept(value)
        assert (raised.value.counter, raised.value.expected) == (value, 11)
    counters.accept(11)
    counters.accept(0, CounterKey.DEDICATED)


def test_checking_alone_remembers_nothing() -> None:
    counters = InvocationCounters()
    counters.check(0xFFFFFFFF)
    counters.accept(0)


def test_the_last_value_is_sent_once() -> None:
    counters = InvocationCounters(sending={CounterKey.UNICAST: 0xFFFFFFFF})
    assert counters.next() == 0xFFFFFFFF
    with pytest.raises(CounterError):
        counters.next()


def test_a_replaced_key_starts_anew() -> None:
    counters = InvocationCounters()
    counters.next(CounterKey.DEDICATED)
    counters.accept(5, CounterKey.DEDICATED)
    counters.forget(CounterKey.DEDICATED)
    assert counters.next(CounterKey.DEDICATED) == 0
    counters.accept(0, CounterKey.DEDICATED)
