"""A legitimate client at work while somebody attacks: how many of its requests are served, and how soon."""

from __future__ import annotations

from bench.access.dlms import MANAGEMENT, READER, DlmsAccess
from bench.controls.attempts import attempt
from bench.controls.dlms._parameters import clock_of
from bench.controls.dlms._row import exchange_of
from bench.controls.trial import Trial
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import DlmsClient

SERVED = "legitimate request served during the attack"

_VALUE = 2


class LegitimateClient:
    """The row's own client, or where it is not served on the port the headend's, in one session that it takes up again
    when it is lost. It reads its register, or the clock where that is all that it may surely read."""

    def __init__(self, trial: Trial, access: DlmsAccess, port: str) -> None:
        self._trial, self._access, self._port = trial, access, port
        self._patience_s = 2 * trial.bound("t_resp").number
        self._client: DlmsClient | None = None
        row_role = exchange_of(trial).role
        self._role = row_role if port in access.ports_of(row_role) else MANAGEMENT
        register = access.names.register("energy_import")
        metered = self._role in (MANAGEMENT, READER)
        self._attribute = Attribute(register.class_id, register.instance, _VALUE) if metered else clock_of(access)

    async def begin(self) -> None:
        """Open the session. Raises what the meter does."""
        client = self._access.new_client(self._role, port=self._port, response_timeout_s=self._patience_s)
        await client.associate()
        self._client = client

    async def ask(self, what: str) -> bool:
        """One read; recorded as served when it is answered within twice ``t_resp``."""
        asked = self._trial.clock.now()
        tried = await attempt(self._read())
        elapsed = self._trial.clock.now() - asked
        served = tried.accepted and elapsed <= self._patience_s
        self._trial.record.observe(SERVED, served, what=what, elapsed_s=elapsed, answer=tried.text)
        if not tried.accepted:
            await self.end()
        return served

    async def _read(self) -> None:
        if self._client is None:
            await self.begin()
        assert self._client is not None
        await self._client.get(self._attribute)

    async def still_has_session(self) -> bool:
        """Whether the session that was opened is still good for a read."""
        if self._client is None:
            return False
        return (await attempt(self._client.get(self._attribute))).accepted

    async def end(self) -> None:
        """Drop the session without a word."""
        if self._client is not None:
            await self._client.abort()
            self._client = None
