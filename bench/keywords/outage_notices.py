"""Keywords of 3.5.4: the OMS has customers told of an outage; what the home shows, and who is written to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.sep2 import Sep2Access
from bench.access.sep2_home import events_at
from bench.exchanges.meters import meter_name
from bench.keywords.process import ProcessLibrary
from drivers.cim.notices import OutageNotice, cancel_notices, known_notices, tell_notices
from drivers.cim.payloads import EndDeviceEvent
from drivers.cim.times import iso
from drivers.cim.vocabulary import EventKind
from drivers.sep2.prices import TextMessage
from drivers.sep2.programs import ProgramKind

HEADEND, GATEWAY, CUSTOMER, EMS = "AMI Headend", "ESI/HAN Gateway", "CIS", "cems"
OMS, CLERK = "oms", "operator"
SHOWN, IN_TIME, TEXT = "the home shows the notice", "from the order to the home", "the text says start and end"
GONE, ONE = "a notice that does not hold is shown", "notices that the home shows"
ACKNOWLEDGED = "the headend acknowledges"
WRITTEN = "messages to the customer without a display"
_AHEAD_S, _DURATION_S = 7_200.0, 3_600
_LOOK_S, _SLACK_S = 5.0, 40.0
ZONE = timezone(timedelta(hours=1))
"""Of the station's customers."""


@library(scope="TEST", auto_keywords=False)
class OutageNotices(ProcessLibrary):
    """Orders notices as the OMS, and reads what the gateway gives the home."""

    def __init__(self) -> None:
        self._number = 0
        self._texts: Sequence[TextMessage] = ()

    # -- what happens --------------------------------------------------------------------------------------------

    @keyword("Tell Of An Outage")
    def tell(self, planned: bool = True) -> None:
        """In two hours, for one; an unplanned one holds now. It is looked at in the home until it is shown.

        | =Argument= | =Meaning= |
        | planned | whether it is scheduled |

        Example: | Tell Of An Outage |
        """
        self.run(self._tell(planned=planned), self._limit_s)

    async def _tell(self, *, planned: bool) -> None:
        notice = self._notice(0.0, planned=planned)
        began = self.clock.now()
        await self._order(notice)
        await self._until(lambda texts: bool(texts))
        self.recorder.observe(SHOWN, bool(self._texts), what=notice.notice)
        self.recorder.observe_duration(IN_TIME, self.clock.now() - began, what=notice.notice)
        self._look_at_text(notice)

    @keyword("Change And Cancel An Outage")
    def change(self) -> None:
        """Its start is put off, then it is cancelled; the home is looked at after each.

        Example: | Change And Cancel An Outage |
        """
        self.run(self._change(), 3.0 * self._limit_s)

    async def _change(self) -> None:
        first, later = self._notice(0.0), self._notice(1_800.0)
        await self._order(first)
        await self._until(lambda texts: bool(texts))
        await self._order(later)
        words = _times(later)
        await self._until(lambda texts: any(all(word in one.text for word in words) for one in texts))
        self.recorder.observe(ONE, len(self._texts), what="after a change")
        self._look_at_text(later)
        async with self.office(HEADEND).session(OMS) as office:
            await cancel_notices(office.messenger, (first.notice,))
        await self._until(lambda texts: not texts)
        self.recorder.observe(GONE, bool(self._texts), what="cancelled")

    @keyword("Let A Notice Expire")
    def expire(self) -> None:
        """Time passes until the outage is over.

        Example: | Let A Notice Expire |
        """
        self.run(self._expire(), _AHEAD_S + _DURATION_S + self._limit_s)

    async def _expire(self) -> None:
        await self._order(self._notice(0.0))
        await self._until(lambda texts: bool(texts))
        self.recorder.observe(SHOWN, bool(self._texts), what="before")
        await self.wait(_AHEAD_S + _DURATION_S + 1.0)
        self._texts = await self._shown()
        self.recorder.observe(GONE, bool(self._texts), what="over")

    @keyword("Tell A Customer Without A Display")
    def without_display(self) -> None:
        """One of the headend's meters whose customer has no gateway; what the CIS is to write is read there.

        Example: | Tell A Customer Without A Display |
        """
        self.run(self._without_display(), self._limit_s)

    async def _without_display(self) -> None:
        meter = str(self.office(HEADEND).pixit("protected_meter", ""))
        if not meter:
            raise SkipExecution("the headend's device file names no meter without a gateway (protected_meter)")
        notice = self._notice(0.0, meters=(meter, meter_name(self.station)))
        await self._order(notice)
        deadline = self.clock.now() + self._limit_s
        while not (found := await self._messages(meter)) and self.clock.now() < deadline:
            await self.wait(_LOOK_S)
        self.recorder.observe(WRITTEN, len(found), what=meter)
        for one in found:
            self.recorder.observe(TEXT, all(word in one.detail for word in _times(notice)), what=one.detail)

    # -- judging -------------------------------------------------------------------------------------------------

    @keyword("The Home Should Show The Outage")
    def shown(self) -> None:
        """Within ``t_ack``, with start and end in the customer's time zone; the headend has acknowledged.

        Example: | The Home Should Show The Outage |
        """
        self.check("the headend acknowledges", "always", ACKNOWLEDGED)
        self.check("the home shows the notice", "always", SHOWN)
        self.check("in time", "at_most", IN_TIME, limit=self._limit_s)
        self.check("with start and end by the customer's clock", "always", TEXT)

    @keyword("The Home Should Show What Holds")
    def holds(self) -> None:
        """One notice, as it was changed, and none that was cancelled.

        Example: | The Home Should Show What Holds |
        """
        self.check("one notice is shown after a change", "equals", ONE, expected=1)
        self.check("as it was changed", "always", TEXT)
        self.check("none that was cancelled", "never", GONE)

    @keyword("An Expired Notice Should Be Gone")
    def gone(self) -> None:
        """It was shown, and is not after the outage.

        Example: | An Expired Notice Should Be Gone |
        """
        self.check("the notice was shown", "always", SHOWN)
        self.check("it is gone when it is over", "never", GONE)

    @keyword("The Customer Should Be Written To")
    def written(self) -> None:
        """Once, with start and end.

        Example: | The Customer Should Be Written To |
        """
        self.check("the customer is written to once", "equals", WRITTEN, expected=1)
        self.check("with start and end", "always", TEXT)

    # -- inside --------------------------------------------------------------------------------------------------

    @property
    def _limit_s(self) -> float:
        """``t_ack``, and the gateway's poll."""
        return self.bound("t_ack") + _SLACK_S

    def _notice(self, later_s: float, *, planned: bool = True, meters: Sequence[str] = ()) -> OutageNotice:
        ahead_s = _AHEAD_S if planned else 0.0
        start = self.clock.now() // 60.0 * 60.0 + ahead_s + later_s
        return OutageNotice(
            notice=f"{OMS}-{self.session.planned.name}",
            meters=tuple(meters) or (meter_name(self.station),),
            start=iso(start),
            duration=_DURATION_S,
            planned=planned,
        )

    async def _order(self, notice: OutageNotice) -> None:
        async with self.office(HEADEND).session(OMS) as office:
            reply = await tell_notices(office.messenger, (notice,))
            self.recorder.observe(ACKNOWLEDGED, reply.result == "OK", what=str(reply.result))
            known = await known_notices(office.messenger, notice.meters)
        self.record_list("text of the headend", [one.text for one in known][-1:])

    async def _until(self, reached: Callable[[Sequence[TextMessage]], bool]) -> None:
        deadline = self.clock.now() + self._limit_s
        self._texts = await self._shown()
        while not reached(self._texts) and self.clock.now() < deadline:
            await self.wait(_LOOK_S)
            self._texts = await self._shown()

    async def _shown(self) -> list[TextMessage]:
        """What the gateway gives a display in the home that holds now."""
        gateway = Sep2Access(self.station, self.seat_of(GATEWAY))
        now = self.clock.now()
        return [
            event
            for event in await events_at(gateway, EMS, ProgramKind.TEXT)
            if isinstance(event, TextMessage) and not event.status.cancelled and now < event.interval.end
        ]

    def _look_at_text(self, notice: OutageNotice) -> None:
        words = _times(notice)
        for one in self._texts:
            self.recorder.observe(TEXT, all(word in one.text for word in words), what=one.text)

    async def _messages(self, meter: str) -> list[EndDeviceEvent]:
        """What the CIS was given to write to a customer."""
        async with self.office(CUSTOMER).session(CLERK) as office:
            return [event for event in await office.events((meter,)) if event.kind is EventKind.OUTAGE_NOTICE]


def _times(notice: OutageNotice) -> list[str]:
    """Start and end by the customer's clock, as words that must stand in the text."""
    start = datetime.fromisoformat(notice.start.replace("Z", "+00:00")).astimezone(UTC).astimezone(ZONE)
    end = start + timedelta(seconds=notice.duration)
    return [f"{start:%H:%M}", f"{end:%H:%M}", f"{start:%d}"]
