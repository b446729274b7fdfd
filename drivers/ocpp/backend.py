"""What a CSMS knows of one charging station, and how it answers it: without I/O, for all versions.

Used by the bench in the place of a CSMS, and by emulated controllers of the home.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from drivers.ocpp.errors import ErrorCode, RpcError
from drivers.ocpp.times import from_text, to_text
from drivers.ocpp.versions import Version

Wire = Mapping[str, Any]


@dataclass
class Transaction:
    """A transaction as the station told it. Meter values in Wh; ``ended`` is the reason, None while it runs."""

    number: str
    started: float
    token: str = ""
    connector: int = 1
    meter_start_wh: float | None = None
    meter_stop_wh: float | None = None
    ended: str | None = None
    stopped: float | None = None
    events: list[Wire] = field(default_factory=list)


@dataclass(frozen=True)
class Received:
    """A call of the station and when it came (UTC, s)."""

    action: str
    payload: Wire
    at: float


class Backend:
    """``now`` is the time that the station is told. ``boot_status`` and ``interval_s`` answer its boot.

    ``tokens``: the status of an id token (``Accepted`` for those not named).
    """

    def __init__(self, version: Version, now: Callable[[], float], *, interval_s: int = 300) -> None:
        self.version = version
        self.now = now
        self.boot_status = "Accepted"
        self.interval_s = interval_s
        self.tokens: dict[str, str] = {}
        self.received: list[Received] = []
        self.statuses: dict[int, str] = {}
        self.transactions: dict[str, Transaction] = {}
        self.security_events: list[tuple[str, float]] = []
        self.reports: list[Wire] = []
        self.csrs: list[str] = []
        self._next_transaction = 1
        self._answers: dict[str, Callable[[Wire], dict[str, Any]]] = {
            "BootNotification": self._boot,
            "Heartbeat": lambda _wire: {"currentTime": to_text(self.now())},
            "Authorize": self._authorize,
            "StatusNotification": self._status,
            "MeterValues": _nothing,
            "DataTransfer": lambda _wire: {"status": "UnknownVendorId"},
            "FirmwareStatusNotification": _nothing,
            "LogStatusNotification": _nothing,
            "SecurityEventNotification": self._security,
            "SignCertificate": self._sign,
        }
        self._answers |= self._of_old() if version.is_old else self._of_new()

    def answer(self, action: str, wire: Wire) -> dict[str, Any]:
        """The payload that answers a call of the station. Raises RpcError for what a CSMS does not serve."""
        known = self._answers.get(action)
        if known is None:
            raise RpcError(ErrorCode.NOT_SUPPORTED, f"{action} is not for a CSMS")
        self.received.append(Received(action, wire, self.now()))
        return known(wire)

    # -- what is known -----------------------------------------------------------------------------------------------

    def calls(self, action: str) -> list[Received]:
        """Every call of one action, in order."""
        return [item for item in self.received if item.action == action]

    @property
    def running(self) -> Transaction | None:
        """The transaction that runs, if any."""
        return next((known for known in reversed(self.transactions.values()) if known.ended is None), None)

    # -- answers of all versions -------------------------------------------------------------------------------------

    def _of_old(self) -> dict[str, Callable[[Wire], dict[str, Any]]]:
        return {
            "StartTransaction": self._start,
            "StopTransaction": self._stop,
            "DiagnosticsStatusNotification": _nothing,
            "SignedFirmwareStatusNotification": _nothing,
        }

    def _of_new(self) -> dict[str, Callable[[Wire], dict[str, Any]]]:
        quiet = (
            "ClearedChargingLimit",
            "NotifyChargingLimit",
            "NotifyCustomerInformation",
            "NotifyDisplayMessages",
            "NotifyEvent",
            "NotifyMonitoringReport",
            "NotifyPriorityCharging",
            "ReservationStatusUpdate",
        )
        return {
            "TransactionEvent": self._event,
            "NotifyReport": self._report,
            "ReportChargingProfiles": self._report,
            "NotifyEVChargingNeeds": lambda _wire: {"status": "Accepted"},
            **dict.fromkeys(quiet, _nothing),
        }

    def _boot(self, _wire: Wire) -> dict[str, Any]:
        return {"currentTime": to_text(self.now()), "interval": self.interval_s, "status": self.boot_status}

    def _authorize(self, wire: Wire) -> dict[str, Any]:
        return self._token_info(wire["idTag"] if self.version.is_old else wire["idToken"]["idToken"])

    def _token_info(self, token: str) -> dict[str, Any]:
        status = {"status": self.tokens.get(token, "Accepted")}
        return {"idTagInfo": status} if self.version.is_old else {"idTokenInfo": status}

    def _status(self, wire: Wire) -> dict[str, Any]:
        if self.version.is_old:
            self.statuses[int(wire["connectorId"])] = str(wire["status"])
        else:
            self.statuses[int(wire["evseId"])] = str(wire["connectorStatus"])
        return {}

    def _security(self, wire: Wire) -> dict[str, Any]:
        self.security_events.append((str(wire["type"]), from_text(wire["timestamp"])))
        return {}

    def _sign(self, wire: Wire) -> dict[str, Any]:
        self.csrs.append(str(wire["csr"]))
        return {"status": "Accepted"}

    def _report(self, wire: Wire) -> dict[str, Any]:
        self.reports.append(wire)
        return {}

    # -- transactions of 1.6 -----------------------------------------------------------------------------------------

    def _start(self, wire: Wire) -> dict[str, Any]:
        number = self._next_transaction
        self._next_transaction += 1
        self.transactions[str(number)] = Transaction(
            str(number),
            from_text(wire["timestamp"]),
            wire["idTag"],
            int(wire["connectorId"]),
            float(wire["meterStart"]),
        )
        return {"transactionId": number, **self._token_info(wire["idTag"])}

    def _stop(self, wire: Wire) -> dict[str, Any]:
        known = self.transactions.get(str(wire["transactionId"]))
        if known is not None:
            known.ended = str(wire.get("reason", "Local"))
            known.stopped = from_text(wire["timestamp"])
            known.meter_stop_wh = float(wire["meterStop"])
            known.events.append(wire)
        return self._token_info(wire["idTag"]) if "idTag" in wire else {}

    # -- transactions of 2.x -----------------------------------------------------------------------------------------

    def _event(self, wire: Wire) -> dict[str, Any]:
        number = str(wire["transactionInfo"]["transactionId"])
        at = from_text(wire["timestamp"])
        known = self.transactions.setdefault(
            number, Transaction(number, at, connector=wire.get("evse", {}).get("id", 1))
        )
        known.events.append(wire)
        register = energy_wh(wire.get("meterValue", ()))
        if wire["eventType"] == "Started":
            known.started, known.meter_start_wh = at, register
        elif wire["eventType"] == "Ended":
            known.ended, known.stopped = str(wire["transactionInfo"].get("stoppedReason", "Local")), at
            known.meter_stop_wh = register
        token = wire.get("idToken")
        if token is None:
            return {}
        known.token = str(token["idToken"])
        return self._token_info(known.token)


def energy_wh(meter_values: Any, measurand: str = "Energy.Active.Import.Register") -> float | None:
    """The last value of an energy register among meter values, Wh; None where it is not there."""
    found = None
    for meter_value in meter_values:
        for sample in meter_value["sampledValue"]:
            if sample.get("measurand", measurand) == measurand and "phase" not in sample:
                found = scaled(sample)
    return found


def scaled(sample: Wire) -> float:
    """A sampled value in its unit without prefix (W, Wh, A, %)."""
    unit = sample.get("unitOfMeasure", {})
    name = sample.get("unit", unit.get("unit", ""))
    return float(sample["value"]) * 10.0 ** int(unit.get("multiplier", 0)) * (1000.0 if name in ("kWh", "kW") else 1.0)


def _nothing(_wire: Wire) -> dict[str, Any]:
    return {}
