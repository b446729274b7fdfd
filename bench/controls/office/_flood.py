"""Sending malformed traffic to an office system at a bounded rate."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from bench.access.office import OfficeAccess
from bench.controls.attempts import attempt
from bench.controls.office._hostile import CLASSES
from bench.controls.office._parties import STRANGER, claimed_parties
from bench.controls.trial import Trial
from drivers.cim.credentials import Credential
from drivers.cim.raw import RawConnection

_ANSWER_S = 0.3
"""Real time that is given to an answer to junk. None is needed."""
_HALF_RECORD = bytes.fromhex("16030100c8010000c40303")


def attackers_name(access: OfficeAccess) -> str:
    """Whose certificate the attacker has: that of somebody without rights, else of any party."""
    return STRANGER if access.has_secret(STRANGER) else claimed_parties(access)[0]


class Attacker:
    """Somebody with a certificate of the utility and no rights, who comes back when he is thrown out."""

    def __init__(self, trial: Trial, access: OfficeAccess) -> None:
        self._trial = trial
        self._url = access.url
        self._host = urlsplit(access.url).netloc
        self._credential = access.credential(attackers_name(access))
        self._connection: RawConnection | None = None
        self._patience_s = _ANSWER_S

    async def send(self, kind: str) -> bytes:
        """Send one hostile message of a class; what was sent. The pause that the rate demands is part of it."""
        hostile = CLASSES[kind](self._trial.random, self._host)
        if hostile.in_the_clear:
            await self._in_the_clear(hostile.data)
        else:
            await self._under_tls(hostile.data, breaks_off=hostile.breaks_off)
        await self._trial.station.advance(1.0 / self._trial.bound("r_mal", transport="ip").number)
        return hostile.data

    async def burst(self, kind: str) -> list[bytes]:
        """``n_mal`` messages of a class; what was sent."""
        return [await self.send(kind) for _number in range(self.count)]

    async def break_off(self) -> None:
        """Begin a session and go in the middle of its set-up."""
        connection = RawConnection(self._url, None)
        if (await attempt(connection.open())).accepted:
            await connection.send(_HALF_RECORD)
            connection.abort()

    async def leave(self) -> None:
        """Go without a word."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.abort()

    @property
    def count(self) -> int:
        """``n_mal`` of a class."""
        return self._trial.bound("n_mal", transport="ip").count

    async def _in_the_clear(self, data: bytes) -> None:
        connection = RawConnection(self._url, None)
        if (await attempt(connection.open())).accepted:
            await self._deliver(connection, data)
            connection.abort()

    async def _under_tls(self, data: bytes, *, breaks_off: bool) -> None:
        connection = self._connection or await self._opened(self._credential)
        self._connection = None
        if connection is None:
            return
        if breaks_off:
            await connection.send(data)
            connection.abort()
        elif await self._deliver(connection, data):
            self._connection = connection
        else:
            connection.abort()

    async def _opened(self, credential: Credential) -> RawConnection | None:
        connection = RawConnection(self._url, credential)
        return connection if (await attempt(connection.open(max(self._patience_s, _ANSWER_S)))).accepted else None

    async def _deliver(self, connection: RawConnection, data: bytes) -> bool:
        """Send and wait a moment for an answer; whether the connection is good for more. After one silence the
        attacker waits no more."""
        await connection.send(data)
        reply = await connection.receive(self._patience_s)
        if not reply.data and not reply.closed:
            self._patience_s = 0.0
        return bool(reply.data) and not reply.closed


@asynccontextmanager
async def attacker(trial: Trial, access: OfficeAccess) -> AsyncIterator[Attacker]:
    """An attacker who is gone at the end."""
    one = Attacker(trial, access)
    try:
        yield one
    finally:
        await one.leave()
