"""The row's notification, and other things that can be done to a meter so that it notifies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.access.dlms_notices import Notified
from bench.access.push import NoAddressError
from bench.controls.customer_notices import Missed
from bench.controls.dlms._events import declared
from bench.exchanges.dlms_notification import DlmsNotification
from bench.exchanges.notice import Notice

if TYPE_CHECKING:
    from bench.controls.trial import Trial


CATCH_UP_S = 7200.0
"""How long a meter has to come back to what it could not deliver, pauses between its rounds of retries included."""


REST_S = 60.0
"""Between two events, so that nobody takes one for the other."""


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


def no_notice(trial: Trial, series: str) -> None:
    """Record that the row's notification comes by another way than the push setup."""
    trial.record.could_not_look(series, f"the notification of {trial.row.id} does not come by the meter's push setup")


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


async def told_after_absence(trial: Trial, notice: Notice, count: int, span_s: float) -> Missed:
    """Cause ``count`` events over ``span_s`` s while nobody listens, then take what the meter tells.

    An event is known by its own time. Where the messages do not tell it, they are counted.
    """
    await notice.prepare()
    caused: list[float] = []
    assert notice.listener is not None
    await notice.listener.nothing_within(REST_S)  # the end of the event before may be told as well
    notice.listener.forget()
    async with notice.listener.away():
        for _ in range(count):
            await notice.stir()
            caused.append(notice.caused_at)
            await trial.station.advance(span_s / count / 2)
            await notice.clear()
            await trial.station.advance(span_s / count / 2)
    told = [one for one in await come(notice, CATCH_UP_S) if notice.tells(one)]
    times = [one.event.at for one in told if one.event is not None and one.event.at is not None]
    if len(times) < len(told) or not times:
        return Missed(("some",) if len(told) < count else (), ("some",) if len(told) > count else (), True, len(told))
    near = trial.bound("dt_clk", subject="meter_han").number + span_s / count / 4
    hits = [(f"{at:.0f}", sum(abs(at - time) <= near for time in times)) for at in caused]
    lost = tuple(at for at, hit in hits if not hit)
    twice = tuple(at for at, hit in hits if hit > 1)
    return Missed(lost, twice, times == sorted(times), len(told))
