"""Invocation counters of one end: what it sends next, and the least it still accepts, key by key."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from drivers.dlms.errors import CounterError

LAST_COUNTER = 0xFFFFFFFF


class CounterKey(StrEnum):
    """Each key has counters of its own, since a GCM key must never see the same initialisation vector twice."""

    UNICAST = "unicast"
    BROADCAST = "broadcast"
    DEDICATED = "dedicated"


@dataclass(slots=True)
class InvocationCounters:
    """Counters of one end. ``sending``: next value to send; ``receiving``: least value to accept (last accepted + 1).

    A key that is missing starts at 0. The tables are the owner's to save (ledger, non-volatile memory) and to set.
    """

    sending: dict[CounterKey, int] = field(default_factory=dict)
    receiving: dict[CounterKey, int] = field(default_factory=dict)

    def next(self, key: CounterKey = CounterKey.UNICAST) -> int:
        """Take the next value to send. Raises CounterError when the key is used up."""
        counter = self.sending.get(key, 0)
        if counter > LAST_COUNTER:
            raise CounterError(counter, counter)
        self.sending[key] = counter + 1
        return counter

    def check(self, counter: int, key: CounterKey = CounterKey.UNICAST) -> None:
        """Raises CounterError for a value that is the same as or lower than one accepted before."""
        least = self.receiving.get(key, 0)
        if counter < least:
            raise CounterError(counter, least)

    def accept(self, counter: int, key: CounterKey = CounterKey.UNICAST) -> None:
        """Remember a value, after (never before) its message proved authentic. Raises as `check` does."""
        self.check(counter, key)
        self.receiving[key] = counter + 1

    def forget(self, key: CounterKey) -> None:
        """Start ``key`` anew at 0 both ways: for a key that was just replaced."""
        self.sending.pop(key, None)
        self.receiving.pop(key, None)
