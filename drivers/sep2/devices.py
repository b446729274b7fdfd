"""Device capability, time, end devices, registration, function set assignments, log events (schema 2018)."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.sep2.codec import (
    BOOLEAN,
    HEX32,
    HEX128,
    HEX160,
    INT32,
    STRING32,
    TIME,
    UINT8,
    UINT16,
    UINT32,
    UINT40,
    attribute,
    element,
    part,
    parts,
)
from drivers.sep2.events import Addressed, Link, ListLink, SepList


@dataclass(frozen=True, kw_only=True)
class FunctionSetAssignmentsBase(Addressed):
    """Where the function sets stand."""

    demand_response: ListLink | None = part("DemandResponseProgramListLink", lambda: ListLink)
    der: ListLink | None = part("DERProgramListLink", lambda: ListLink)
    files: ListLink | None = part("FileListLink", lambda: ListLink)
    messaging: ListLink | None = part("MessagingProgramListLink", lambda: ListLink)
    prepayments: ListLink | None = part("PrepaymentListLink", lambda: ListLink)
    response_sets: ListLink | None = part("ResponseSetListLink", lambda: ListLink)
    tariffs: ListLink | None = part("TariffProfileListLink", lambda: ListLink)
    time: Link | None = part("TimeLink", lambda: Link)
    usage_points: ListLink | None = part("UsagePointListLink", lambda: ListLink)


@dataclass(frozen=True, kw_only=True)
class DeviceCapability(FunctionSetAssignmentsBase):
    """The entry of a server: everything else is found from here."""

    poll_rate: int | None = attribute("pollRate", UINT32)
    end_devices: ListLink | None = part("EndDeviceListLink", lambda: ListLink)
    mirror_usage_points: ListLink | None = part("MirrorUsagePointListLink", lambda: ListLink)
    self_device: Link | None = part("SelfDeviceLink", lambda: Link)


@dataclass(frozen=True, kw_only=True)
class FunctionSetAssignments(FunctionSetAssignmentsBase):
    """The programs that a device is assigned to."""

    mrid: bytes = element("mRID", HEX128, required=True)
    description: str | None = element("description", STRING32)
    version: int | None = element("version", UINT16)


@dataclass(frozen=True, kw_only=True)
class FunctionSetAssignmentsList(SepList):
    """Assignments of one device."""

    poll_rate: int | None = attribute("pollRate", UINT32)
    members: tuple[FunctionSetAssignments, ...] = parts("FunctionSetAssignments", lambda: FunctionSetAssignments)


@dataclass(frozen=True, kw_only=True)
class Time(Addressed):
    """The server's time. ``quality``: 3 by GPS or NTP ... 7 not synchronised."""

    poll_rate: int | None = attribute("pollRate", UINT32)
    current: int = element("currentTime", TIME, required=True)
    dst_end: int = element("dstEndTime", TIME, required=True, default=0)
    dst_offset: int = element("dstOffset", INT32, required=True, default=0)
    dst_start: int = element("dstStartTime", TIME, required=True, default=0)
    local: int | None = element("localTime", TIME)
    quality: int = element("quality", UINT8, required=True, default=3)
    tz_offset: int = element("tzOffset", INT32, required=True, default=0)


@dataclass(frozen=True, kw_only=True)
class EndDevice(Addressed):
    """A device as its server knows it."""

    der_list: ListLink | None = part("DERListLink", lambda: ListLink)
    category: bytes | None = element("deviceCategory", HEX32)
    information: Link | None = part("DeviceInformationLink", lambda: Link)
    file_status: Link | None = part("FileStatusLink", lambda: Link)
    lfdi: bytes | None = element("lFDI", HEX160)
    log_events: ListLink | None = part("LogEventListLink", lambda: ListLink)
    sfdi: int = element("sFDI", UINT40, required=True)
    changed: int = element("changedTime", TIME, required=True)
    enabled: bool | None = element("enabled", BOOLEAN)
    flow_requests: ListLink | None = part("FlowReservationRequestListLink", lambda: ListLink)
    flow_responses: ListLink | None = part("FlowReservationResponseListLink", lambda: ListLink)
    assignments: ListLink | None = part("FunctionSetAssignmentsListLink", lambda: ListLink)
    post_rate: int | None = element("postRate", UINT32)
    registration: Link | None = part("RegistrationLink", lambda: Link)
    subscriptions: ListLink | None = part("SubscriptionListLink", lambda: ListLink)


@dataclass(frozen=True, kw_only=True)
class EndDeviceList(SepList):
    """The devices that a client may see."""

    poll_rate: int | None = attribute("pollRate", UINT32)
    members: tuple[EndDevice, ...] = parts("EndDevice", lambda: EndDevice)


@dataclass(frozen=True, kw_only=True)
class Registration(Addressed):
    """That a device was registered, and its PIN: the device compares it with its own."""

    poll_rate: int | None = attribute("pollRate", UINT32)
    registered: int = element("dateTimeRegistered", TIME, required=True)
    pin: int = element("pIN", UINT32, required=True)


@dataclass(frozen=True, kw_only=True)
class LogEvent(Addressed):
    """An entry of a device's log."""

    created: int = element("createdDateTime", TIME, required=True)
    details: str | None = element("details", STRING32)
    extended: int | None = element("extendedData", UINT32)
    function_set: int = element("functionSet", UINT8, required=True)
    code: int = element("logEventCode", UINT8, required=True)
    number: int = element("logEventID", UINT16, required=True)
    pen: int = element("logEventPEN", UINT32, required=True)
    profile: int = element("profileID", UINT8, required=True)


@dataclass(frozen=True, kw_only=True)
class LogEventList(SepList):
    """A device's log, newest first."""

    poll_rate: int | None = attribute("pollRate", UINT32)
    members: tuple[LogEvent, ...] = parts("LogEvent", lambda: LogEvent)
