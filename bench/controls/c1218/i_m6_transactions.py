"""I-M6 on C12.18: a packet that is sent twice acts once; a session that breaks off leaves all or nothing.

The row's procedure and a step of the clock go out with each packet repeated (same toggle), and with the acknowledgement
lost; the log says how often they were done. Then a write of several packets of which the last never comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from bench.access.c1218 import MANAGEMENT, C1218Access
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import access_of, exchange_of, logged
from bench.controls.c1218._writes import TARGET, Setting, setting_of, write
from bench.controls.trial import Trial
from bench.exchanges.c1218_exchange import C1218Act
from bench.exchanges.c1218_write import C1218Write
from bench.judgement.check import Check
from drivers.c1218.client import C1218Client
from drivers.c1219.clock import SET_CLOCK, SET_DATE, SET_TIME, SetClock
from drivers.c1219.procedures import INITIATE, Initiation, Procedure
from drivers.transport.tap import Direction, drop, first_only, only_if, repeat

ONCE = "what was sent twice was done once"
WHOLE = "a setting was whole, the old or the new one"
AGAIN = "the value is what one message brings"
SERVED = "the next session was served"
EFFECT = "the command took effect"
_ACK = b"\x06"
_STEP_S = 60.0
_SLACK_S = 5.0
"""The log counts whole seconds of a clock that is not quite right; the last operation before is a dwell away."""


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), exchange_of(trial)
    for what in ("each packet sent twice", "the acknowledgement lost"):
        await trial.station.advance(_STEP_S + _SLACK_S)
        await _clock_once(trial, access, what)
        if isinstance(exchange, C1218Act):
            await _command_once(trial, exchange, what)
    await _broken_write(trial, access)
    if isinstance(exchange, C1218Write):
        await _same_again(trial, exchange)
    if isinstance(exchange, C1218Act):
        await exchange.restore()


def _disturbed(client: C1218Client, what: str) -> AbstractContextManager[None]:
    if what.startswith("each"):
        return client.taps["packet"].interfering(repeat(2))
    return client.taps["line"].interfering(only_if(lambda raw: raw == _ACK, first_only(drop)), Direction.IN)


async def _clock_once(trial: Trial, access: C1218Access, what: str) -> None:
    """A step of the clock forth and back, the first one disturbed: it is logged once."""
    async with access.session(MANAGEMENT) as client:
        meter = access.meter(client)
        formats = (await meter.configuration()).formats
        at = trial.clock.now() + _STEP_S
        parameters = SET_CLOCK.encode(SetClock(SET_TIME | SET_DATE, at), formats)
        asked = Initiation(int(Procedure.SET_TIME), 77, parameters)
        began = trial.clock.now()
        with _disturbed(client, what):
            await attempt(client.write(INITIATE, asked.encode(formats)))
    entries = await logged(access, "clock_adjusted_new", began)
    if entries is None:
        trial.record.could_not_look(ONCE, "the device file declares no event clock_adjusted_new (event_table)")
    else:
        trial.record.observe(ONCE, len(entries) == 1, what=f"a step of the clock, {what}", entries=len(entries))
    async with access.session(MANAGEMENT) as client:
        await access.meter(client).set_clock(trial.clock.now())


async def _command_once(trial: Trial, exchange: C1218Act, what: str) -> None:
    await exchange.prepare()
    await trial.station.advance(2 * _SLACK_S)
    access, began = exchange.access, trial.clock.now()
    async with access.session(exchange.role) as client:
        written = exchange.written((await access.meter(client).configuration()).formats)
        with _disturbed(client, what):
            await attempt(client.write(written.table, written.content))
    effect = await exchange.observe()
    trial.record.observe(EFFECT, effect.happened, what=what, source=effect.shown_by, why=effect.detail)
    entries = await logged(access, exchange.trace, began - _SLACK_S)
    if entries is None:
        trial.record.could_not_look(ONCE, f"the device file declares no event {exchange.trace} (event_table)")
    else:
        trial.record.observe(ONCE, len(entries) == 1, what=f"the row's command, {what}", entries=len(entries))


async def _same_again(trial: Trial, exchange: C1218Write[Any]) -> None:
    """The row's message word for word in two sessions: the second one changes nothing more."""
    await exchange.prepare()
    for number in (1, 2):
        tried = await attempt(exchange.perform())
        value = await exchange.present()
        trial.record.observe(
            AGAIN, value == exchange.wanted, what=f"time {number}", answer=tried.text, wanted=str(exchange.wanted)
        )


async def _broken_write(trial: Trial, access: C1218Access) -> None:
    """A write over several packets of which the last never comes."""
    setting = await setting_of(access)
    async with access.identified() as client:
        await client.log_on(access.credential(MANAGEMENT))
        client.link.packet_size = 16
        with client.taps["packet"].interfering(only_if(_is_last, drop)):
            await attempt(write(client, setting.other))
        await client.abort()
    await _look(trial, access, setting)


def _is_last(content: bytes) -> bool:
    """The last packet of several."""
    return len(content) > 3 and bool(content[2] & 0x80) and content[3] == 0


async def _look(trial: Trial, access: C1218Access, setting: Setting) -> None:
    async with access.session(MANAGEMENT) as client:
        tried = await attempt(client.read(TARGET))
        trial.record.observe(SERVED, tried.accepted, what="after a broken write", answer=tried.text)
        if tried.accepted:
            whole = tried.value in (setting.content, setting.other)
            trial.record.observe(WHOLE, whole, what="after a broken write")
            if tried.value != setting.content:
                await write(client, setting.content)


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("what is sent twice is done once", "always", ONCE),
        Check("a write that breaks off leaves the old or the new", "always", WHOLE),
        Check("the meter serves afterwards", "always", SERVED),
    ]
    if isinstance(trial.exchange, C1218Write):
        found.append(Check("the same message again changes nothing more", "always", AGAIN))
    if isinstance(trial.exchange, C1218Act):
        found.append(Check("the command works all the same", "always", EFFECT))
    return found


PROBE = Probe("I-M6", "c1218", stimulus, checks)
