"""Settings of the station, by the key of 1.6 and the component and variable of 2.x."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bench.controls.attempts import Attempt
from bench.controls.ocpp._acts import call, exchange_of
from bench.controls.trial import Trial


@dataclass(frozen=True)
class Setting:
    """One setting of a station."""

    key: str
    component: str
    variable: str

    @property
    def place(self) -> dict[str, Any]:
        """Where it is in 2.x."""
        return {"component": {"name": self.component}, "variable": {"name": self.variable}}


REMOTE_STARTS = Setting("AuthorizeRemoteTxRequests", "AuthCtrlr", "AuthorizeRemoteStart")
PASSWORD = Setting("AuthorizationKey", "SecurityCtrlr", "BasicAuthPassword")
PROFILE = Setting("SecurityProfile", "SecurityCtrlr", "SecurityProfile")
PING = Setting("WebSocketPingInterval", "OCPPCommCtrlr", "WebSocketPingInterval")


async def read(trial: Trial, setting: Setting) -> str:
    """Its value; empty where the station does not tell it."""
    exchange = exchange_of(trial)
    if exchange.version.is_old:
        tried = await call(exchange.there, "GetConfiguration", {"key": [setting.key]})
        found = tried.value.get("configurationKey", ()) if tried.accepted else ()
        return str(found[0].get("value", "")) if found else ""
    tried = await call(exchange.there, "GetVariables", {"getVariableData": [setting.place]})
    results = tried.value.get("getVariableResult", ()) if tried.accepted else ()
    return str(results[0].get("attributeValue", "")) if results else ""


def writing(trial: Trial, setting: Setting, value: str) -> tuple[str, dict[str, Any]]:
    """The call that sets it: action and payload."""
    if exchange_of(trial).version.is_old:
        return "ChangeConfiguration", {"key": setting.key, "value": value}
    return "SetVariables", {"setVariableData": [{**setting.place, "attributeValue": value}]}


async def write(trial: Trial, setting: Setting, value: str) -> tuple[bool, Attempt]:
    """Set it; whether the station took it."""
    tried = await call(exchange_of(trial).there, *writing(trial, setting, value))
    if not tried.accepted:
        return False, tried
    results = tried.value.get("setVariableResult", ())
    status = results[0]["attributeStatus"] if results else tried.value.get("status", "")
    return status in ("Accepted", "RebootRequired"), tried
