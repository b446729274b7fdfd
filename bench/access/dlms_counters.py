"""Invocation counters that the seat's ledger keeps across runs: no value is ever sent twice under one key."""

from __future__ import annotations

from bench.lab.ledger import Ledger
from drivers.dlms.security import InvocationCounters
from drivers.dlms.security.counters import CounterKey

_RESERVED = 10_000


class LedgerCounters(InvocationCounters):
    """The counters of one client. Those of its unicast key are reserved in ``ledger`` under ``name``, some at a time.

    The other keys live no longer than an association or a test, and start where their owner sets them.
    """

    __slots__ = ("_end", "_ledger", "_name")

    def __init__(self, ledger: Ledger, name: str) -> None:
        super().__init__()
        self._ledger = ledger
        self._name = name
        self._end = 0

    def next(self, key: CounterKey = CounterKey.UNICAST) -> int:
        """Take the next value to send. Raises CounterError when the key is used up."""
        if key is CounterKey.UNICAST and self.sending.get(key, 0) >= self._end:
            self._reserve(self.sending.get(key, 0))
        return super().next(key)

    def raise_to(self, least: int) -> None:
        """The meter was seen to have taken all values below ``least``."""
        if self.sending.get(CounterKey.UNICAST, 0) < least < self._end:
            self.sending[CounterKey.UNICAST] = least
        elif least >= self._end:
            self._reserve(least)

    def _reserve(self, least: int) -> None:
        self._ledger.raise_counter(self._name, least)
        reserved = self._ledger.reserve(self._name, _RESERVED)
        self.sending[CounterKey.UNICAST] = reserved.start
        self._end = reserved.stop
