"""Keywords of 3.5.4 at a meter that is the home's gateway: what the headend writes for the customer stands on P1."""

from __future__ import annotations

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.dlms import MANAGEMENT
from bench.access.p1 import LINK, listening, telegrams
from bench.exchanges.dlms.consumer_message import ConsumerMessage
from bench.keywords.process import ProcessLibrary
from drivers.dlms.data import OctetString
from drivers.p1.telegram import P1Error, Telegram

SHOWN, IN_TIME = "P1 shows the headend's text", "from the writing of a text to the telegram that shows it"
_TEXTS = (
    "Planned outage 06.01.2026 14:00-15:30",
    "Put off: 06.01.2026 16:00-17:30",
    "",
)
"""A notice, its change, and that it was taken back."""
_LINE = "0-0:96.13.0"
_PATIENCE_S, _LOOK_S = 60.0, 2.5
_GUARD_S = 300.0


@library(scope="TEST", auto_keywords=False)
class ConsumerMessages(ProcessLibrary):
    """The bench is the headend, and listens at P1."""

    @property
    def message(self) -> ConsumerMessage:
        """The row's exchange. A gateway that is no meter skips the test, and so does a meter without such a port."""
        if not isinstance(self.exchange, ConsumerMessage):
            raise SkipExecution("the gateway is no meter")
        if not self.station.lab.seat(self.exchange.seat).speaks(LINK):
            raise SkipExecution(f"{self.exchange.seat} has no port that carries P1 telegrams on this station")
        return self.exchange

    @keyword("Write Change And Take Back A Text")
    def write(self) -> None:
        """As the headend; each is looked for at P1. Example: | Write Change And Take Back A Text |"""
        self.run(self._write(self.message), _GUARD_S)

    async def _write(self, message: ConsumerMessage) -> None:
        async with listening(self.station, message.seat) as port:
            for text in _TEXTS:
                async with message.access.session(MANAGEMENT, ask=True) as client:
                    await client.set(message.shown, OctetString(text.encode()))
                written = self.clock.now()
                at = None
                while at is None and self.clock.now() < written + _PATIENCE_S:
                    for one in await telegrams(port, self.clock.now() + _LOOK_S):
                        if at is None and one.telegram is not None and _text_in(one.telegram) == text:
                            at = one.at
                self.recorder.observe(SHOWN, at is not None, what=text or "none")
                if at is not None:
                    self.recorder.observe_duration(IN_TIME, max(0.0, at - written), what=text or "none")

    @keyword("P1 Should Show What Holds")
    def shown(self) -> None:
        """Each text, and nothing when it was taken back, within t_ack. Example: | P1 Should Show What Holds |"""
        self.check("each text is shown as it holds", "always", SHOWN)
        self.check("and in time", "at_most", IN_TIME, limit=self.bound("t_ack"))


def _text_in(telegram: Telegram) -> str | None:
    """The message for the customer; None where there is none or it cannot be read."""
    try:
        return telegram.text(_LINE)
    except P1Error:
        return None
