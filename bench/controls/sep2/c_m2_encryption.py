"""C-M2 Encryption on the wire.

A canary goes through the device as a text, or as the row's own signal with its mRID; every byte of both ways is kept
by a bump in the wire and searched for it: between the device and its server, and between a device of the home and the
gateway's own server. Version and suite are the mandatory ones; weaker offers are refused on both sides, and so is doing
without TLS.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.mirror import Mirror
from bench.controls.sep2._acts import GOOD, exchange_of, with_canary, works
from bench.controls.sep2._home import gateway_of, serves_home
from bench.controls.sep2._weak_tls import REQUEST, WEAK_SUITES, come_weakly, is_mandatory, offer_weak_servers
from bench.controls.traces import forms_of, found_in
from bench.controls.trial import Trial
from bench.exchanges.sep2_exchange import ToGateway
from bench.judgement.check import Check
from drivers.cim.raw import raw_request
from drivers.sep2.client import Sep2Client
from drivers.sep2.events import Event
from drivers.sep2.tls import CLIENT_TLS

PLANTED, FOUND = "the canary went over the wire", "canaries on the wire"
GOOD_TLS = "version and suite of the own server's session are the mandatory ones"
WEAK, TAKEN = "a weak offer was answered", "a signal of a server with weak TLS took effect"


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    await exchange.prepare()
    event, canary = with_canary(trial, exchange.new_event())
    await _upstream(trial, event, canary)
    gateway = gateway_of(trial)
    if gateway is not None:
        await _at_home(trial, gateway, event, canary)
        await come_weakly(trial, gateway.home_device, WEAK)
    exchange.event = event
    await exchange.restore()
    await exchange.prepare()
    await offer_weak_servers(trial, WEAK_SUITES, TAKEN)
    await works(trial, "after")


async def _upstream(trial: Trial, event: Event, canary: bytes) -> None:
    """Between the device and the server that it follows."""
    exchange = exchange_of(trial)
    counterpart = exchange.counterpart
    async with Mirror(counterpart.url) as mirror:
        await trial.station.box.do(exchange.seat, "server", server=counterpart.called, url=mirror.url)
        exchange.offer(event)
        await exchange.arrived(event)
        planted = any(canary in one.response.body for one in counterpart.seen)
        _search(trial, mirror, canary, planted, "between the device and its server")
    await trial.station.box.do(exchange.seat, "server", server=counterpart.called, url=counterpart.url)
    await counterpart.polled()


async def _at_home(trial: Trial, gateway: ToGateway, event: Event, canary: bytes) -> None:
    """Between a device of the home and the gateway."""
    access = gateway.access
    credential = access.credential(gateway.home_device)
    async with Mirror(access.own_server) as mirror:
        async with Sep2Client(mirror.url, credential, trial.clock) as client:
            with client.message.capturing() as seen:
                await gateway.read_home(client)
        planted = any(canary in one.data for one in seen)
        _search(trial, mirror, canary, planted, "between a device of the home and the gateway")
    reply = await raw_request(access.own_server, REQUEST, credential, CLIENT_TLS)
    trial.record.observe(GOOD_TLS, is_mandatory(reply.tls), what=" ".join(reply.tls or ("nothing",)))


def _search(trial: Trial, mirror: Mirror, canary: bytes, planted: bool, where: str) -> None:
    trial.record.observe(PLANTED, planted and bool(mirror.seen), what=where, octets=len(mirror.seen))
    captures = [trial.record.capture(mirror.seen, ".tls")]
    trial.record.observe(FOUND, [*found_in(mirror.seen, forms_of(canary))], what=where, layer="tcp", captures=captures)


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the canary went over the wire", "always", PLANTED),
        Check("nobody who listens finds it", "empty", FOUND),
        Check("a server with weak TLS is not followed", "never", TAKEN),
        Check("good signals work before and after", "always", GOOD),
    ]
    if serves_home(trial):
        found += [
            Check("the own server's TLS is the mandatory one", "always", GOOD_TLS),
            Check("weak offers are refused there", "never", WEAK),
        ]
    return found


PROBE = Probe("C-M2", "sep2", stimulus, checks)
