"""Reading a station's security log as it delivers it."""

from __future__ import annotations

import json

from bench.access.ocpp_files import FileServer
from bench.controls.ocpp._acts import call, exchange_of
from bench.controls.trial import Trial

DIAGNOSTICS, SECURITY = "DiagnosticsLog", "SecurityLog"
_DELIVERED_S, _LOOK_S = 30.0, 1.0


async def delivered(trial: Trial, files: FileServer, kind: str) -> bytes:
    """What the station delivers when it is asked for a log of this kind; empty where it delivers none in time."""
    exchange = exchange_of(trial)
    files.delivered.clear()
    await call(exchange.there, "GetLog", {"logType": kind, "requestId": 1, "log": {"remoteLocation": files.url}})
    waits_s = _DELIVERED_S
    while not files.delivered and waits_s > 0.0:
        await trial.station.advance(_LOOK_S)
        waits_s -= _LOOK_S
    return next(iter(files.delivered.values()), b"")


async def entries(trial: Trial, files: FileServer) -> list[str]:
    """The entries of the security log as they stand now: JSON objects of a list, or lines."""
    text = (await delivered(trial, files, SECURITY)).decode("utf-8", "replace")
    try:
        items = json.loads(text)
    except ValueError:
        return [line for line in text.splitlines() if line.strip()]
    return [json.dumps(item) for item in items] if isinstance(items, list) else [text]
