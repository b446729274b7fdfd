"""Keywords of 3.5.4 at an appliance: what its screen shows of an outage, from the gateway's message on to its end."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.ble import LINK
from bench.exchanges.ble.messages import OutageNotice
from bench.keywords.process import ProcessLibrary
from drivers.gatt.client import GattClient
from drivers.gatt.messages import Message
from drivers.gatt.sig import LOCAL_TIME, LocalTime

SHOWN, IN_TIME, TIMES = "the screen shows the text", "from the message to the screen", "start and end, as shown"
GONE, ONE = "a message that does not hold is shown", "messages on the screen"
_ZONE = LocalTime(4)
"""Of the station's customers: an hour ahead of UTC."""
_LATER_S = 1_800.0
_OTHER = "No supply: the work was put off"


@library(scope="TEST", auto_keywords=False)
class HomeMessages(ProcessLibrary):
    """Gives messages as the gateway, and reads the appliance's screen."""

    @property
    def notice(self) -> OutageNotice:
        """The row's exchange. A link on which none is tested skips the test."""
        if self.session.planned.link != LINK or not isinstance(self.exchange, OutageNotice):
            raise SkipExecution(f"{self.row.id} is not tested over {self.session.planned.link or 'any link'} here")
        return self.exchange

    # -- what happens --------------------------------------------------------------------------------------------

    @keyword("Give A Notice")
    def give(self) -> None:
        """Of an outage in two hours, for one; looked at until it is shown, and when it is over.

        Example: | Give A Notice |
        """
        notice = self.notice
        self.run(self._alone(notice, self._give(notice)), _LATER_S + 4 * 3600.0)

    async def _give(self, notice: OutageNotice) -> None:
        began, message = self.clock.now(), notice.new_message()
        async with notice.access.session() as client:
            await notice.give(client, message)
            await self._look(notice, client, message, "as given")
        self.recorder.observe_duration(IN_TIME, self.clock.now() - began)
        await self.wait_until(message.end + 1.0)
        async with notice.access.session() as client:
            self.recorder.observe(GONE, message.text in await notice.shown(client), what="over")

    @keyword("Change And Cancel A Notice")
    def change(self) -> None:
        """It is put off by half an hour, with another text, then taken back.

        Example: | Change And Cancel A Notice |
        """
        notice = self.notice
        self.run(self._alone(notice, self._change(notice)))

    async def _change(self, notice: OutageNotice) -> None:
        first, later = notice.outage(), notice.outage(later_s=_LATER_S, text=_OTHER)
        async with notice.access.session() as client:
            await notice.give(client, first)
            await notice.give(client, later)
            await self._look(notice, client, later, "after a change")
            shown = await notice.shown(client)
            self.recorder.observe(ONE, len(shown.splitlines()), what="after a change")
            self.recorder.observe(GONE, first.text in shown, what="as it was before")
            await notice.cancel(client, later)
            self.recorder.observe(GONE, later.text in await notice.shown(client), what="cancelled")

    # -- judging -------------------------------------------------------------------------------------------------

    @keyword("The Screen Should Show It Until It Is Over")
    def shown(self) -> None:
        """Within ``t_ack``, with start and end by the customer's clock; not after its end.

        Example: | The Screen Should Show It Until It Is Over |
        """
        self.check("the screen shows the text", "always", SHOWN)
        self.check("in time", "at_most", IN_TIME, limit=self.bound("t_ack"))
        self.check("with start and end by the customer's clock", "always", TIMES)
        self.check("it is gone when it is over", "never", GONE)

    @keyword("The Screen Should Show What Holds")
    def holds(self) -> None:
        """One message, as it was changed, and none that was taken back.

        Example: | The Screen Should Show What Holds |
        """
        self.check("one message is shown after a change", "equals", ONE, expected=1)
        self.check("as it was changed", "always", SHOWN)
        self.check("with its new times", "always", TIMES)
        self.check("none that does not hold", "never", GONE)

    # -- inside --------------------------------------------------------------------------------------------------

    async def _alone(self, notice: OutageNotice, act: Coroutine[Any, Any, None]) -> None:
        """Set the device's time zone, act, and let go of the link."""
        try:
            async with notice.access.session() as client:
                await client.write(LOCAL_TIME, _ZONE.encode())
            await act
        finally:
            act.close()
            await notice.close()

    async def _look(self, notice: OutageNotice, client: GattClient, message: Message, what: str) -> None:
        shown = await notice.shown(client)
        self.recorder.observe(SHOWN, message.text in shown, what=what, shown=shown)
        zone = timezone(timedelta(seconds=_ZONE.offset_s))
        start, end = (datetime.fromtimestamp(at, UTC).astimezone(zone) for at in (message.start, message.end))
        words = (f"{start:%H:%M}", f"{end:%H:%M}", f"{start:%d}")
        self.recorder.observe(TIMES, all(word in shown for word in words), what=what, expected=list(words))
