"""The row's notification, and other things that can be done to a meter so that it notifies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.access.dlms_notices import Notified
from bench.access.push import NoAddressError
from bench.controls.dlms._events import declared
from bench.exchanges.dlms_notification import DlmsNotification
from bench.exchanges.notice import Notice

if TYPE_CHECKING:
    from bench.controls.trial import Trial


@dataclass(frozen=True)
class Act:
    """Something that the fault box does to a meter, and the meaning of the event that follows."""

    meaning: str
    name: str
    on: str

    async def do(self, trial: Trial, begin: bool) -> None:
        """Do it, or undo it."""
        values: dict[str, Any] = {self.on: begin}
        await trial.station.box.do(trial.seat, self.name, **values)


ACTS = (
    Act("terminal_cover_opened", "terminal_cover", "open"),
    Act("magnet_detected", "magnet", "on"),
    Act("cover_opened", "cover", "open"),
    Act("tilted", "tilt", "on"),
)


def notice_of(trial: Trial) -> Notice | None:
    """The notification of the row; None on a row on which the meter does not speak first."""
    exchange = trial.exchange
    return exchange.notice if isinstance(exchange, DlmsNotification) else None


async def listening(trial: Trial, notice: Notice, series: str) -> bool:
    """Have the meter push to the bench; False, and on the record under ``series``, where it cannot be had to."""
    try:
        await notice.prepare()
    except NoAddressError as error:
        trial.record.could_not_look(series, str(error))
        return False
    return True


def acts_beside(notice: Notice, count: int) -> Sequence[Act]:
    """At most ``count`` acts whose events are declared and are not the notice's own."""
    access = notice.access
    others = [act for act in ACTS if act.meaning != notice.meaning and declared(access, act.meaning) is not None]
    return others[:count]


async def come(notice: Notice, within_s: float, codes: Collection[int] = ()) -> list[Notified]:
    """The messages that come ``within_s`` from now; no longer than until each of ``codes`` has come."""
    clock, found = notice.station.clock, list[Notified]()
    deadline, missing = clock.now() + within_s, set(codes)
    while (one := await notice.next(deadline - clock.now())) is not None:
        found.append(one)
        if one.event is not None:
            missing.discard(one.event.code or 0)
        if codes and not missing:
            break
    return found
