"""A-M2 Session and connection limits.

Connections that are only held, and handshakes that are never finished, at the device's own server: a device of the
home is served within t_rec once they are gone, or at once. Towards the device as a client: a server that takes
connections and says nothing; the device is back within its declared time.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, exchange_of, works
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.cim.errors import OfficeError
from drivers.cim.raw import RawConnection
from drivers.sep2.client import Sep2Client
from drivers.sep2.server import HttpRequest, HttpResponse, Silence

SERVED = "a device of the home is served once they are gone"
DURING = "a connected device of the home is served meanwhile"
BACK = "the device polls again after a server that was silent"
_HELD = 50


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    await _at_its_own_server(trial)

    exchange.counterpart.alter = _silent
    await trial.station.advance(exchange.access.poll_s)
    exchange.counterpart.alter = None
    came = await exchange.counterpart.polled(within_s=2.0 * float(exchange.access.pixit("retry_s", 120.0)))
    trial.record.observe(BACK, came)
    await works(trial, "after")


def _silent(_request: HttpRequest, _response: HttpResponse) -> HttpResponse:
    raise Silence


async def _at_its_own_server(trial: Trial) -> None:
    access = exchange_of(trial).access
    if not access.own_server:
        record_absent(trial, "connections at its own server", "the device has none")
        return
    device = str(access.pixit("home_device", "cems"))
    async with access.client(device) as client, AsyncExitStack() as held:
        await _served(client)
        for number in range(_HELD):
            credential = access.credential("cems-2") if number % 2 else None
            connection = RawConnection(access.own_server, credential)
            try:
                await held.enter_async_context(connection)
            except OfficeError:
                continue
        trial.record.observe(DURING, await _served(client), what=f"with {_HELD} held")
    async with access.client(device) as client:
        trial.record.observe(SERVED, await _served(client), what="a new connection, right afterwards")


async def _served(client: Sep2Client) -> bool:
    tried = await attempt(client.request("GET", "/edev"))
    return tried.accepted and tried.value.status == 200


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the device is back after a silent server", "always", BACK),
        Check("good signals work before and after", "always", GOOD),
    ]
    if exchange_of(trial).access.own_server:
        found.append(Check("who is connected is served meanwhile", "always", DURING))
        found.append(Check("a device of the home is served once they are gone", "always", SERVED))
    return found


PROBE = Probe("A-M2", "sep2", stimulus, checks)
