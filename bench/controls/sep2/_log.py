"""The log of the device, as it posts it to its server.

The PIXIT table ``sep2`` names in ``log`` the codes of entries (LogEvent.logEventCode): ``started``, ``rejected``,
``refused_server``, ``malformed``, ``clock``, ``price``, ``setting``, ``oscillation``.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.sep2._acts import exchange_of
from bench.controls.trial import Trial
from drivers.sep2.devices import LogEvent


class NotDeclaredError(LookupError):
    """The device file does not say which code such an entry has."""


def record_code(trial: Trial, name: str) -> int:
    """The declared code of an entry. Raises NotDeclaredError."""
    codes = exchange_of(trial).access.pixit("log", {})
    if name not in codes:
        raise NotDeclaredError(f"the device file does not state sep2.log.{name} (PIXIT)")
    return int(codes[name])


async def entries(trial: Trial, code: int | None = None) -> Sequence[LogEvent]:
    """Entries that the device has posted to the bench, oldest first; those of ``code`` where one is given."""
    exchange = exchange_of(trial)
    if exchange.server is None:
        await exchange.prepare()
    return [entry for entry in await exchange.posted_log() if code in (None, entry.code)]
