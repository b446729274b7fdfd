"""Sending malformed traffic at a bounded rate, without waiting for answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench.access.dlms import PUBLIC, DlmsAccess
from bench.controls.attempts import attempt
from bench.controls.dlms._hostile import MESSAGES, hdlc_line, wrapper_line
from bench.controls.trial import Trial
from drivers.dlms.client import DlmsClient
from drivers.transport.line_time import LineFormat, line_time_s

LINE_CLASS = "bytes on the line"
CLASSES = (*MESSAGES, LINE_CLASS)
_SERIAL_BAUD = 9600


class Attacker:
    """Somebody without any right on one port of the meter, who comes back when he is thrown out."""

    def __init__(self, trial: Trial, access: DlmsAccess, port: str) -> None:
        self._trial = trial
        self._access = access
        self._port = port
        self._client: DlmsClient | None = None
        profile = access.station.lab.seat(access.seat).links[port].profile
        self.serial = profile != "wrapper"

    async def send(self, kind: str) -> bytes:
        """Send one hostile message of a class; what was sent. The pause that the rate demands is part of it."""
        client = await self._there()
        draw = self._trial.random
        make = MESSAGES.get(kind, hdlc_line if self.serial else wrapper_line)
        hostile = make(draw)
        next_at = self._trial.clock.now() + self._pause_s(len(hostile))
        if client.link.connected:  # a meter that lets nobody in any more gets nothing
            await attempt(client.taps["line"].send(hostile) if kind == LINE_CLASS else client.link.send(hostile))
            next_at = self._trial.clock.now() + self._pause_s(len(hostile))
            await attempt(client.link.receive(next_at))  # an answer is taken, so that a serial link goes on
        await self._trial.station.advance(max(0.0, next_at - self._trial.clock.now()))
        return hostile

    async def leave(self) -> None:
        """Go without a word."""
        if self._client is not None:
            await self._client.abort()
            self._client = None

    async def _there(self) -> DlmsClient:
        """The attacker's connection, opened anew when the meter closed it."""
        if self._client is None or not self._client.link.connected:
            await self.leave()
            self._client = self._access.new_client(PUBLIC, port=self._port)
            await attempt(self._client.associate())
        return self._client

    def _pause_s(self, size: int) -> float:
        """Station time to the next message: ``r_mal`` a second on IP, that share of the line time on a serial line."""
        if self.serial:
            share = self._trial.bound("r_mal", transport="serial").number
            return line_time_s(size + 12, LineFormat(_SERIAL_BAUD)) / share
        return 1.0 / self._trial.bound("r_mal", transport="ip").number

    @property
    def count(self) -> int:
        """``n_mal`` of this port."""
        return self._trial.bound("n_mal", transport="serial" if self.serial else "ip").count


@asynccontextmanager
async def attacker(trial: Trial, access: DlmsAccess, port: str) -> AsyncIterator[Attacker]:
    """An attacker on ``port`` who is gone at the end."""
    one = Attacker(trial, access, port)
    try:
        yield one
    finally:
        await one.leave()
