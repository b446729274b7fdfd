"""C-M4 Session ends.

On every port where the row's client is served, and with a client that logs on with a password where there is one: a
session is left idle; the plug is pulled and put back; somebody else comes during the session. Nobody who did not log on
gets data.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from bench.access.dlms import DlmsAccess
from bench.controls.attempts import Attempt, Outcome, attempt
from bench.controls.base import Probe
from bench.controls.dlms._answers import holds_data, in_words
from bench.controls.dlms._credentials import log_on_roles, metering_attribute
from bench.controls.dlms._lines import beside, heir_of, without_keys
from bench.controls.dlms._row import exchange_of
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.dlms.apdu import GetRequestNormal, encode_apdu, invoke_byte
from drivers.dlms.client import DlmsClient
from drivers.dlms.link import DlmsLink
from drivers.dlms.wrapper_link import WrapperLink

ALIVE = "the session that logged on was served"
IDLE = "an idle session was still served"
RECONNECTED = "data came after the plug was pulled, without a new log-on"
INHERITED = "a second client used the session of the first"
_MARGIN_S = 1.0


async def stimulus(trial: Trial) -> None:
    access = exchange_of(trial).access
    request = encode_apdu(GetRequestNormal(invoke_byte(1), metering_attribute(access)))
    for role in _roles(trial, access):
        ports = access.ports_of(role)
        if not ports:
            record_absent(trial, f"client {role}", "none of its ports is connected on this station")
        await access.ask_counter(role)
        for port in ports:
            tries = _Tries(trial, access, role, port, request)
            await tries.idle()
            await tries.reconnect()
            await tries.second_client()


def _roles(trial: Trial, access: DlmsAccess) -> Iterator[str]:
    """The row's client, and the first that logs on with a password: its session needs no key to be used."""
    yield exchange_of(trial).role
    password = [role for role in log_on_roles(access) if access.client(role).guessable]
    if password:
        yield password[0]
    else:
        record_absent(trial, "session of a client with a password", "the device declares no such client")


class _Tries:
    """The tries with one client on one port."""

    def __init__(self, trial: Trial, access: DlmsAccess, role: str, port: str, request: bytes) -> None:
        self._trial = trial
        self._access = access
        self._role = role
        self._port = port
        self._request = request
        self._where = f"client {role} on {port}"

    async def idle(self) -> None:
        """A session that logged on and then says nothing for ``t_idle``."""
        async with self._session("before the pause") as client:
            if client is not None:
                await self._trial.station.advance(self._trial.bound("t_idle").number + _MARGIN_S)
                await self._try(IDLE, client, self._where)

    async def reconnect(self) -> None:
        """The line breaks without a word and is there again; the next one goes on without logging on."""
        for number in range(1, self._trial.bound("n_reconnects").count + 1):
            async with self._session("before the plug was pulled") as client:
                if client is None:
                    continue
                heirs = [heir_of(client, self._link()), without_keys(client, self._link())]
                await client.abort()
            for heir, keys in zip(heirs, ("with its keys", "without keys"), strict=True):
                what = f"{self._where}, reconnection {number}, {keys}"
                await self._open_and_try(RECONNECTED, heir, what, release=True)

    async def second_client(self) -> None:
        """Others come while the session is open: on the same line, on a second connection, on another port."""
        async with self._session("before others came") as client:
            if client is None:
                return
            for link, where in self._other_links(client):
                for heir, keys in (
                    (heir_of(client, link), "with its keys"),
                    (without_keys(client, link), "without keys"),
                ):
                    await self._open_and_try(INHERITED, heir, f"{self._where}, {where}, {keys}")
                await self._served(client, f"after {where}")

    @asynccontextmanager
    async def _session(self, when: str) -> AsyncIterator[DlmsClient | None]:
        """A session that logged on and is served; None, and on the record, when the meter does not let it."""
        client = self._access.new_client(self._role, port=self._port)
        try:
            logged_on = await attempt(client.associate())
            if logged_on.accepted:
                await self._served(client, when)
                yield client
            else:
                self._trial.record.observe(ALIVE, False, what=f"{self._where}, {when}", answer=logged_on.text)
                yield None
        finally:
            await client.close()

    def _other_links(self, client: DlmsClient) -> Iterator[tuple[DlmsLink, str]]:
        sap = self._access.client(self._role).sap
        stranger = next(s for s in range(127, 0, -1) if s not in {t.sap for t in self._access.clients.values()})
        yield beside(client.link, stranger), "another client SAP on the same line"
        if isinstance(client.link, WrapperLink):
            yield self._link(), "a second connection with the same ports"
        for port in self._access.ports:
            if port != self._port:
                yield self._access.link(sap, port), f"the same client SAP on {port}"

    def _link(self) -> DlmsLink:
        return self._access.link(self._access.client(self._role).sap, self._port)

    async def _served(self, client: DlmsClient, when: str) -> None:
        tried = await self._ask(client)
        came = tried.accepted and holds_data(tried.value.apdu)
        self._trial.record.observe(ALIVE, came, what=f"{self._where}, {when}", answer=tried.text)

    async def _open_and_try(self, series: str, client: DlmsClient, what: str, *, release: bool = False) -> None:
        """Connect without logging on and ask for data. ``release`` a session that was inherited: it is in the way."""
        try:
            opened = await attempt(client.associate())
            if not opened.accepted:
                self._trial.record.observe(series, False, what=what, answer=opened.text)
            elif await self._try(series, client, what) and release:
                client.identity = replace(client.identity, pre_established=False)
                await attempt(client.release())
        finally:
            await client.abort()

    async def _ask(self, client: DlmsClient) -> Attempt:
        """Ask for data over the link as it is now: the meter may have ended it."""
        if not client.link.connected:
            return Attempt(Outcome.CLOSED, "the link is gone")
        return await attempt(client.send_apdu(self._request))

    async def _try(self, series: str, client: DlmsClient, what: str) -> bool:
        """Ask for data; whether any came."""
        tried = await self._ask(client)
        came = tried.accepted and holds_data(tried.value.apdu)
        words = in_words(tried.value.apdu) if tried.accepted else tried.text
        self._trial.record.observe(series, came, what=what, answer=words)
        return came


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the session that logged on is served", "always", ALIVE),
        Check("a session that is idle for t_idle is over", "never", IDLE),
        Check("after a reconnection nothing is served without a new log-on", "never", RECONNECTED),
        Check("no second client uses the session of the first", "never", INHERITED),
    ]


PROBE = Probe("C-M4", "dlms", stimulus, checks)
