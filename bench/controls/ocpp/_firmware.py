"""What probes about firmware share: which firmware a station says it has, and how far its update is."""

from __future__ import annotations

from bench.controls.ocpp._acts import call, exchange_of
from bench.controls.trial import Trial

STATUSES = ("FirmwareStatusNotification", "SignedFirmwareStatusNotification")
FAILED = ("InvalidSignature", "InstallVerificationFailed", "InstallationFailed", "DownloadFailed", "InvalidCertificate")
_LOOK_S, _TELLS_S = 5.0, 5.0


def told(trial: Trial) -> list[str]:
    """Every status of an update that the station has told, in order."""
    backend = exchange_of(trial).there.backend
    return [str(one.payload["status"]) for one in backend.received if one.action in STATUSES]


async def running_firmware(trial: Trial) -> str:
    """The firmware that the station says it runs, by a boot message that it is asked for; empty where it says none."""
    exchange = exchange_of(trial)
    await call(exchange.there, "TriggerMessage", {"requestedMessage": "BootNotification"})
    await trial.station.advance(_TELLS_S)
    boots = exchange.there.backend.calls("BootNotification")
    if not boots:
        return ""
    payload = boots[-1].payload
    return str(payload.get("firmwareVersion") or payload.get("chargingStation", {}).get("firmwareVersion", ""))


async def comes_to(trial: Trial, wanted: tuple[str, ...], after: int, within_s: float) -> str:
    """The first of ``wanted`` among the statuses told after so many; empty where none comes in time."""
    until = trial.clock.now() + within_s
    while True:
        found = next((status for status in told(trial)[after:] if status in wanted), "")
        if found or trial.clock.now() >= until:
            return found
        await trial.station.advance(_LOOK_S)
