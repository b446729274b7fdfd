"""One topic of a comparison, and what it works with."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.lab.device import Device
    from bench.lab.station import Station
    from bench.session.recorder import Recorder

AS_DECLARED = "what was seen is as declared"
COMPARED = Check("the device is as its supplier declares", "always", AS_DECLARED)


@dataclass(frozen=True)
class Comparison:
    """The device file of the device in ``seat``, and where findings go."""

    station: Station
    seat: str
    record: Recorder

    @property
    def device(self) -> Device:
        """The device file. Raises ValueError for a seat without one."""
        device = self.station.lab.seat(self.seat).device
        if device is None:
            raise ValueError(f"seat {self.seat} names no device file")
        return device

    def hold(self, what: str, declared: object, seen: object) -> None:
        """Record whether ``seen`` is what was ``declared``."""
        words = what if declared == seen else f"{what}: declared {declared}, seen {seen}"
        self.record.observe(AS_DECLARED, declared == seen, what=words, declared=str(declared), seen=str(seen))

    def hold_each(self, pairs: Mapping[str, tuple[Any, Any]]) -> None:
        """Hold what is stated against what is shown, by name; None is shown where a meter does not tell."""
        for what, (stated, shown) in pairs.items():
            if not stated:
                self.undeclared(what)
            elif shown is None:
                self.unseen(what, "the client may not read it, or the meter does not have it")
            else:
                self.hold(what, stated, shown)

    def undeclared(self, what: str) -> None:
        """Record that the device file does not say: nothing is compared."""
        self.record.observe("undeclared", True, what=what)

    def unseen(self, what: str, why: str) -> None:
        """Record that what is declared could not be looked at; the verdict is then at best inconclusive."""
        self.record.could_not_look(AS_DECLARED, f"{what}: {why}")


@dataclass(frozen=True)
class Topic:
    """``name`` is a word of the test's name; ``compare`` records, and never judges. ``needs``: the PIXIT item without
    which a device file has nothing to compare."""

    name: str
    compare: Callable[[Comparison], Coroutine[Any, Any, None]]
    needs: str = ""
