"""C-H4 Side ports leak nothing.

A canary goes through the device as a text (as an mRID where the row's signal holds no text). It is looked for where it
has no business: in what the device's own server shows to who proves nothing or belongs to another home, at the doors
that developers leave behind, and in the log that the device posts to its servers.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, exchange_of, with_canary, works
from bench.controls.sep2._doors import PATHS
from bench.controls.sep2._home import gateway_of, shown_paths
from bench.controls.sep2._log import entries
from bench.controls.traces import forms_of, found_in
from bench.controls.trial import Trial
from bench.exchanges.sep2_exchange import ToGateway
from bench.judgement.check import Check

TAKEN = "the device took the canary"
LEAKED = "canaries where they have no business"
_OUTSIDERS = {
    "trust": "no certificate",
    "stranger": "a certificate that is registered nowhere",
    "cems-2": "a device of another home",
}


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    event, canary = with_canary(trial, exchange.new_event())
    exchange.offer(event)
    await exchange.arrived(event)
    trial.record.observe(TAKEN, exchange.accepted(event), told=[*exchange.counterpart.told(event.mrid)])
    gateway = gateway_of(trial)
    if gateway is not None:
        await _at_its_doors(trial, gateway, canary)
    log = "\n".join(entry.details or "" for entry in await entries(trial))
    _search(trial, log.encode(), canary, "the log that it posts")
    exchange.event = event
    await exchange.restore()
    await works(trial, "after")


async def _at_its_doors(trial: Trial, gateway: ToGateway, canary: bytes) -> None:
    paths = [*await shown_paths(gateway), *PATHS]
    for name, who in _OUTSIDERS.items():
        async with gateway.access.client(name) as client:
            tries = [await attempt(client.request("GET", path)) for path in paths]
        shown = b"\n".join(one.value.body for one in tries if one.accepted)
        _search(trial, shown, canary, f"its own server, to {who}")


def _search(trial: Trial, data: bytes, canary: bytes, where: str) -> None:
    trial.record.observe(LEAKED, [*found_in(data, forms_of(canary))], what=where, octets=len(data))


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the device took the canary", "always", TAKEN),
        Check("no canary is where it has no business", "empty", LEAKED),
        Check("good signals work after", "always", GOOD),
    ]


PROBE = Probe("C-H4", "sep2", stimulus, checks)
