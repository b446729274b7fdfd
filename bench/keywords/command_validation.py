"""Keywords of 4.2: commands of a wrong origin, for others, expired, out of range, or played again stop where the PICS
says that they are validated.

Above the gateway the bench is its server, past the gateway it is the gateway itself, in front of the equipment.
"""

from __future__ import annotations

import dataclasses

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.controls.attempts import attempt
from bench.exchanges.bad_writes import bad_writes
from bench.exchanges.base import Effect
from bench.exchanges.modbus_write import ModbusCommand
from bench.exchanges.sep2_events import new_mrid
from bench.exchanges.sep2_exchange import Sep2Exchange, ToGateway, ToManager
from bench.keywords.process import ProcessLibrary
from drivers.sep2.events import DateTimeInterval, Event
from drivers.sep2.vocabulary import ResponseStatus

WENT_ON, REFUSED = "a command that must stop went further", "a command was refused with a reason"
GOOD = "a good command went on"
VALIDATES = "validates_commands"
_STRANGER, _LFDI_BYTES = "stranger", 20
_SHORT_S, _LONG_S = 300, 3600
_GUARD_S = 7200.0


@library(scope="TEST", auto_keywords=False)
class CommandValidation(ProcessLibrary):
    """Gives bad commands as the row's sender."""

    @property
    def commands(self) -> Sep2Exchange:
        """The row's exchange on a link whose commands are messages of 2030.5."""
        exchange = self.exchange
        assert isinstance(exchange, Sep2Exchange)
        return exchange

    def _expect_validation(self) -> None:
        """The gateway validates always; equipment where its PICS says so. Otherwise the test is skipped."""
        exchange = self.exchange
        device = self.station.lab.seat(exchange.seat).device
        claims = device is not None and VALIDATES in device.pics.supported
        if not isinstance(exchange, ToGateway) and not claims:
            raise SkipExecution(f"the PICS of {exchange.seat} leaves validation to the gateway")

    @keyword("Give Commands That Must Stop")
    def give(self) -> None:
        """Between two good ones. Example: | Give Commands That Must Stop |"""
        self._expect_validation()
        exchange = self.exchange
        self.run(self._write(exchange) if isinstance(exchange, ModbusCommand) else self._give(), _GUARD_S)

    async def _write(self, exchange: ModbusCommand) -> None:
        """Over Modbus."""
        for command in [None, *bad_writes(exchange), None]:
            await exchange.prepare()
            tried = await attempt(exchange.perform() if command is None else command.give())
            effect = await exchange.observe()
            if command is None:
                self._record(GOOD, effect, "of the row's sender")
            else:
                self._record(WENT_ON, effect, command.what)
            if command is not None and command.refused:
                self.recorder.observe(REFUSED, not tried.accepted, what=command.what, answer=tried.text)
            await exchange.restore()

    async def _give(self) -> None:
        exchange = self.commands
        try:
            await exchange.prepare()
            done = await self._good("before")
            await self._from_a_stranger()
            await self._played_again(done)
            await self._for_others()
            await self._wrong()
            await exchange.counterpart.found_anew()
            await self._good("after")
        finally:
            await exchange.close()

    async def _good(self, what: str) -> Event:
        """A good command from start to end."""
        exchange = self.commands
        event = exchange.offer(exchange.new_event(duration_s=_SHORT_S))
        await exchange.arrived(event)
        self._record(GOOD, await exchange.look(event), what)
        await self._over(event)
        return event

    async def _over(self, event: Event) -> None:
        rest_s = float(self.commands.access.pixit("dwell_s", 0.0)) + self.commands.reaction_s
        await self.wait(max(0.0, event.interval.end + rest_s - self.clock.now()))

    # -- what must stop ----------------------------------------------------------------------------------------------

    async def _from_a_stranger(self) -> None:
        """Somebody else answers at the server's address, with a certificate of his own."""
        exchange = self.commands
        event = exchange.offer(exchange.new_event(duration_s=_LONG_S))
        exchange.counterpart.reappear(exchange.counterpart.new_context(exchange.access.credential(_STRANGER)))
        await self.wait(exchange.access.poll_s + exchange.reaction_s)
        await self._went_on(event, "of a wrong origin")
        exchange.program.events.pop(event.mrid)
        exchange.counterpart.reappear()
        await exchange.counterpart.polled(within_s=float(exchange.access.pixit("retry_s", 120.0)))

    async def _played_again(self, done: Event) -> None:
        """A command that was carried out is shown again as it was, and then with another time."""
        exchange, now = self.commands, int(self.clock.now())
        exchange.program.shows_over = True
        later = DateTimeInterval(start=now, duration=_LONG_S)
        for what, event in (("as it was", done), ("with another time", dataclasses.replace(done, interval=later))):
            exchange.program.put(event, self.clock.now(), exchange.content.price())
            await exchange.counterpart.polled(2)
            await self.wait(exchange.access.act_s)
            await self._went_on(event, f"played again, {what}")
        exchange.program.events.pop(done.mrid)

    async def _for_others(self) -> None:
        """In a program to which another home is assigned."""
        exchange = self.commands
        program = exchange.counterpart.resources.add_program(
            exchange.content.kind, new_mrid(exchange.random), exchange.primacy, "others"
        )
        program.members = frozenset({exchange.random.randbytes(_LFDI_BYTES)})
        event = exchange.offer(exchange.new_event(duration_s=_LONG_S), program)
        await exchange.counterpart.found_anew()
        await exchange.counterpart.polled(2)
        await self._went_on(event, "for another address")
        exchange.counterpart.resources.programs.remove(program)

    async def _wrong(self) -> None:
        """Expired, or of values that nobody can follow: each is refused with a reason."""
        exchange = self.commands
        past = DateTimeInterval(start=int(self.clock.now()) - 2 * _LONG_S, duration=_LONG_S)
        bad = {"expired": dataclasses.replace(exchange.new_event(), interval=past, created=past.start - 60)}
        beyond = exchange.out_of_range(exchange.new_event())
        if beyond is not None:
            bad["out of range"] = beyond
        exchange.program.shows_over = True
        offered = {what: exchange.offer(event) for what, event in bad.items()}
        await exchange.counterpart.polled(2)
        await self.wait(exchange.access.act_s)
        for what, event in offered.items():
            await self._went_on(event, what)
            told = exchange.counterpart.told(event.mrid)
            refused = any(ResponseStatus(status).rejects for status in told)
            self.recorder.observe(REFUSED, refused, what=what, told=[*told])
            exchange.program.events.pop(event.mrid)
        exchange.program.shows_over = False

    async def _went_on(self, event: Event, what: str) -> None:
        exchange = self.commands
        if isinstance(exchange, ToGateway):
            found = await exchange.found(event.mrid)
            self.recorder.observe(WENT_ON, found is not None and not found.status.cancelled, what=what)
        elif isinstance(exchange, ToManager):
            self._record(WENT_ON, await exchange.moved(), what)

    def _record(self, series: str, effect: Effect, what: str) -> None:
        if effect.happened is None:
            self.recorder.could_not_look(series, effect.detail)
        else:
            self.recorder.observe(series, effect.happened, what=what, source=effect.shown_by, detail=effect.detail)

    @keyword("They Should Have Stopped")
    def stopped(self) -> None:
        """And good ones went on. Example: | They Should Have Stopped |"""
        self.check("a good command goes on, before and after", "always", GOOD)
        self.check("none of the others goes further", "never", WENT_ON)
        self.check("what is expired or out of range is refused with a reason", "always", REFUSED)
