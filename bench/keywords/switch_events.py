"""Keywords of 3.4.6 at the meter: whatever moves the switch, the meter tells of it unasked, and says what it knows."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.dlms import DlmsAccess
from bench.access.dlms_notices import Notified
from bench.exchanges.dlms.switch_event import switch_objects
from bench.exchanges.notice import Notice
from bench.keywords.switch_operations import OperationActs
from bench.keywords.switch_watch import SwitchWatch
from drivers.cim.vocabulary import Reported, SwitchMeans
from drivers.dlms.data import Boolean, Integer

MEANINGS = {
    (SwitchMeans.MANUAL, False): "manual_disconnection",
    (SwitchMeans.MANUAL, True): "manual_connection",
    (SwitchMeans.AUTOMATIC, False): "local_disconnection",
    (SwitchMeans.AUTOMATIC, True): "local_reconnection",
    (SwitchMeans.COMMAND, False): "remote_disconnection",
    (SwitchMeans.COMMAND, True): "remote_connection",
    (SwitchMeans.UNCOMMANDED, False): "switch_moved_uncommanded",
    (SwitchMeans.UNCOMMANDED, True): "switch_moved_uncommanded",
}
TOLD, VALID, DELAY = (
    "the meter tells of the operation",
    "the message is the meter's own",
    "from the operation to the message",
)
STATE, READING, CAUSE = "the new state is told", "a reading is told", "who moved the switch, by the message"


class _Moves(Notice):
    """One operation at a time, which ``acts`` bring about."""

    def __init__(self, access: DlmsAccess, acts: OperationActs, means: SwitchMeans) -> None:
        super().__init__(access)
        self.also = switch_objects(access)
        self.means, self.closes = means, False
        self._acts = acts

    async def cause(self) -> None:
        await self._acts.move(self.means, closes=self.closes)

    async def undo(self) -> None:
        """The next operation, or the next fresh state, puts it right."""

    @property
    def code(self) -> int | None:
        meaning = MEANINGS[self.means, self.closes]
        table = self.access.pixit("event_table", [])
        return next((int(entry["code"]) for entry in table if entry["meaning"] == meaning), None)


@library(scope="TEST", auto_keywords=False)
class SwitchEvents(OperationActs):
    """Moves the switch by some means, off and on, and holds what comes unasked against the witness."""

    @keyword("Move The Switch Off And On")
    def off_and_on(self, means: SwitchMeans) -> None:
        """Off, the dwell of the switch, on; each is awaited for ``t_evt``.

        | =Argument= | =Meaning= |
        | means | manual, automatic, command or uncommanded |

        Example: | Move The Switch Off And On | manual |
        """
        wait_s = 2.0 * (self.bound("t_evt") + self.scene.dwell_s)
        self.run(self._off_and_on(means), wait_s)

    @keyword("Move The Switch And Ask")
    def move_and_ask(self) -> None:
        """The contacts move without a command, off and on; after each the row's question is asked.

        Example: | Move The Switch And Ask |
        """
        self.run(self._move_and_ask(), 4.0 * self.scene.travel_s)

    @keyword("The Answers Should Have Reading And State")
    def answers_have(self) -> None:
        """A reading each time, and the state that the witness sees.

        Example: | The Answers Should Have Reading And State |
        """
        self.check("the answer has a reading", "always", READING)
        self.check("the answer has the new state", "always", STATE)

    @keyword("The Meter Should Have Told Of Both In Time")
    def told_in_time(self) -> None:
        """A valid message of each operation, within ``t_evt`` of it, with the new state and a reading.

        Example: | The Meter Should Have Told Of Both In Time |
        """
        self.check("the meter tells of it unasked", "always", TOLD)
        self.check("the message is authentic", "always", VALID)
        self.check("it comes in time", "at_most", DELAY, limit=self.bound("t_evt"))
        self.check("it has the new state", "always", STATE)
        self.check("it has a reading", "always", READING)

    @keyword("The Message Should Say")
    def says(self, reported: Reported) -> None:
        """Each message says who moved the switch, as far as the meter can tell.

        | =Argument= | =Meaning= |
        | reported | local, remote or unknown |

        Example: | The Message Should Say | local |
        """
        self.check("the message says who moved the switch", "equals", CAUSE, expected=str(reported))

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _move_and_ask(self) -> None:
        await self.scene.prepare(closed=True)
        for closes in (False, True):
            await self.move(SwitchMeans.UNCOMMANDED, closes=closes)
            await self.scene.settle()
            reading, switch = await self.exchange.perform()
            contact = await self.scene.look()
            what = "on" if closes else "off"
            self.recorder.observe(READING, reading.value is not None, what=what, unit=reading.unit)
            self._record_state(switch.output_on, contact.closed, what)

    def _record_state(self, said: bool, seen: bool | None, what: str) -> None:
        if seen is None:
            self.recorder.could_not_look(STATE, f"{what}: no instrument shows the switch")
        else:
            self.recorder.observe(STATE, said is seen, what=f"{what}: said {said}, seen {seen}")

    async def _off_and_on(self, means: SwitchMeans) -> None:
        await self.scene_for(means)
        notice = _Moves(self.meter, self, means)
        await notice.prepare()
        try:
            for closes in (False, True):
                notice.closes = closes
                await self._one(notice)
                await self.rest()
        finally:
            await notice.restore()

    async def _one(self, notice: _Moves) -> None:
        closes, means = notice.closes, notice.means
        watch = SwitchWatch(self.wiring)
        await watch.begin()
        since = self.clock.now()
        found = await notice.perform(self.bound("t_evt"))
        await self.wait(max(0.0, since + self.longest_s(means, closes=closes) - self.clock.now()))
        operation = await watch.operation(self.recorder, closes=closes, since=since)
        what = f"{means}, {'on' if closes else 'off'}"
        if operation.at is None:
            self.recorder.could_not_look(TOLD, f"{what}: the witness saw no operation")
            return
        self.recorder.observe(TOLD, found is not None, what=what)
        if found is not None:
            delay = found.at - operation.at
            self.recorder.observe(DELAY, delay, what=what, unit="s", standard_uncertainty=found.spread_s / 12**0.5)
            self._record_contents(found, closes=closes, what=what)

    def _record_contents(self, found: Notified, *, closes: bool, what: str) -> None:
        names = self.meter.names
        self.recorder.observe(VALID, found.valid, what=f"{what}: {found.why or found.words}")
        output = found.value(names.disconnect_control, 2)
        self.recorder.observe(STATE, isinstance(output, Boolean) and bool(output) is closes, what=f"{what}: {output!r}")
        reading = found.value(names.register("energy_import").instance)
        self.recorder.observe(READING, isinstance(reading, Integer), what=f"{what}: {reading!r}")
        value = found.value(names.switch_cause)
        causes = [str(name) for name in self.meter.pixit("switch_causes", [])]
        known = isinstance(value, Integer) and 0 <= int(value) < len(causes)
        self.recorder.observe(CAUSE, causes[int(value)] if known else "none", what=what)  # type: ignore[arg-type]
