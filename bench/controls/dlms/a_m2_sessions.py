"""A-M2 on DLMS: sessions that somebody opens and does not use keep nobody out, and evict nobody."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.dlms import PUBLIC
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.dlms._legitimate import LegitimateClient
from bench.controls.dlms._recovery import Recovery
from bench.controls.dlms._row import access_of
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.dlms.client import DlmsClient
from drivers.transport.base import Transport

KEPT = "an authenticated session outlived the attack on its port"
OTHER_PORT = "the authorised client got a session at once on another port"
AFTERWARDS = "the authorised client got a session once the attack was over"
SESSION_TIME = "time from the end of the attack to a legitimate session"


async def stimulus(trial: Trial) -> None:
    """Half-open connections, idle associations and link set-ups on each port, with an authenticated session there."""
    access = access_of(trial)
    recovery = await Recovery.at_rest(trial, access)
    for port in access.ports_of(PUBLIC):
        shared = access.profile_of(port) == "wrapper"  # a serial line is one peer's at a time
        authenticated = LegitimateClient(trial, access, port)
        held = _Held()
        try:
            if shared:
                await authenticated.begin()
                await held.connections(trial, port)
            await held.associations(trial, port)
            if shared:
                trial.record.observe(KEPT, await authenticated.still_has_session(), what=port)
                await authenticated.end()
            other = next((one for one in access.ports if one != port), None)
            if other is not None:
                client = LegitimateClient(trial, access, other)
                opened = await attempt(client.begin())
                trial.record.observe(OTHER_PORT, opened.accepted, what=f"{other}, attack on {port}", answer=opened.text)
                await client.end()
        finally:
            await authenticated.end()
            await held.let_go()
        waited_s = await recovery.wait()
        trial.record.observe(AFTERWARDS, waited_s is not None, what=port)
        if waited_s is not None:
            recovery.observe(SESSION_TIME, waited_s, port)


class _Held:
    """What an attacker holds open."""

    def __init__(self) -> None:
        self._transports: list[Transport] = []
        self._clients: list[DlmsClient] = []

    async def connections(self, trial: Trial, port: str) -> None:
        """``n_half_open`` connections on which nothing is said."""
        for _number in range(trial.bound("n_half_open").count):
            transport = trial.station.transport(trial.seat, port)
            if (await attempt(transport.open())).accepted:
                self._transports.append(transport)

    async def associations(self, trial: Trial, port: str) -> None:
        """``n_parallel`` associations that are never used nor ended; on a serial line one after the other, without
        DISC."""
        access = access_of(trial)
        serial = access.profile_of(port) != "wrapper"
        for _number in range(trial.bound("n_parallel").count):
            if serial and self._clients:
                await self._clients.pop().abort()
            client = access.new_client(PUBLIC, port=port)
            await attempt(client.associate())
            self._clients.append(client)

    async def let_go(self) -> None:
        """The attacker stops."""
        for transport in self._transports:
            await transport.close()
        for client in self._clients:
            await client.abort()


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("nobody without rights evicts an authenticated peer", "always", KEPT),
        Check("another port stays free", "always", OTHER_PORT),
        Check("the authorised client gets in again", "always", AFTERWARDS),
        Check("it does so within t_rec", "at_most", SESSION_TIME, trial.limit("t_rec")),
    ]


PROBE = Probe("A-M2", "dlms", stimulus, checks)
