"""I-L3 Values are the same at each hop.

At a gateway: prices, texts and credits as the home finds them are those that the utility gave, to the last digit. At an
energy management system: the home's power answers each price by the declared rule, on both sides of its limit.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.sep2_home import price_at
from bench.controls.base import Probe
from bench.controls.sep2._acts import exchange_of
from bench.controls.trial import Trial
from bench.exchanges.sep2_events import Content, HighPrice, Notice, When, new_mrid
from bench.exchanges.sep2_exchange import Sep2Exchange, ToGateway, ToManager
from bench.judgement.check import Check
from drivers.sep2.events import Event
from drivers.sep2.prices import TextMessage
from drivers.sep2.programs import ProgramKind

SAME = "the value at the next hop is that which was given"
_TEXTS = ("Planned outage", 'äöü €, <b> & "quotes"', "x" * 200, "0", " two  blanks ")


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    for what, same in (await exchange.values_fit()).items() if isinstance(exchange, ToGateway) else ():
        trial.record.observe(SAME, same, what=what)
    if exchange.content.kind is ProgramKind.TEXT:
        await _texts(trial, exchange)
        return
    for content in exchange.content.variants():
        event = await _offered(exchange, content)
        await _compare(trial, exchange, content, event)
        exchange.event = event
        await exchange.restore()


async def _compare(trial: Trial, exchange: Sep2Exchange, content: Content, event: Event) -> None:
    if isinstance(exchange, ToManager):
        same, detail = await _power_fits(exchange, content)
        trial.record.observe(SAME, same, what=str(content), detail=detail)
    elif isinstance(exchange, ToGateway) and isinstance(content, HighPrice):
        price = await price_at(exchange.home, exchange.home_device, event.mrid)
        same = price is not None and round(price * 1000.0, 6) == content.thousandths
        trial.record.observe(SAME, same, what=str(content), found=price)
    elif isinstance(exchange, ToGateway):
        found = await exchange.found(event.mrid)
        same = found is not None and exchange.same(found, event)
        trial.record.observe(SAME, same, what=str(content))


async def _offered(exchange: Sep2Exchange, content: Content) -> Event:
    now = exchange.station.clock.now()
    event = content.event(new_mrid(exchange.random), When(now, now, 3600))
    offered = exchange.offer(event, exchange.program, content.price())
    await exchange.arrived(offered)
    return offered


async def _power_fits(exchange: ToManager, content: Content) -> tuple[bool, str]:
    """Whether the power is what the content asks for, or the declared rule at this price."""
    wanted_w = content.power_w(exchange.access)
    power = await exchange.power()
    if power is None:
        return False, "the home's power cannot be seen"
    return content.fits(power.value, exchange.access), f"{power}, {wanted_w:.0f} W asked for"


async def _texts(trial: Trial, exchange: Sep2Exchange) -> None:
    for text in _TEXTS:
        event = await _offered(exchange, Notice(text=text))
        if isinstance(exchange, ToGateway):
            found = await exchange.found(event.mrid)
            same = isinstance(found, TextMessage) and found.text == text
            trial.record.observe(SAME, same, what=f"a text of {len(text)} characters")
        else:
            told = exchange.counterpart.told(event.mrid)
            trial.record.observe(SAME, 1 in told, what=f"a text of {len(text)} characters is taken", told=[*told])
        exchange.event = event
        await exchange.restore()


def checks(trial: Trial) -> Sequence[Check]:
    return [Check("values are the same at each hop", "always", SAME)]


PROBE = Probe("I-L3", "sep2", stimulus, checks)
