"""Kinds of exchange that office systems share: a question for readings or of another kind, an order for a switch."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from bench.access.dlms import DlmsAccess
from bench.exchanges.base import Effect
from bench.exchanges.meters import meter_name, meter_seat
from bench.exchanges.office_exchange import OfficeExchange
from bench.exchanges.switch_scene import SwitchScene
from drivers.cim.office import CimOffice, Orders
from drivers.cim.payloads import EndDeviceControl
from drivers.cim.times import iso
from drivers.cim.vocabulary import Control, Reason

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

EXECUTION_S = 30.0
"""Station time that an order has from its acceptance to its effect before the bench stops looking for one."""

REASONS = {
    "3.4.1": Reason.MOVE_IN,
    "3.4.2": Reason.REINSTATEMENT,
    "3.4.3": Reason.MOVE_OUT,
    "3.4.4": Reason.NON_PAYMENT,
    "3.4.5": Reason.EMERGENCY,
}
"""What an order is given for, by the process that it belongs to."""


class OfficeReading(OfficeExchange):
    """A question for readings. Its effect is that the row's data were obtained; nothing is to be set up."""

    predicates: ClassVar[frozenset[str]] = frozenset({"returns"})

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.answer: Any = None
        self.asked = ""

    @property
    def meter(self) -> str:
        """The meter that is asked about, as the system calls it; ``asked`` puts another in its place."""
        return self.asked or self.own_meter()

    def own_meter(self) -> str:
        """The meter of the row: the one under test."""
        return meter_name(self.station)

    @abstractmethod
    async def ask(self, office: Any) -> Any:
        """Ask for the row's data; raises the system's refusal."""

    @abstractmethod
    def count(self, answer: Any) -> int:
        """How many data of the row ``answer`` holds."""

    async def prepare(self) -> None:
        """Forget the last answer."""
        self.answer = None

    async def send(self, office: Any) -> Any:
        """Ask for the row's data and keep what came."""
        self.answer = None
        self.answer = await self.ask(office)
        return self.answer

    async def observe(self) -> Effect:
        """Whether the last message brought the row's data."""
        found = 0 if self.answer is None else self.count(self.answer)
        return Effect(found > 0, f"the answer of {self.seat}", f"{found} values came")

    async def restore(self) -> None:
        """Forget the last answer."""
        self.answer = None


@dataclass(frozen=True)
class Answered:
    """One question that was asked: in words, the meter that the answer is about, and whether it is the right one."""

    what: str
    meter: str
    right: bool


class OfficeEnquiry(OfficeReading):
    """A question whose answer is no reading: it follows from what the question says and what the system was told."""

    @abstractmethod
    async def answers(self, office: Any) -> Sequence[Answered]:
        """Ask every kind of such a question once; raises the system's refusal."""


class OfficeOrder(OfficeExchange):
    """An order for the switch of the meter under test. The witness at the meter shows its effect.

    ``start`` is when it is to be executed (UTC, s), None for at once.
    """

    predicates: ClassVar[frozenset[str]] = frozenset({"returns", "commands"})
    control: ClassVar[Control]

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.scene = SwitchScene(DlmsAccess(station, meter_seat(station)))
        self.start: float | None = None

    @property
    def closes(self) -> bool:
        """Whether the order closes the switch."""
        return self.control is Control.CONNECT

    def order(self) -> EndDeviceControl:
        """The order."""
        start = "" if self.start is None else iso(self.start)
        reason = REASONS.get(self.row.process, "")
        return EndDeviceControl(control=self.control, meter=meter_name(self.station), start=start, reason=reason)

    async def send(self, office: CimOffice) -> Orders:
        """Give the order; raises the system's refusal."""
        return await office.order((self.order(),))

    async def prepare(self) -> None:
        """Supply and load on, load side dead, the switch where the order would move it, its dwell over."""
        await self.scene.prepare(closed=not self.closes)

    async def observe(self) -> Effect:
        """Whether the witness sees the switch where the order brings it, within `EXECUTION_S`."""
        return await self.scene.observe(closed=self.closes, within_s=EXECUTION_S)

    async def restore(self) -> None:
        """Switch and load as they were before `prepare`."""
        await self.scene.restore()
