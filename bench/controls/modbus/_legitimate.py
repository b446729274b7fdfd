"""A legitimate client at work while somebody attacks: how many of its requests are served, and how soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.access.modbus import PLAIN
from bench.controls.attempts import attempt
from bench.controls.modbus._row import access_of, gives_data, harmless_read
from bench.controls.trial import Trial

if TYPE_CHECKING:
    from drivers.modbus.client import ModbusClient

SERVED = "legitimate request served during the attack"


class LegitimateClient:
    """The row's own client at a port, on one connection that it takes up again when it is lost."""

    def __init__(self, trial: Trial, port: str) -> None:
        self._trial, self._port = trial, port
        self._access = access_of(trial)
        kind = self._access.profile_of(port) if trial.link == PLAIN else None
        self._patience_s = 2 * trial.bound("t_resp", transport=kind).number
        self._client: ModbusClient | None = None
        self._request = harmless_read(trial)

    async def begin(self) -> None:
        """Connect. Raises CannotOpenError."""
        client = self._access.client(port=self._port, timeout_s=self._patience_s)
        await client.open()
        self._client = client

    async def ask(self, what: str) -> bool:
        """One read; recorded as served when it is answered within twice ``t_resp``."""
        asked = self._trial.clock.now()
        tried = await attempt(self._read())
        elapsed = self._trial.clock.now() - asked
        served = tried.accepted and tried.value and elapsed <= self._patience_s
        self._trial.record.observe(SERVED, served, what=what, elapsed_s=elapsed, answer=tried.text)
        if not tried.accepted:
            await self.end()
        return bool(served)

    async def _read(self) -> bool:
        if self._client is None:
            await self.begin()
        assert self._client is not None
        return gives_data(await self._client.send_pdu(self._request))

    async def still_connected(self) -> bool:
        """Whether the connection that was opened is still good for a read."""
        if self._client is None:
            return False
        tried = await attempt(self._client.send_pdu(self._request))
        return tried.accepted and gives_data(tried.value)

    async def end(self) -> None:
        """Let the connection go."""
        if self._client is not None:
            await self._client.close()
            self._client = None
