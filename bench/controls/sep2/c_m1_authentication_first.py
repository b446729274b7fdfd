"""C-M1 Authentication before data.

At a gateway's own server the row's data are shown to nobody who does not prove to be a device of this home: without a
certificate, with a forger's, with a good one that is registered nowhere or in another home, and after the home was
left. A server that proves nothing is told nothing by the device.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, exchange_of, follow, impostor, works
from bench.controls.sep2._home import (
    GIVEN,
    SHOWN,
    gateway_of,
    newcomer,
    serves_home,
    shown_at_home,
    try_to_read,
    try_without_certificate,
)
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.sep2_exchange import ToGateway
from bench.judgement.check import Check

TOLD = "requests to a server that proved nothing"
_STRANGERS = {
    "cems.untrusted": "a forger's certificate",
    "stranger": "a certificate that is registered nowhere",
    "cems-2": "a device of another home",
    "factory": "the factory's test certificate",
}


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    record_absent(trial, "an expired certificate", "certificates of 2030.5 devices are for life")
    gateway = gateway_of(trial)
    if gateway is not None:
        await _at_its_own_server(trial, gateway)
    async with impostor(trial, f"{exchange.party}.untrusted", exchange.new_event()) as false:
        await follow(trial)
        trial.record.observe(TOLD, len(false.seen), what="a forger's server")
    await works(trial, "after")


async def _at_its_own_server(trial: Trial, gateway: ToGateway) -> None:
    paths = await shown_at_home(trial, gateway, "before")
    await try_without_certificate(trial, gateway, paths, "no certificate")
    for name, who in _STRANGERS.items():
        if not gateway.access.has_secret(name):
            record_absent(trial, who, f"the device file names no such credential ({name})")
            continue
        async with gateway.access.client(name) as client:
            await try_to_read(trial, client, paths, who)
    if gateway.access.has_secret("appliance"):
        await _after_leaving(trial, gateway)
    else:
        record_absent(trial, "a device that leaves", "the device file names none that can join (appliance)")
    await gateway.restore()


async def _after_leaving(trial: Trial, gateway: ToGateway) -> None:
    """A device joins, reads what it may, and is taken out."""
    async with newcomer(trial, gateway) as (device, _connection, paths):
        pass
    for credential, who in ((device.credential, "its link key"), (device.birth, "its maker's certificate")):
        async with gateway.access.client(credential) as client:
            await try_to_read(trial, client, paths, f"after the home was left: {who}")


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("a server that proves nothing is told nothing", "at_most", TOLD, {"limit": 0}),
        Check("good signals work before and after", "always", GOOD),
    ]
    if serves_home(trial):
        found += [
            Check("devices of the home are shown the data", "at_least", SHOWN, {"limit": 1}),
            Check("nobody else is", "never", GIVEN),
        ]
    return found


PROBE = Probe("C-M1", "sep2", stimulus, checks)
