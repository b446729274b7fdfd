"""An exchange: what happens on a row. Performed, observed and restored the same way by every test of that row.

``observe`` never asserts. It answers with an :class:`Effect`, in which *it did not happen* and *it could not be
looked at* are two different things. To test a replay is then to perform under capture, observe, restore, play the
capture again, and observe nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station


@dataclass(frozen=True)
class Effect:
    """Whether the exchange took effect in the world, and what showed it. ``happened`` None: could not be looked at."""

    happened: bool | None
    shown_by: str
    detail: str = ""


class Exchange(ABC):
    """The exchange of one row on one link. Subclasses are found by :mod:`bench.exchanges.registry`.

    ``rows`` are the row ids that it realises. ``predicates`` says what the exchange does: ``returns`` data,
    ``notifies``, ``commands``, ``writes``. ``side`` names who is on the other end where that is not the device's usual
    counterpart: tests of rows with different sides share no observations.
    """

    rows: ClassVar[tuple[str, ...]] = ()
    link: ClassVar[str] = ""
    predicates: ClassVar[frozenset[str]] = frozenset()
    side: ClassVar[str] = ""

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        """The exchange of ``row`` with the device under test in ``seat``."""
        self.station = station
        self.seat = seat
        self.row = row

    @classmethod
    def stimulus_class(cls) -> type[Exchange]:
        """The class that says what is sent: one that only names other rows sends what its base does."""
        kind: type[Exchange] = cls
        while len(kind.__bases__) == 1 and vars(kind).keys() <= vars(_NamesRows).keys():
            kind = kind.__bases__[0]
        return kind

    @property
    def message(self) -> str:
        """What tells the message of this row from that of other rows with the same `stimulus_class`.

        Rows that agree in both send the same, so what message controls observe on one of them holds for all. The row's
        id; a kind whose rows say nothing of themselves in the message names less.
        """
        return self.row.id

    @abstractmethod
    async def prepare(self) -> None:
        """Set the scene so that performing would have an effect that can be seen. Safe to call at any time."""

    @abstractmethod
    async def perform(self, access: Any = None) -> Any:
        """Do it as the authorised sender, or through ``access``: an open session of whoever a probe pretends to be.

        Returns the receiver's answer; raises the driver's refusals.
        """

    @abstractmethod
    async def observe(self) -> Effect:
        """Look whether it took effect. Raises nothing for an effect that is not there."""

    @abstractmethod
    async def restore(self) -> None:
        """Bring back what was before :meth:`prepare`."""

    async def note(self) -> None:
        """Note what a stimulus may set on the device and leave behind. Only for devices that keep it: real ones."""
        return

    async def put_back(self) -> Sequence[str]:
        """Bring back what was noted, however the stimulus ended; in words, what could not be."""
        return ()

    async def close(self) -> None:
        """Let go of what the bench itself holds (a port that listens); the device is left as it is."""
        return


class _NamesRows(Exchange):
    """What a class says of itself that only names other rows than its base."""

    rows: ClassVar[tuple[str, ...]] = ()
    predicates: ClassVar[frozenset[str]] = frozenset()
