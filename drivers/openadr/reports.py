"""EiReport: what a VEN can measure, what a VTN wants of it, and the values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from drivers.openadr.codec import (
    BOOLEAN,
    DURATION,
    NUMBER,
    TEXT,
    TIME,
    Element,
    Message,
    one_of,
    part,
    parts,
    value,
    values,
)
from drivers.openadr.events import Result, Unit

METADATA_USAGE = "METADATA_TELEMETRY_USAGE"
TELEMETRY_USAGE = "TELEMETRY_USAGE"
GOOD_QUALITY = "Quality Good - Non Specific"


@dataclass(frozen=True, kw_only=True)
class Description(Element):
    """One value that a report can hold. Periods are in s."""

    r_id: str = value("ei:rID", TEXT)
    resource: str | None = value("ei:reportDataSource/ei:resourceID", TEXT)
    kind: str = value("ei:reportType", TEXT, "usage")
    unit: Unit | None = one_of(lambda: Unit)
    reading: str = value("ei:readingType", TEXT, "Direct Read")
    shortest: int | None = value("oadr:oadrSamplingRate/oadr:oadrMinPeriod", DURATION)
    longest: int | None = value("oadr:oadrSamplingRate/oadr:oadrMaxPeriod", DURATION)
    on_change: bool | None = value("oadr:oadrSamplingRate/oadr:oadrOnChange", BOOLEAN)


@dataclass(frozen=True, kw_only=True)
class Reading(Element):
    """One value of a report, from ``start`` for ``duration`` s."""

    start: float | None = value("xcal:dtstart/xcal:date-time", TIME)
    duration: int | None = value("xcal:duration/xcal:duration", DURATION)
    r_id: str = value("oadr:oadrReportPayload/ei:rID", TEXT)
    level: float | None = value("oadr:oadrReportPayload/ei:payloadFloat/ei:value", NUMBER)
    quality: str | None = value("oadr:oadrReportPayload/oadr:oadrDataQuality", TEXT)


@dataclass(frozen=True, kw_only=True)
class Report(Element):
    """A report, or what one could hold (its name then begins with METADATA)."""

    start: float | None = value("xcal:dtstart/xcal:date-time", TIME)
    duration: int | None = value("xcal:duration/xcal:duration", DURATION)
    readings: tuple[Reading, ...] = parts("strm:intervals/ei:interval", lambda: Reading)
    report_id: str | None = value("ei:eiReportID", TEXT)
    descriptions: tuple[Description, ...] = parts("oadr:oadrReportDescription", lambda: Description)
    request_id: str = value("ei:reportRequestID", TEXT, "0")
    specifier_id: str = value("ei:reportSpecifierID", TEXT)
    name: str | None = value("ei:reportName", TEXT)
    created: float = value("ei:createdDateTime", TIME)


@dataclass(frozen=True, kw_only=True)
class Wanted(Element):
    """One value that is asked for."""

    r_id: str = value("ei:rID", TEXT)
    reading: str = value("ei:readingType", TEXT, "Direct Read")


@dataclass(frozen=True, kw_only=True)
class ReportRequest(Element):
    """What a VTN asks for: values each ``granularity`` s, sent each ``back`` s (0: once)."""

    request_id: str = value("ei:reportRequestID", TEXT)
    specifier_id: str = value("ei:reportSpecifier/ei:reportSpecifierID", TEXT)
    granularity: int = value("ei:reportSpecifier/xcal:granularity/xcal:duration", DURATION, 0)
    back: int = value("ei:reportSpecifier/ei:reportBackDuration/xcal:duration", DURATION, 0)
    wanted: tuple[Wanted, ...] = parts("ei:reportSpecifier/ei:specifierPayload", lambda: Wanted)


@dataclass(frozen=True, kw_only=True)
class RegisterReport(Message):
    """``oadrRegisterReport``: what can be had."""

    element: ClassVar[str] = "oadr:oadrRegisterReport"
    request_id: str = value("pyld:requestID", TEXT, "")
    reports: tuple[Report, ...] = parts("oadr:oadrReport", lambda: Report)
    ven_id: str | None = value("ei:venID", TEXT)


@dataclass(frozen=True, kw_only=True)
class RegisteredReport(Message):
    """``oadrRegisteredReport``: taken note of, and ``requests`` at once."""

    element: ClassVar[str] = "oadr:oadrRegisteredReport"
    result: Result = part("ei:eiResponse", lambda: Result, Result())
    requests: tuple[ReportRequest, ...] = parts("oadr:oadrReportRequest", lambda: ReportRequest)
    ven_id: str | None = value("ei:venID", TEXT)


@dataclass(frozen=True, kw_only=True)
class CreateReport(Message):
    """``oadrCreateReport``: these are wanted."""

    element: ClassVar[str] = "oadr:oadrCreateReport"
    request_id: str = value("pyld:requestID", TEXT, "")
    requests: tuple[ReportRequest, ...] = parts("oadr:oadrReportRequest", lambda: ReportRequest)
    ven_id: str | None = value("ei:venID", TEXT)


@dataclass(frozen=True, kw_only=True)
class CreatedReport(Message):
    """``oadrCreatedReport``: these will come."""

    element: ClassVar[str] = "oadr:oadrCreatedReport"
    result: Result = part("ei:eiResponse", lambda: Result, Result())
    pending: tuple[str, ...] = values("oadr:oadrPendingReports/ei:reportRequestID", container=True)
    ven_id: str | None = value("ei:venID", TEXT)


@dataclass(frozen=True, kw_only=True)
class UpdateReport(Message):
    """``oadrUpdateReport``: the values."""

    element: ClassVar[str] = "oadr:oadrUpdateReport"
    request_id: str = value("pyld:requestID", TEXT, "")
    reports: tuple[Report, ...] = parts("oadr:oadrReport", lambda: Report)
    ven_id: str | None = value("ei:venID", TEXT)


@dataclass(frozen=True, kw_only=True)
class UpdatedReport(Message):
    """``oadrUpdatedReport``: they came."""

    element: ClassVar[str] = "oadr:oadrUpdatedReport"
    result: Result = part("ei:eiResponse", lambda: Result, Result())
    ven_id: str | None = value("ei:venID", TEXT)


@dataclass(frozen=True, kw_only=True)
class CancelReport(Message):
    """``oadrCancelReport``: these are no longer wanted."""

    element: ClassVar[str] = "oadr:oadrCancelReport"
    request_id: str = value("pyld:requestID", TEXT, "")
    requests: tuple[str, ...] = values("ei:reportRequestID")
    to_follow: bool = value("pyld:reportToFollow", BOOLEAN, False)
    ven_id: str | None = value("ei:venID", TEXT)


@dataclass(frozen=True, kw_only=True)
class CanceledReport(Message):
    """``oadrCanceledReport``: these will still come."""

    element: ClassVar[str] = "oadr:oadrCanceledReport"
    result: Result = part("ei:eiResponse", lambda: Result, Result())
    pending: tuple[str, ...] = values("oadr:oadrPendingReports/ei:reportRequestID", container=True)
    ven_id: str | None = value("ei:venID", TEXT)
