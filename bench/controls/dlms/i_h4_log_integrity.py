"""I-H4 on DLMS: the event log cannot be rewritten, emptied in silence, flushed, or lost in a power cut.

Cheap events are forged frames, each worth an entry to a careless meter.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.bits import flipped
from bench.controls.dlms._events import declared
from bench.controls.dlms._power import answers_again
from bench.controls.dlms._row import access_of
from bench.controls.log_integrity import REWRITTEN, MeterLog, checks
from bench.controls.trial import Trial
from drivers.dlms.apdu import Attribute, GetRequestNormal, Method, encode_apdu, invoke_byte
from drivers.dlms.data import I8, Array
from drivers.dlms.errors import DecodeError
from drivers.metering import LoggedEvent

_PROFILE, _BUFFER, _RESET, _ENTRIES = 7, 2, 1, 8
_FRAUD = "fraud"


async def stimulus(trial: Trial) -> None:
    await _FraudLog(trial, access_of(trial)).attack()


class _FraudLog(MeterLog):
    def __init__(self, trial: Trial, access: DlmsAccess) -> None:
        super().__init__(trial)
        self._access = access

    async def entries(self) -> Sequence[LoggedEvent]:
        async with self._access.session(MANAGEMENT, ask=True) as client:
            return await self._access.meter(client).events(_FRAUD)

    def code(self, meaning: str) -> int | None:
        found = declared(self._access, meaning)
        return None if found is None else found[0]

    async def overwrite(self) -> None:
        """Write the buffer, as every role that may log on."""
        name = self._access.names.logs[_FRAUD]
        for role in _roles(self._access):
            async with self._access.session(role, ask=True) as client:
                tried = await attempt(client.set(Attribute(_PROFILE, name, _BUFFER), Array([])))
                self.trial.record.observe(REWRITTEN, tried.accepted, what=role, answer=tried.text)

    async def flush(self) -> None:
        """``log_flush`` times the log's capacity of forged frames."""
        name = self._access.names.logs[_FRAUD]
        async with self._access.session(MANAGEMENT, ask=True) as client:
            capacity = await client.get(Attribute(_PROFILE, name, _ENTRIES))
            clock = Attribute(8, self._access.names.clock, 2)
            request = encode_apdu(GetRequestNormal(invoke_byte(1), clock, None))
            if not isinstance(capacity, int):
                raise DecodeError("profile_entries of the log is no number")
            for _number in range(int(capacity * self.trial.bound("log_flush").number)):
                frame = client.protect(request)
                await attempt(client.send_raw(flipped(frame, [8 * len(frame) - 1])))

    async def back(self) -> None:
        await answers_again(self.trial, self._access, 2 * self.trial.bound("t_boot").number)

    async def clear(self) -> None:
        name = self._access.names.logs[_FRAUD]
        for role in _roles(self._access):
            before = await self.entries()
            async with self._access.session(role, ask=True) as client:
                tried = await attempt(client.action(Method(_PROFILE, name, _RESET), I8(0)))
            self.record_clearing(role, before, await self.entries(), tried.text)


def _roles(access: DlmsAccess) -> list[str]:
    """Roles with a log-on of their own on the first port."""
    return [
        role
        for role, client in access.clients.items()
        if not client.pre_established and access.ports[0] in access.ports_of(role) and client.mechanism != "lls"
    ]


PROBE = Probe("I-H4", "dlms", stimulus, checks)
