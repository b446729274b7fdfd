"""Questions to an office system, each as a message of its own: what a party that reads may ask for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bench.access.office_rights import Act, OfficeRights
from drivers.cim.causes import GetSwitchInquiries, GetSwitchOperationCauses
from drivers.cim.connectivity import GetUsagePointConnectivity
from drivers.cim.consumption import GetConsumptionLimits
from drivers.cim.messenger import MessageOptions, Reply
from drivers.cim.monitoring import GetDerReadings
from drivers.cim.notices import GetOutageNotices
from drivers.cim.office import CimOffice
from drivers.cim.outages import GetOutages, GetPlannedOutages, GetRestorationRequests, GetRestorationStatus
from drivers.cim.payloads import (
    GetAuditLog,
    GetEndDeviceControls,
    GetEndDeviceEvents,
    GetEndDeviceStatus,
    GetMeterReadings,
    SwitchOperation,
)
from drivers.cim.prepayment import GetPrepayments
from drivers.cim.revenue import GetEndDeviceStandings, GetRevenueCases
from drivers.cim.signals import GetSignals
from drivers.cim.times import iso
from drivers.cim.vocabulary import Noun, ReadingKind, Reported, SwitchMeans, Verb

SPAN_S = 4 * 3600.0


def questions(rights: OfficeRights) -> tuple[Act, ...]:
    """Every question that somebody may ask."""
    return tuple(act for act in rights.acts if act.verb is Verb.GET)


def every_question() -> tuple[Act, ...]:
    """Every question that the interface knows, whoever may ask it."""
    kinds = [Act(Verb.GET, Noun.METER_READINGS, kind) for kind in ReadingKind]
    others = (
        Noun.END_DEVICE_STATUS,
        Noun.END_DEVICE_CONTROLS,
        Noun.END_DEVICE_EVENTS,
        Noun.SWITCH_CAUSES,
        Noun.SWITCH_INQUIRIES,
        Noun.CONSUMPTION_LIMITS,
        Noun.PREPAYMENTS,
        Noun.STANDINGS,
        Noun.REVENUE_CASES,
        Noun.OUTAGES,
        Noun.RESTORATION_STATUS,
        Noun.RESTORATION_REQUESTS,
        Noun.PLANNED_OUTAGES,
        Noun.CONNECTIVITY,
        Noun.OUTAGE_NOTICES,
        Noun.AUDIT_LOG,
        Noun.SERVICE_CLOCK,
    )
    return (*kinds, *(Act(Verb.GET, noun) for noun in others))


async def ask(office: CimOffice, act: Act, meters: Iterable[str], options: MessageOptions | None = None) -> Reply:
    """Ask the question of ``act`` about ``meters``; raises the system's refusal."""
    return await office.messenger.call(
        act.verb, act.noun, request=_request(office, act, tuple(meters)), options=options
    )


def _request(office: CimOffice, act: Act, meters: tuple[str, ...]) -> Any:
    now = office.client.clock.now()
    match act.noun:
        case Noun.METER_READINGS:
            kind = ReadingKind(act.what or ReadingKind.ENERGY)
            over_time = kind in (ReadingKind.INTERVALS, ReadingKind.BILLING)
            start, end = (iso(now - SPAN_S), iso(now)) if over_time else ("", "")
            return GetMeterReadings(meters=meters, kinds=(kind,), start=start, end=end)
        case Noun.END_DEVICE_STATUS:
            return GetEndDeviceStatus(meters=meters)
        case Noun.END_DEVICE_CONTROLS:
            return GetEndDeviceControls()
        case Noun.END_DEVICE_EVENTS:
            return GetEndDeviceEvents()
        case Noun.SWITCH_CAUSES:
            return _operation_at(next(iter(meters), ""), now)
        case Noun.SWITCH_INQUIRIES:
            return GetSwitchInquiries(meters=meters)
        case Noun.CONSUMPTION_LIMITS:
            return GetConsumptionLimits(meters=meters)
        case Noun.STANDINGS:
            return GetEndDeviceStandings()
        case Noun.REVENUE_CASES:
            return GetRevenueCases()
        case Noun.OUTAGES:
            return GetOutages(meters=meters)
        case Noun.RESTORATION_STATUS:
            return GetRestorationStatus(meters=meters)
        case Noun.PLANNED_OUTAGES:
            return GetPlannedOutages()
        case Noun.RESTORATION_REQUESTS:
            return GetRestorationRequests(meters=meters)
        case Noun.PREPAYMENTS:
            return GetPrepayments(meters=meters)
        case Noun.CONNECTIVITY:
            return GetUsagePointConnectivity(meters=meters)
        case Noun.OUTAGE_NOTICES:
            return GetOutageNotices(meters=meters)
        case Noun.SIGNALS:
            return GetSignals()
        case Noun.DER_READINGS:
            return GetDerReadings(homes=("esi",))
        case Noun.AUDIT_LOG:
            return GetAuditLog(limit=100)
    return None


def _operation_at(meter: str, now: float) -> GetSwitchOperationCauses:
    opened = SwitchOperation(closed=False, reported=Reported.UNKNOWN, means=SwitchMeans.UNCOMMANDED)
    return GetSwitchOperationCauses(event=f"bench-{now:.0f}", meter=meter, time_stamp=iso(now), operation=opened)


def payload_of(reply: Reply) -> Any:
    """What a reply gives, in plain values; empty where it gives nothing."""
    payload = reply.message.payload or {}
    return next(iter(payload.values()), None)
