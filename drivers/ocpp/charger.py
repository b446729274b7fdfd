"""A charging station in the role `drivers.roles.EvCharger`, as its CSMS sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from drivers.charging import (
    ChargerIdentity,
    ChargerReadings,
    ChargerRefusedError,
    ChargerStatus,
    ChargingProfile,
    ConnectorState,
    Kind,
    Period,
    ProfileFilter,
    Purpose,
    Schedule,
)
from drivers.ocpp.backend import Backend, Received, scaled
from drivers.ocpp.errors import NoAnswerError
from drivers.ocpp.profiles import profile_to_wire, purpose_to_wire, schedule_from_wire
from drivers.ocpp.times import from_text
from drivers.ocpp.versions import Version

LIMIT_PROFILE = 100
"""Number of the profile by which `OcppCharger.set_limit` limits."""
_ANSWERED_S = 10.0
_ENERGY, _EXPORTED = "Energy.Active.Import.Register", "Energy.Active.Export.Register"


class StationLink(Protocol):
    """A connected station, as its CSMS has it."""

    @property
    def version(self) -> Version:
        """The version of the link."""
        ...

    @property
    def backend(self) -> Backend:
        """What is known of it."""
        ...

    def now(self) -> float:
        """Station time (UTC, s)."""
        ...

    async def call(self, action: str, payload: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Call it, and the payload of the result. Raises OcppError."""
        ...

    async def told(self, action: str, more_than: int, within_s: float) -> bool:
        """Let time pass until it has made more than so many calls of ``action``; whether it has in time."""
        ...


class OcppCharger:
    """``token``: for whom transactions begin. Calls raise also what `StationLink.call` raises."""

    def __init__(self, station: StationLink, *, token: str, connector: int = 1) -> None:
        self.station = station
        self.connector = connector
        self._token = token
        self._remote_start = 0

    @property
    def version(self) -> Version:
        """The version of the link."""
        return self.station.version

    # -- EvCharger ---------------------------------------------------------------------------------------------------

    async def identity(self) -> ChargerIdentity:
        """From the last boot that the station told. Raises NoAnswerError where it told none."""
        boots = self.station.backend.calls("BootNotification")
        if not boots:
            raise NoAnswerError("the station has told no boot")
        told = boots[-1].payload
        if self.version.is_old:
            return ChargerIdentity(
                told["chargePointVendor"],
                told["chargePointModel"],
                told.get("chargePointSerialNumber", ""),
                told.get("firmwareVersion", ""),
            )
        made = told["chargingStation"]
        return ChargerIdentity(
            made["vendorName"], made["model"], made.get("serialNumber", ""), made.get("firmwareVersion", "")
        )

    async def status(self) -> ChargerStatus:
        """The state that the station tells when it is asked for it now."""
        where = {"connectorId": self.connector} if self.version.is_old else {"evse": {"id": self.connector}}
        if not self.version.is_old:
            where["evse"]["connectorId"] = 1  # type: ignore[index]
        told = await self._triggered("StatusNotification", where)
        running = self.station.backend.running
        transaction = running.number if running is not None else ""
        if self.version.is_old:
            return ChargerStatus(ConnectorState(told.payload["status"]), transaction)
        return ChargerStatus(_state_of(told.payload["connectorStatus"], self._charging_state()), transaction)

    async def readings(self) -> ChargerReadings:
        """The meter values that the station tells when it is asked for them now."""
        where = {"connectorId": self.connector} if self.version.is_old else {"evse": {"id": self.connector}}
        told = await self._triggered("MeterValues", where)
        return readings_of(told.payload["meterValue"])

    async def set_limit(self, current_a: float | None) -> None:
        """By a TxDefaultProfile of the highest usual stack level; None clears it."""
        if current_a is None:
            await self.clear_profiles(ProfileFilter(number=LIMIT_PROFILE))
            return
        schedule = Schedule((Period(0, current_a),), start=self.station.now() - 1.0)
        await self.set_profile(ChargingProfile(LIMIT_PROFILE, Purpose.TX_DEFAULT, schedule, 1, Kind.ABSOLUTE))

    async def limit(self) -> float | None:
        """The first period of the composite schedule of the next minute."""
        found = await self.composite(60)
        return found.periods[0].limit if found is not None else None

    async def start(self, token: str = "") -> None:
        """By a remote start."""
        name = token or self._token
        if self.version.is_old:
            await self._accepted("RemoteStartTransaction", {"connectorId": self.connector, "idTag": name})
            return
        self._remote_start += 1
        wire = {
            "remoteStartId": self._remote_start,
            "evseId": self.connector,
            "idToken": {"idToken": name, "type": "ISO14443"},
        }
        await self._accepted("RequestStartTransaction", wire)

    async def stop(self) -> None:
        """By a remote stop. Raises ChargerRefusedError where no transaction is known to run."""
        running = self.station.backend.running
        if running is None:
            raise ChargerRefusedError("stopping", "no transaction runs")
        if self.version.is_old:
            await self._accepted("RemoteStopTransaction", {"transactionId": int(running.number)})
        else:
            await self._accepted("RequestStopTransaction", {"transactionId": running.number})

    # -- smart charging ----------------------------------------------------------------------------------------------

    async def set_profile(self, profile: ChargingProfile, connector: int | None = None) -> None:
        """Install a profile at a connector (0: the station). Raises ChargerRefusedError."""
        where = self._place(profile, connector)
        wire = profile_to_wire(profile, self.version)
        if self.version.is_old:
            await self._accepted("SetChargingProfile", {"connectorId": where, "csChargingProfiles": wire})
        else:
            await self._accepted("SetChargingProfile", {"evseId": where, "chargingProfile": wire})

    def _place(self, profile: ChargingProfile, connector: int | None) -> int:
        if connector is not None:
            return connector
        return 0 if profile.purpose is Purpose.STATION_MAX else self.connector

    async def clear_profiles(self, which: ProfileFilter) -> bool:
        """Remove the profiles that agree; whether there were any."""
        names = ("id", "connectorId") if self.version.is_old else ("chargingProfileId", "evseId")
        flat: dict[str, Any] = {
            names[0]: which.number,
            names[1]: which.evse,
            "stackLevel": which.stack_level,
            "chargingProfilePurpose": purpose_to_wire(which.purpose, self.version) if which.purpose else None,
        }
        given = {name: value for name, value in flat.items() if value is not None}
        if not self.version.is_old:
            number = given.pop(names[0], None)
            wire = {names[0]: number} if number is not None else {}
            given = wire | ({"chargingProfileCriteria": given} if given else {})
        answer = await self.station.call("ClearChargingProfile", given)
        return bool(answer["status"] == "Accepted")

    async def composite(self, duration_s: int, connector: int | None = None) -> Schedule | None:
        """The composite schedule that the station works out; None where it has none."""
        where = self.connector if connector is None else connector
        wire: dict[str, Any] = {"duration": duration_s, "chargingRateUnit": "A"}
        wire["connectorId" if self.version.is_old else "evseId"] = where
        answer = await self.station.call("GetCompositeSchedule", wire)
        if answer["status"] != "Accepted":
            raise ChargerRefusedError("the composite schedule", answer["status"])
        if self.version.is_old:
            return schedule_from_wire(answer["chargingSchedule"]) if "chargingSchedule" in answer else None
        found = answer.get("schedule")
        return None if found is None else schedule_from_wire(found | {"startSchedule": found["scheduleStart"]})

    # -- inside ------------------------------------------------------------------------------------------------------

    async def _accepted(self, action: str, wire: Mapping[str, Any]) -> None:
        answer = await self.station.call(action, wire)
        if answer["status"] != "Accepted":
            raise ChargerRefusedError(action, answer["status"])

    async def _triggered(self, wanted: str, where: Mapping[str, Any]) -> Received:
        """Have a message sent, and take it. Raises ChargerRefusedError, NoAnswerError."""
        backend = self.station.backend
        before = len(backend.calls(wanted))
        await self._accepted("TriggerMessage", {"requestedMessage": wanted, **where})
        if not await self.station.told(wanted, before, _ANSWERED_S):
            raise NoAnswerError(f"{wanted} was promised and did not come")
        return backend.calls(wanted)[-1]

    def _charging_state(self) -> str:
        running = self.station.backend.running
        if running is None:
            return ""
        states = (event["transactionInfo"].get("chargingState") for event in reversed(running.events))
        return next((str(state) for state in states if state), "")


def _state_of(status: str, charging_state: str) -> ConnectorState:
    if status != "Occupied":
        return ConnectorState(status)
    known = {"Charging": "Charging", "SuspendedEV": "SuspendedEV", "SuspendedEVSE": "SuspendedEVSE"}
    return ConnectorState(known.get(charging_state, "Preparing"))


def readings_of(meter_values: Any) -> ChargerReadings:
    """What meter values say in all; the last of each quantity counts."""
    found: dict[str, float] = {}
    currents: dict[str, float] = {}
    at = None
    for meter_value in meter_values:
        at = from_text(meter_value["timestamp"])
        for sample in meter_value["sampledValue"]:
            name = sample.get("measurand", _ENERGY)
            if name == "Current.Import":
                currents[sample.get("phase", "L1")] = scaled(sample)
            elif "phase" not in sample:
                found[name] = scaled(sample)
    power_w = found.get("Power.Active.Import")
    if found.get("Power.Active.Export"):
        power_w = -found["Power.Active.Export"]
    return ChargerReadings(
        power_w,
        tuple(currents[phase] for phase in sorted(currents)),
        found.get(_ENERGY),
        found.get(_EXPORTED),
        found.get("SoC"),
        at,
    )
