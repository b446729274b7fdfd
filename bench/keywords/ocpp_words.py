"""Answers of a charging station, and what it tells, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from drivers.charging import Schedule
from drivers.ocpp.rpc import CallError, CallResult

_STATUSES = ("setVariableResult", "getVariableResult")


def answer_in_words(answer: CallResult | CallError) -> str:
    """The status of a result, ``answered`` where it has none; the code of an error."""
    if isinstance(answer, CallError):
        return answer.code
    payload = answer.payload
    for name in _STATUSES:
        if name in payload:
            return ", ".join(str(item["attributeStatus"]) for item in payload[name])
    return str(payload.get("status", "answered"))


def told_in_words(action: str, payload: Mapping[str, Any]) -> str:
    """A call of the station: its action and the one thing that tells it from its like."""
    details: Mapping[str, Callable[[], str]] = {
        "TransactionEvent": lambda: f"{payload['eventType']} {payload['triggerReason']}",
        "StatusNotification": lambda: str(payload.get("status", payload.get("connectorStatus", ""))),
        "SecurityEventNotification": lambda: payload["type"],
        "FirmwareStatusNotification": lambda: payload["status"],
        "SignedFirmwareStatusNotification": lambda: payload["status"],
        "MeterValues": lambda: _context(payload["meterValue"]),
        "StopTransaction": lambda: payload.get("reason", "Local"),
        "BootNotification": lambda: payload.get("reason", ""),
    }
    return f"{action} {details[action]() if action in details else ''}".strip()


def _context(meter_values: Any) -> str:
    return str(meter_values[0]["sampledValue"][0].get("context", "Sample.Periodic"))


def schedule_in_words(schedule: Schedule | None) -> str:
    """Periods as ``0 s: 6 A, 60 s: 10 A``."""
    if schedule is None:
        return "none"
    return ", ".join(f"{period.start_s} s: {period.limit:g} A" for period in schedule.periods)
