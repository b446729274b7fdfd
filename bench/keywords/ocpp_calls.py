"""The calls that the conformance suites of OCPP make, by words, in the version of the link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.access.ocpp_firmware import signed_update
from drivers.charging import ChargingProfile, Kind, Period, Purpose, Schedule
from drivers.ocpp.profiles import profile_to_wire
from drivers.ocpp.versions import Version

Wire = dict[str, Any]


@dataclass
class Scene:
    """What a call can need to know: the moment (UTC, s), the running transaction, a card, what the test says beside."""

    version: Version
    now: float
    token: str
    transaction: str = ""
    text: str = ""
    files: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


Call = Callable[[Scene], tuple[str, Wire]]


def call(words: str, scene: Scene) -> tuple[str, Wire]:
    """Action and payload. Raises KeyError for words that say nothing here."""
    return _CALLS[words](scene)


# -- transactions and states -------------------------------------------------------------------------------------------


def _remote_start(scene: Scene) -> tuple[str, Wire]:
    if scene.version.is_old:
        return "RemoteStartTransaction", {"connectorId": 1, "idTag": scene.token}
    token = {"idToken": scene.token, "type": "ISO14443"}
    return "RequestStartTransaction", {"remoteStartId": 7, "evseId": 1, "idToken": token}


def _remote_stop(scene: Scene, transaction: str | None = None) -> tuple[str, Wire]:
    number = scene.transaction if transaction is None else transaction
    if scene.version.is_old:
        return "RemoteStopTransaction", {"transactionId": int(number or 0)}
    return "RequestStopTransaction", {"transactionId": number}


def _local_list(scene: Scene) -> tuple[str, Wire]:
    if scene.version.is_old:
        entry: Wire = {"idTag": scene.token, "idTagInfo": {"status": "Accepted"}}
        return "SendLocalList", {"listVersion": 1, "updateType": "Full", "localAuthorizationList": [entry]}
    token = {"idToken": scene.token, "type": "ISO14443"}
    entry = {"idToken": token, "idTokenInfo": {"status": "Accepted"}}
    return "SendLocalList", {"versionNumber": 1, "updateType": "Full", "localAuthorizationList": [entry]}


# -- variables ---------------------------------------------------------------------------------------------------------


def _set(component: str, variable: str, value: str) -> Call:
    asked = {"component": {"name": component}, "variable": {"name": variable}, "attributeValue": value}
    return lambda _scene: ("SetVariables", {"setVariableData": [asked]})


def _get(component: str, variable: str) -> Call:
    asked = {"component": {"name": component}, "variable": {"name": variable}}
    return lambda _scene: ("GetVariables", {"getVariableData": [asked]})


def _key(name: str, value: str) -> Call:
    return lambda _scene: ("ChangeConfiguration", {"key": name, "value": value})


def _password(scene: Scene) -> tuple[str, Wire]:
    return _set("SecurityCtrlr", "BasicAuthPassword", scene.text)(scene)


def _lower_profile(scene: Scene) -> tuple[str, Wire]:
    data = {
        "ocppVersion": "OCPP20",
        "ocppTransport": "JSON",
        "ocppCsmsUrl": "ws://192.0.2.1/ocpp",
        "messageTimeout": 30,
        "securityProfile": 1,
        "ocppInterface": "Wired0",
    }
    return "SetNetworkProfile", {"configurationSlot": 1, "connectionData": data}


# -- charging profiles -------------------------------------------------------------------------------------------------


def _profile(
    number: int, purpose: Purpose, periods: list[tuple[int, float]], level: int = 0, duration_s: int = 400
) -> Call:
    def made(scene: Scene) -> tuple[str, Wire]:
        schedule = Schedule(tuple(Period(*period) for period in periods), start=scene.now, duration_s=duration_s)
        transaction = scene.transaction if purpose is Purpose.TX else None
        profile = ChargingProfile(number, purpose, schedule, level, Kind.ABSOLUTE, transaction=transaction or None)
        wire, where = profile_to_wire(profile, scene.version), 0 if purpose is Purpose.STATION_MAX else 1
        if scene.version.is_old:
            return "SetChargingProfile", {"connectorId": where, "csChargingProfiles": wire}
        return "SetChargingProfile", {"evseId": where, "chargingProfile": wire}

    return made


def _clear(number: int) -> Call:
    return lambda scene: ("ClearChargingProfile", {"id" if scene.version.is_old else "chargingProfileId": number})


def _negative(scene: Scene) -> tuple[str, Wire]:
    return _profile(9, Purpose.TX_DEFAULT, [(0, 10.0), (60, -8.0)])(scene)


# -- certificates and firmware -----------------------------------------------------------------------------------------


def _install(kind: str, secret: str) -> Call:
    return lambda scene: ("InstallCertificate", {"certificateType": kind, "certificate": scene.secrets[secret]})


def _firmware(signer: str, image: str) -> Call:
    def made(scene: Scene) -> tuple[str, Wire]:
        certificate, signature = (scene.secrets[f"{signer} {what}"] for what in ("certificate", "signature"))
        return signed_update(scene.version, f"{scene.files}/{image}", scene.now, certificate, signature)

    return made


def _trigger(message: str) -> Call:
    return lambda _scene: ("TriggerMessage", {"requestedMessage": message})


_CALLS: Mapping[str, Call] = {
    "a remote start": _remote_start,
    "a remote stop": _remote_stop,
    "a remote stop of an unknown transaction": lambda scene: _remote_stop(scene, "4711"),
    "a local list with the card": _local_list,
    "a heartbeat every 60 s": _set("OCPPCommCtrlr", "HeartbeatInterval", "60"),
    "values every minute of the clock": _set("AlignedDataCtrlr", "Interval", "60"),
    "a heartbeat interval that is no number": _set("OCPPCommCtrlr", "HeartbeatInterval", "often"),
    "a variable of an unknown component": _set("UnknownComponent", "OfflineThreshold", "1"),
    "the heartbeat interval": _get("OCPPCommCtrlr", "HeartbeatInterval"),
    "the password": _get("SecurityCtrlr", "BasicAuthPassword"),
    "a new password": _password,
    "a lower security profile": _lower_profile,
    "the security profile with certificates": _key("SecurityProfile", "3"),
    "the security profile without TLS": _key("SecurityProfile", "1"),
    "a base report": lambda _scene: ("GetBaseReport", {"requestId": 5, "reportBase": "FullInventory"}),
    "10 A for the station": _profile(1, Purpose.STATION_MAX, [(0, 10.0)], duration_s=86_400),
    "6, 10, 8, 25 and 8 A by default": _profile(
        2, Purpose.TX_DEFAULT, [(0, 6.0), (60, 10.0), (120, 8.0), (180, 25.0), (260, 8.0)], duration_s=300
    ),
    "8, 6 and 12 A for the transaction": _profile(3, Purpose.TX, [(0, 8.0), (50, 6.0), (140, 12.0)], duration_s=260),
    "6, 8 and 10 A by default": _profile(4, Purpose.TX_DEFAULT, [(0, 6.0), (100, 8.0), (200, 10.0)]),
    "7 and 9 A by default, one level higher": _profile(
        5, Purpose.TX_DEFAULT, [(0, 7.0), (100, 9.0)], level=1, duration_s=150
    ),
    "12 A for a transaction": _profile(6, Purpose.TX, [(0, 12.0)]),
    "a profile with a negative limit": _negative,
    "no profile 4 any more": _clear(4),
    "no profile 77 any more": _clear(77),
    "its state": _trigger("StatusNotification"),
    "a request for a new certificate": _trigger("SignChargingStationCertificate"),
    "a message that is not sent on demand": _trigger("PublishFirmwareStatusNotification"),
    "the installed roots": lambda _scene: (
        "GetInstalledCertificateIds",
        {"certificateType": ["CSMSRootCertificate"]},
    ),
    "another root": _install("CSMSRootCertificate", "another root"),
    "a root that is no authority": _install("CSMSRootCertificate", "station certificate"),
    "the signed certificate": lambda scene: ("CertificateSigned", {"certificateChain": scene.text}),
    "firmware signed by its maker": _firmware("maker", "good"),
    "firmware with a certificate of a forger": _firmware("forger", "good"),
    "firmware that was changed after signing": _firmware("maker", "changed"),
    "a reset": lambda scene: ("Reset", {"type": "Hard" if scene.version.is_old else "Immediate"}),
}
