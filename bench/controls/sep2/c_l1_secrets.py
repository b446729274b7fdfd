"""C-L1 Secrets are write-only: nothing that the device sends or shows holds one of its secrets.

What it posts to its server while it is commissioned, followed and restarted, and all that its own server shows to each
of its clients, is searched for its PIN and for the private keys of the station, in several forms.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.sep2._acts import exchange_of
from bench.controls.sep2._doors import PATHS
from bench.controls.sep2._restart import back, restart
from bench.controls.trial import Trial
from bench.judgement.check import Check

FOUND = "a secret was found"
SEARCHED = "what was searched, in octets"
_CLIENTS = ("cems", "cems-2", "stranger")
_BACK_S = 600.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    await exchange.perform()
    await exchange.restore()
    await restart(trial)
    await back(trial, _BACK_S)
    await exchange.counterpart.polled()
    sent = b"\n".join(
        f"{one.request.path} {dict(one.request.headers)}".encode() + one.request.body
        for one in exchange.counterpart.seen
    )
    _search(trial, "what it sends to its server", sent)
    access = exchange.access
    for name in _CLIENTS if access.own_server else ():
        shown = b""
        async with access.client(name) as client:
            for path in PATHS:
                tried = await attempt(client.request("GET", path))
                shown += tried.value.body if tried.accepted else b""
        _search(trial, f"what its own server shows to {name}", shown)


def _search(trial: Trial, where: str, data: bytes) -> None:
    exchange = exchange_of(trial)
    pin = str(exchange.access.pin).encode()
    forms = {"the PIN": pin, "a private key": b"PRIVATE KEY", "the PIN in hexadecimal": pin.hex().encode()}
    for name, form in forms.items():
        trial.record.observe(FOUND, form in data, what=f"{name} in {where}")
    trial.record.observe(SEARCHED, len(data), what=where)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("no secret is sent or shown", "never", FOUND),
        Check("there was something to search", "at_least", SEARCHED, {"limit": 1}),
    ]


PROBE = Probe("C-L1", "sep2", stimulus, checks)
