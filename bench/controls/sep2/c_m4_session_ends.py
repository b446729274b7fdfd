"""C-M4 Session ends.

IEEE 2030.5 has no log-on: who asks is who the connection's certificate says. So nothing is left to inherit: after a
connection was broken off, and beside one that stands, who comes without a certificate is shown nothing; and a device
that is taken out of the home is shown nothing any more on the connection that it has.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, works
from bench.controls.sep2._home import (
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
from drivers.cim.raw import RawConnection
from drivers.sep2.tls import CLIENT_TLS

INHERITED = "who came after a connection was broken off, or beside one, was shown the data"
KEPT = "a device that was taken out was shown the data on the connection that it had"


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    record_absent(trial, "the end of an idle log-on", "2030.5 has none: the certificate is shown on every connection")
    gateway = gateway_of(trial)
    if gateway is not None:
        paths = await shown_at_home(trial, gateway, "before")
        await _after_breaks(trial, gateway, paths)
        if gateway.access.has_secret("appliance"):
            await _taken_out(trial, gateway)
        else:
            record_absent(trial, "a device that leaves", "the device file names none that can join (appliance)")
        await gateway.restore()
    await works(trial, "after")


async def _after_breaks(trial: Trial, gateway: ToGateway, paths: Sequence[str]) -> None:
    access = gateway.access
    for number in range(trial.bound("n_reconnects").count):
        async with RawConnection(access.own_server, access.credential(gateway.home_device), CLIENT_TLS) as first:
            await first.send(f"GET {paths[0]} HTTP/1.1\r\nHost: gateway\r\n\r\n".encode())
            served = (await first.receive()).status == 200
            trial.record.observe(SHOWN, int(served), what=f"connection {number + 1}")
            await try_without_certificate(trial, gateway, paths, f"beside connection {number + 1}", INHERITED)
            first.abort()
        await try_without_certificate(trial, gateway, paths, f"after connection {number + 1}", INHERITED)


async def _taken_out(trial: Trial, gateway: ToGateway) -> None:
    async with newcomer(trial, gateway) as (device, connection, paths):
        await device.take_out()
        await try_to_read(trial, connection, paths, "on the same connection", KEPT)


def checks(trial: Trial) -> Sequence[Check]:
    found = [Check("good signals work before and after", "always", GOOD)]
    if serves_home(trial):
        found += [
            Check("devices of the home are shown the data", "at_least", SHOWN, {"limit": 1}),
            Check("nobody inherits a connection", "never", INHERITED),
        ]
        if any(one.series == KEPT for one in trial.record.observations):
            found.append(Check("who is taken out is shown nothing any more", "never", KEPT))
    return found


PROBE = Probe("C-M4", "sep2", stimulus, checks)
