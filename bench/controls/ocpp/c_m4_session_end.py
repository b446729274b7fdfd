"""C-M4 Session ends: who answers at the CSMS's address after it has gone inherits nothing, and a dead CSMS is noticed.

A station keeps its connection by design. ``n_reconnects`` times it breaks off, and somebody else, who proves nothing,
answers at the same address: he is told nothing. Then the CSMS falls silent on a connection that stands; a station that
pings has gone within three of its pings, and comes back.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, exchange_of, works
from bench.controls.ocpp._settings import PING, read, write
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.ocpp.tls import server_context
from drivers.transport.tap import drop

INHERITED = "who answers at the CSMS's address after it was told something"
NOTICED = "the station noticed that its CSMS was dead, and came back"
_PING_S, _PINGS = 20, 3
_TRY_S = 30.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    if exchange.access.declared.security_profile > 1 and exchange.access.has_secret("csms_untrusted"):
        for number in range(trial.bound("n_reconnects").count):
            await _next(trial, f"break {number + 1}")
    else:
        record_absent(trial, "another CSMS", "security profile 1, or the device file names no such credential")
    await _dead(trial)
    await works(trial, "after")


async def _next(trial: Trial, what: str) -> None:
    """The CSMS breaks off, another one answers at its address, then it is back."""
    exchange = exchange_of(trial)
    await exchange.prepare()
    csms, stranger = exchange.csms, exchange.access.credential("csms_untrusted")
    after = csms.attempts
    await csms.vanish()
    csms.reappear(server_context(stranger, ask=False))
    session = await csms.connected(after=after, within_s=_TRY_S)
    tries = csms.attempts - after
    trial.record.observe(INHERITED, session is not None, what=what, tries=tries)
    await csms.vanish()
    await exchange.come_back()


async def _dead(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    former = await read(trial, PING)
    taken, tried = await write(trial, PING, str(_PING_S))
    if not taken:
        record_absent(trial, "a dead CSMS", f"the station has no interval of pings: {tried.text}")
        return
    await exchange.there.session.close()
    await exchange.connect(after=exchange.csms.attempts)
    before, session = exchange.csms.attempts, exchange.there.session
    with session.taps["line"].interfering(drop):
        gone = await session.ended((_PINGS + 1.0) * _PING_S)
    came = gone and await exchange.csms.connected(after=before, within_s=exchange.access.declared.retry_s) is not None
    trial.record.observe(NOTICED, came, what=f"pings every {_PING_S} s")
    if came:
        await exchange.connect(after=before)
        await write(trial, PING, former or "0")


def checks(trial: Trial) -> Sequence[Check]:
    found = [Check("good limits work before and after", "always", GOOD)]
    if exchange_of(trial).access.declared.security_profile > 1:
        found.append(Check("who comes next is told nothing", "never", INHERITED))
    if any(one.series == NOTICED for one in trial.record.observations):
        found.append(Check("a dead CSMS is noticed", "always", NOTICED))
    return found


PROBE = Probe("C-M4", "ocpp", stimulus, checks)
