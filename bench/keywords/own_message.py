"""Keywords of rows that are another way to what is tested elsewhere: the row's own message does its work there, too.

At the optical port (reading R14b), and on hops that the paper leaves out (R12), the functions behind the message are
those of the printed row, whose tests hold them to the process's criterion. What remains to be shown is that the message
does its work on this way too, in the eyes of somebody else than its sender.
"""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.keywords.process import ProcessLibrary

BEFORE, EFFECT = "the effect was there before the message", "the message has its effect"
AFTER = "the effect is taken back"
_GUARD_S = 900.0


@library(scope="TEST", auto_keywords=False)
class OwnMessage(ProcessLibrary):
    """Sends what the row is about, as its own exchange does for the controls."""

    @keyword("Send The Row's Own Message")
    def send(self) -> None:
        """As its rightful sender; looked at before, after, and when it was taken back.

        Example: | Send The Row's Own Message |
        """
        self.run(self._send(), _GUARD_S)

    async def _send(self) -> None:
        exchange = self.exchange
        try:
            await exchange.prepare()
            await self._look(BEFORE)
            await exchange.perform()
            await self._look(EFFECT)
            await exchange.restore()
            await self._look(AFTER)
        finally:
            await exchange.close()

    async def _look(self, series: str) -> None:
        effect = await self.exchange.observe()
        if effect.happened is None:
            self.recorder.could_not_look(series, effect.detail)
        else:
            self.recorder.observe(series, effect.happened, source=effect.shown_by, detail=effect.detail)

    @keyword("The Row's Message Should Have Its Effect")
    def has_effect(self) -> None:
        """Not before it was sent, and not when it was taken back.

        Example: | The Row's Message Should Have Its Effect |
        """
        self.check("nothing is there before", "never", BEFORE)
        self.check("the message has its effect", "always", EFFECT)
        self.check("it can be taken back", "never", AFTER)
