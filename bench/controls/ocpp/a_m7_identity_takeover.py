"""A-M7 Charge-point identity takeover, at a CSMS: a second WebSocket with the identity of a station that is connected.

Without a password, and with a wrong one, it is refused and the station stays connected; with the right one there is one
live session afterwards. The bench is the station (secrets ``password`` and ``authority`` of the CSMS's device file).
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.ocpp import LINK, OcppAccess
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cim.credentials import Credential, client_context
from drivers.ocpp.charge_point import StationIdentity, connect
from drivers.ocpp.session import OcppSession
from drivers.ocpp.tls import CLIENT_TLS
from drivers.ocpp.versions import Version

EVICTED = "the connected station was put out by whoever proved nothing"
LET_IN = "whoever proved nothing was let in"
LIVE = "live sessions after a second one with the right credential"
_SERVER = "server"


async def stimulus(trial: Trial) -> None:
    access = OcppAccess(trial.station, trial.seat)
    right = access.secret("password")
    first = await _connect(trial, access, right)
    if not isinstance(first.value, OcppSession):
        trial.record.could_not_look(EVICTED, f"the station could not connect: {first.text}")
        return
    station = first.value
    try:
        for what, password in (("without a password", None), ("with a wrong password", b"not-the-password-16")):
            tried = await _connect(trial, access, password)
            trial.record.observe(LET_IN, tried.accepted, what=what, answer=tried.text)
            trial.record.observe(EVICTED, not await _lives(station), what=what)
            if isinstance(tried.value, OcppSession):
                await tried.value.close()
        second = await _connect(trial, access, right)
        alive = [await _lives(one) for one in (station, second.value) if isinstance(one, OcppSession)]
        trial.record.observe(LIVE, sum(alive), what="with the right credential")
        if isinstance(second.value, OcppSession):
            await second.value.close()
    finally:
        await station.close()


async def _connect(trial: Trial, access: OcppAccess, password: bytes | None) -> Attempt:
    links = trial.station.lab.seat(trial.seat).links
    port = next(name for name, link in links.items() if link.carries == LINK and link.profile == _SERVER)
    url = trial.station.endpoint(trial.seat, port).url
    trust = Credential.from_pem(access.secret("authority").decode("ascii"))
    versions = [Version(version) for version in access.declared.versions]
    who = StationIdentity(access.declared.identity, password)
    context = client_context(trust, CLIENT_TLS) if url.startswith("wss") else None
    return await attempt(connect(url, who, trial.clock, versions=versions, context=context))


async def _lives(session: OcppSession) -> bool:
    return session.alive and (await attempt(session.call("Heartbeat", {}))).accepted


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("who proves nothing is not let in", "never", LET_IN),
        Check("who proves nothing puts nobody out", "never", EVICTED),
        Check("there is one live session", "equals", LIVE, {"expected": 1}),
    ]


PROBE = Probe("A-M7", "ocpp", stimulus, checks)
