"""A-M2 on office systems: connections that somebody opens and does not use keep nobody out, and evict nobody."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from bench.access.office import OfficeAccess
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.office._flood import attackers_name
from bench.controls.office._http import as_http, exchanged
from bench.controls.office._legitimate import HANGING_S, LegitimateClient
from bench.controls.office._parties import claimed_parties
from bench.controls.office._row import access_of
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.cim.canonical import Request
from drivers.cim.raw import RawConnection

KEPT = "an authenticated session outlived the attack"
AFTERWARDS = "the authorised client got a session once the attack was over"
SESSION_TIME = "time from the end of the attack to a legitimate session"
DROPPED = "an idle connection that nobody used was closed"

_HALF_HELLO = bytes.fromhex("16030100c8010000c40303")


async def stimulus(trial: Trial) -> None:
    """Half-open connections, unfinished handshakes and idle sessions, beside an authenticated session."""
    access = access_of(trial)
    party = claimed_parties(access)[0]
    legitimate = LegitimateClient(trial, 2 * trial.bound("t_rec").number)
    held = _Held()
    await legitimate.begin()
    await legitimate.end()
    async with RawConnection(access.url, access.credential(party)) as authenticated:
        await exchanged(authenticated, _health(access))
        try:
            await held.take(trial, access)
            reply = await exchanged(authenticated, _health(access), HANGING_S)
            words = f"status {reply.status}" if reply.data else "closed" if reply.closed else "no answer"
            trial.record.observe(KEPT, reply.status == 200, what=party, answer=words)
            await held.look(trial)
        finally:
            held.let_go()
    try:
        waited = await legitimate.answers_within(2 * trial.bound("t_rec").number)
    finally:
        await legitimate.end()
    trial.record.observe(AFTERWARDS, waited is not None)
    if waited is not None:
        trial.record.observe_duration(SESSION_TIME, waited)


def _health(access: OfficeAccess) -> bytes:
    return as_http(Request("GET", "/health"), urlsplit(access.url).netloc)


class _Held:
    """What an attacker holds open."""

    def __init__(self) -> None:
        self._connections: list[RawConnection] = []

    async def take(self, trial: Trial, access: OfficeAccess) -> None:
        """``n_half_open`` connections, by turns silent and in the middle of a handshake; ``n_parallel`` idle sessions
        of somebody without rights.
        """
        for number in range(trial.bound("n_half_open").count):
            connection = RawConnection(access.url, None)
            if (await attempt(connection.open())).accepted:
                self._connections.append(connection)
                if number % 2:
                    await connection.send(_HALF_HELLO)
        stranger = access.credential(attackers_name(access))
        for _number in range(trial.bound("n_parallel").count):
            connection = RawConnection(access.url, stranger)
            if (await attempt(connection.open(HANGING_S))).accepted:
                self._connections.append(connection)

    async def look(self, trial: Trial) -> None:
        """Whether idle connections are closed after t_idle: only on real time, on which TLS runs."""
        if trial.clock.mode != "free":
            record_absent(trial, "idle connections closed within t_idle", "TLS runs on real time, this station not")
            return
        await trial.station.advance(trial.bound("t_idle").number)
        for number, connection in enumerate(self._connections, 1):
            trial.record.observe(DROPPED, (await connection.receive(HANGING_S)).closed, what=f"connection {number}")

    def let_go(self) -> None:
        """The attacker stops."""
        for connection in self._connections:
            connection.abort()


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("nobody without rights evicts an authenticated peer", "always", KEPT),
        Check("the authorised client gets in again", "always", AFTERWARDS),
        Check("it does so within t_rec", "at_most", SESSION_TIME, trial.limit("t_rec")),
    ]
    if trial.clock.mode == "free":
        found.append(Check("idle connections are closed within t_idle", "always", DROPPED))
    return found


PROBE = Probe("A-M2", "office_https", stimulus, checks)
