"""`drivers.roles.OfficeSystem` over messages: what an office system can be asked, by a peer that may ask it.

Refusals of a message as such raise `drivers.cim.errors.OfficeRefusedError`; what went wrong with one meter or
order is in the answer, with its code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drivers.cim.causes import (
    FieldVisit,
    GetSwitchInquiries,
    GetSwitchOperationCauses,
    SwitchInquiry,
    SwitchOperationCause,
    WorkOrder,
)
from drivers.cim.client import Answer, OfficeClient
from drivers.cim.consumption import ConsumptionLimit, GetConsumptionLimits, LimitStatus
from drivers.cim.messages import ErrorItem
from drivers.cim.messenger import MessageOptions, Messenger, Reply
from drivers.cim.outages import (
    GetOutages,
    GetPlannedOutages,
    GetRestorationRequests,
    GetRestorationStatus,
    Outage,
    PlannedOutage,
    RestorationRequest,
    RestorationStatus,
)
from drivers.cim.payloads import (
    AccountSettlement,
    AuditLog,
    BillingCycle,
    CancelEndDeviceControls,
    ControlApproval,
    EndDeviceControl,
    EndDeviceEvent,
    EndDeviceStatus,
    GetAuditLog,
    GetEndDeviceControls,
    GetEndDeviceEvents,
    GetEndDeviceStatus,
    GetMeterReadings,
    MasterDataLinkage,
    MeterReading,
    MeterReadSchedule,
    OrderStatus,
    ServiceClock,
)
from drivers.cim.prepayment import GetPrepayments, Payment, PrepaidBalance, PrepaymentAction
from drivers.cim.revenue import GetEndDeviceStandings, GetRevenueCases, MeterStanding, RevenueCase
from drivers.cim.times import iso
from drivers.cim.vocabulary import Noun, ReadingKind, Verb


@dataclass(frozen=True)
class Readings:
    """Readings by meter, and the errors of the meters that gave none."""

    meters: tuple[MeterReading, ...]
    errors: tuple[ErrorItem, ...]
    reply: Reply

    def of(self, meter: str) -> MeterReading | None:
        """What came for one meter."""
        return next((found for found in self.meters if found.meter == meter), None)


@dataclass(frozen=True)
class Orders:
    """Status of orders, and the errors of those that were refused or are not known."""

    orders: tuple[OrderStatus, ...]
    errors: tuple[ErrorItem, ...]
    reply: Reply


class CimOffice:
    """An office system as `messenger`'s sender sees it."""

    def __init__(self, messenger: Messenger) -> None:
        self.messenger = messenger

    @property
    def client(self) -> OfficeClient:
        """The HTTPS client below, with its taps."""
        return self.messenger.client

    @property
    def name(self) -> str:
        """The system's name."""
        return self.messenger.receiver

    async def close(self) -> None:
        """Close the connections. Never raises."""
        await self.client.close()

    # -- readings ------------------------------------------------------------------------------------------------

    async def read(
        self,
        meters: Sequence[str],
        kinds: Sequence[ReadingKind] = (ReadingKind.ENERGY,),
        start: float | None = None,
        end: float | None = None,
        options: MessageOptions | None = None,
    ) -> Readings:
        """Readings of ``meters``: now, or with `ReadingKind.INTERVALS` those that end in (start, end] (station
        time, s).
        """
        request = GetMeterReadings(
            meters=tuple(meters),
            kinds=tuple(kinds),
            start="" if start is None else iso(start),
            end="" if end is None else iso(end),
        )
        reply = await self.messenger.call(Verb.GET, Noun.METER_READINGS, request=request, options=options)
        return Readings(reply.payload(Noun.METER_READINGS, tuple[MeterReading, ...]), reply.errors, reply)

    async def ping(
        self,
        meters: Sequence[str],
        options: MessageOptions | None = None,
        *,
        security: bool = False,
        restored_since: float | None = None,
    ) -> tuple[EndDeviceStatus, ...]:
        """Whether ``meters`` answer and, with ``security``, what they say of attempts at them; with ``restored_since``
        (station time, s) when their supply last came back after that.
        """
        since = "" if restored_since is None else iso(restored_since)
        request = GetEndDeviceStatus(meters=tuple(meters), security=security, restored_since=since)
        reply = await self.messenger.call(Verb.GET, Noun.END_DEVICE_STATUS, request=request, options=options)
        return reply.payload(Noun.END_DEVICE_STATUS, tuple[EndDeviceStatus, ...])

    async def announce(
        self, readings: Sequence[MeterReading], correction: bool = False, options: MessageOptions | None = None
    ) -> Reply:
        """Hand readings on (MDMS to Billing): new ones, or corrections of earlier ones. The reply is the
        acknowledgment.
        """
        verb = Verb.CHANGED if correction else Verb.CREATED
        return await self.messenger.call(verb, Noun.METER_READINGS, payload=tuple(readings), options=options)

    async def schedule_reading(self, schedule: MeterReadSchedule, options: MessageOptions | None = None) -> Reply:
        """Have meters read periodically."""
        return await self.messenger.call(Verb.CREATE, Noun.METER_READ_SCHEDULE, payload=(schedule,), options=options)

    async def cancel_reading(self, schedule: MeterReadSchedule, options: MessageOptions | None = None) -> Reply:
        """End a schedule."""
        return await self.messenger.call(Verb.CANCEL, Noun.METER_READ_SCHEDULE, payload=(schedule,), options=options)

    async def set_billing_cycle(self, cycles: Sequence[BillingCycle], options: MessageOptions | None = None) -> Reply:
        """Have billing periods end on other days, from the end of the running ones on."""
        return await self.messenger.call(Verb.CHANGE, Noun.BILLING_CYCLE, payload=tuple(cycles), options=options)

    async def set_limits(
        self, limits: Sequence[ConsumptionLimit], options: MessageOptions | None = None
    ) -> tuple[LimitStatus, ...]:
        """Set limits on consumption; where they stand then."""
        return _limits(
            await self.messenger.call(Verb.CHANGE, Noun.CONSUMPTION_LIMITS, payload=tuple(limits), options=options)
        )

    async def limits(self, meters: Sequence[str], options: MessageOptions | None = None) -> tuple[LimitStatus, ...]:
        """Where the limits of ``meters`` stand."""
        request = GetConsumptionLimits(meters=tuple(meters))
        return _limits(await self.messenger.call(Verb.GET, Noun.CONSUMPTION_LIMITS, request=request, options=options))

    async def pay(self, payments: Sequence[Payment], options: MessageOptions | None = None) -> Reply:
        """Pay in; the reply's payload are the balances (`balances_in`)."""
        return await self.messenger.call(Verb.CREATE, Noun.PREPAYMENTS, payload=tuple(payments), options=options)

    async def balances(
        self, meters: Sequence[str], options: MessageOptions | None = None
    ) -> tuple[PrepaidBalance, ...]:
        """The prepaid accounts of ``meters``."""
        request = GetPrepayments(meters=tuple(meters))
        return balances_in(await self.messenger.call(Verb.GET, Noun.PREPAYMENTS, request=request, options=options))

    async def set_prepayment_actions(
        self, actions: Sequence[PrepaymentAction], options: MessageOptions | None = None
    ) -> tuple[PrepaidBalance, ...]:
        """Say what meters are to do without credit; their accounts then."""
        reply = await self.messenger.call(Verb.CHANGE, Noun.PREPAYMENT_ACTIONS, payload=tuple(actions), options=options)
        return reply.payload(Noun.PREPAYMENT_ACTIONS, tuple[PrepaidBalance, ...])

    async def link(self, linkages: Sequence[MasterDataLinkage], options: MessageOptions | None = None) -> Reply:
        """Tell which meter serves which usage point and account."""
        return await self.messenger.call(
            Verb.CHANGE, Noun.MASTER_DATA_LINKAGE, payload=tuple(linkages), options=options
        )

    # -- orders --------------------------------------------------------------------------------------------------

    async def order(self, controls: Sequence[EndDeviceControl], options: MessageOptions | None = None) -> Orders:
        """Order switch operations; all or none are taken. Accepting an order is not having executed it."""
        return _orders(
            await self.messenger.call(Verb.CREATE, Noun.END_DEVICE_CONTROLS, payload=tuple(controls), options=options)
        )

    async def orders(self, ids: Sequence[str] = (), options: MessageOptions | None = None) -> Orders:
        """Where orders stand; all of one's own when none is named."""
        request = GetEndDeviceControls(orders=tuple(ids))
        return _orders(await self.messenger.call(Verb.GET, Noun.END_DEVICE_CONTROLS, request=request, options=options))

    async def cancel(self, ids: Sequence[str], options: MessageOptions | None = None) -> Orders:
        """Cancel orders that have not been executed."""
        request = CancelEndDeviceControls(orders=tuple(ids))
        return _orders(
            await self.messenger.call(Verb.CANCEL, Noun.END_DEVICE_CONTROLS, request=request, options=options)
        )

    async def approve(self, ids: Sequence[str], options: MessageOptions | None = None) -> Orders:
        """Give held orders their second approval."""
        payload = ControlApproval(orders=tuple(ids))
        return _orders(await self.messenger.call(Verb.EXECUTE, Noun.CONTROL_APPROVAL, payload=payload, options=options))

    async def settle(
        self, settlement: AccountSettlement, change: bool = False, options: MessageOptions | None = None
    ) -> AccountSettlement:
        """Record how a customer's arrears were settled, or with ``change`` what became of that; as it then stands."""
        verb = Verb.CHANGE if change else Verb.CREATE
        reply = await self.messenger.call(verb, Noun.ACCOUNT_SETTLEMENTS, payload=settlement, options=options)
        (kept,) = reply.payload(Noun.ACCOUNT_SETTLEMENTS, tuple[AccountSettlement, ...])
        return kept

    # -- causes of operations that nobody ordered ------------------------------------------------------------------

    async def cause(
        self, asked: GetSwitchOperationCauses, options: MessageOptions | None = None
    ) -> tuple[SwitchOperationCause, ...]:
        """Why a switch moved."""
        reply = await self.messenger.call(Verb.GET, Noun.SWITCH_CAUSES, request=asked, options=options)
        return reply.payload(Noun.SWITCH_CAUSES, tuple[SwitchOperationCause, ...])

    async def inquiries(
        self, meters: Sequence[str] = (), options: MessageOptions | None = None
    ) -> tuple[SwitchInquiry, ...]:
        """What the system has asked about such operations, and learned."""
        request = GetSwitchInquiries(meters=tuple(meters))
        reply = await self.messenger.call(Verb.GET, Noun.SWITCH_INQUIRIES, request=request, options=options)
        return reply.payload(Noun.SWITCH_INQUIRIES, tuple[SwitchInquiry, ...])

    async def plan_work(self, order: WorkOrder, options: MessageOptions | None = None) -> Reply:
        """Record a work order."""
        return await self.messenger.call(Verb.CREATE, Noun.WORK_ORDERS, payload=order, options=options)

    async def sign_on(self, visit: FieldVisit, options: MessageOptions | None = None) -> Reply:
        """Record who showed a credential at a meter."""
        return await self.messenger.call(Verb.CREATE, Noun.FIELD_VISITS, payload=visit, options=options)

    # -- revenue protection ----------------------------------------------------------------------------------------

    async def standings(
        self, meters: Sequence[str] = (), options: MessageOptions | None = None
    ) -> tuple[MeterStanding, ...]:
        """How meters stand that do not stand normally."""
        request = GetEndDeviceStandings(meters=tuple(meters))
        reply = await self.messenger.call(Verb.GET, Noun.STANDINGS, request=request, options=options)
        return reply.payload(Noun.STANDINGS, tuple[MeterStanding, ...])

    async def open_cases(self, cases: Sequence[RevenueCase], options: MessageOptions | None = None) -> Reply:
        """Flag meters whose customers are to be contacted (MDMS to CIS)."""
        return await self.messenger.call(Verb.CREATED, Noun.REVENUE_CASES, payload=tuple(cases), options=options)

    async def judge_cases(self, cases: Sequence[RevenueCase], options: MessageOptions | None = None) -> Reply:
        """Say what came of contacting the customers, as a clerk of the CIS."""
        return await self.messenger.call(Verb.CHANGE, Noun.REVENUE_CASES, payload=tuple(cases), options=options)

    async def answer_cases(self, cases: Sequence[RevenueCase], options: MessageOptions | None = None) -> Reply:
        """Tell the MDMS what came of its cases (CIS to MDMS)."""
        return await self.messenger.call(Verb.CHANGED, Noun.REVENUE_CASES, payload=tuple(cases), options=options)

    async def cases(self, meters: Sequence[str] = (), options: MessageOptions | None = None) -> tuple[RevenueCase, ...]:
        """Cases, oldest first."""
        request = GetRevenueCases(meters=tuple(meters))
        reply = await self.messenger.call(Verb.GET, Noun.REVENUE_CASES, request=request, options=options)
        return reply.payload(Noun.REVENUE_CASES, tuple[RevenueCase, ...])

    # -- outages ---------------------------------------------------------------------------------------------------

    async def outages(self, meters: Sequence[str] = (), options: MessageOptions | None = None) -> tuple[Outage, ...]:
        """The outages of these meters (none: all) that an outage management system knows of, oldest first."""
        request = GetOutages(meters=tuple(meters))
        reply = await self.messenger.call(Verb.GET, Noun.OUTAGES, request=request, options=options)
        return reply.payload(Noun.OUTAGES, tuple[Outage, ...])

    async def restoration(
        self, meters: Sequence[str] = (), options: MessageOptions | None = None, *, order: str = ""
    ) -> RestorationStatus:
        """Which of these meters, or those of a work order, have not reported that their supply is back."""
        request = GetRestorationStatus(meters=tuple(meters), order=order)
        reply = await self.messenger.call(Verb.GET, Noun.RESTORATION_STATUS, request=request, options=options)
        return reply.payload(Noun.RESTORATION_STATUS, RestorationStatus)

    async def plan_outage(self, planned: PlannedOutage, options: MessageOptions | None = None) -> Reply:
        """Record a work order that takes the supply of meters away, as an operator of the OMS."""
        return await self.messenger.call(Verb.CREATE, Noun.PLANNED_OUTAGES, payload=planned, options=options)

    async def close_outage(self, planned: PlannedOutage, options: MessageOptions | None = None) -> Reply:
        """Close such a work order, as its crew; refused (``conflict``) while a meter of it does not answer."""
        return await self.messenger.call(Verb.CHANGE, Noun.PLANNED_OUTAGES, payload=planned, options=options)

    async def planned_outages(
        self, orders: Sequence[str] = (), options: MessageOptions | None = None
    ) -> tuple[PlannedOutage, ...]:
        """Where such work orders stand."""
        request = GetPlannedOutages(orders=tuple(orders))
        reply = await self.messenger.call(Verb.GET, Noun.PLANNED_OUTAGES, request=request, options=options)
        return reply.payload(Noun.PLANNED_OUTAGES, tuple[PlannedOutage, ...])

    async def request_restoration(
        self, requests: Sequence[RestorationRequest], options: MessageOptions | None = None
    ) -> Reply:
        """Ask to be told when meters have their supply back (OMS to headend); the reply is the acknowledgment."""
        return await self.messenger.call(
            Verb.CREATE, Noun.RESTORATION_REQUESTS, payload=tuple(requests), options=options
        )

    async def restoration_requests(
        self, meters: Sequence[str] = (), options: MessageOptions | None = None
    ) -> tuple[RestorationRequest, ...]:
        """Such requests that a headend was given, oldest first."""
        request = GetRestorationRequests(meters=tuple(meters))
        reply = await self.messenger.call(Verb.GET, Noun.RESTORATION_REQUESTS, request=request, options=options)
        return reply.payload(Noun.RESTORATION_REQUESTS, tuple[RestorationRequest, ...])

    # -- events, log, clock ----------------------------------------------------------------------------------------

    async def events(
        self, meters: Sequence[str] = (), start: float | None = None, options: MessageOptions | None = None
    ) -> tuple[EndDeviceEvent, ...]:
        """Events that the system holds, oldest first."""
        request = GetEndDeviceEvents(meters=tuple(meters), start="" if start is None else iso(start))
        reply = await self.messenger.call(Verb.GET, Noun.END_DEVICE_EVENTS, request=request, options=options)
        return reply.payload(Noun.END_DEVICE_EVENTS, tuple[EndDeviceEvent, ...])

    async def tell(self, events: Sequence[EndDeviceEvent], options: MessageOptions | None = None) -> Reply:
        """Tell of events that have happened. The reply is the acknowledgment."""
        return await self.messenger.call(Verb.CREATED, Noun.END_DEVICE_EVENTS, payload=tuple(events), options=options)

    async def audit(self, after: int = 0, limit: int = 500, options: MessageOptions | None = None) -> AuditLog:
        """The audit log, for an auditor."""
        request = GetAuditLog(after=after, limit=limit)
        reply = await self.messenger.call(Verb.GET, Noun.AUDIT_LOG, request=request, options=options)
        return reply.payload(Noun.AUDIT_LOG, AuditLog)

    async def clear_audit(self, options: MessageOptions | None = None) -> Reply:
        """Try to clear the audit log (a right system refuses)."""
        return await self.messenger.call(Verb.DELETE, Noun.AUDIT_LOG, options=options)

    async def service_clock(self, options: MessageOptions | None = None) -> ServiceClock:
        """The system's time and what it thinks of it."""
        reply = await self.messenger.call(Verb.GET, Noun.SERVICE_CLOCK, options=options)
        return reply.payload(Noun.SERVICE_CLOCK, ServiceClock)

    async def set_service_clock(self, when: float, options: MessageOptions | None = None) -> Reply:
        """Set the system's time (station time, s)."""
        return await self.messenger.call(
            Verb.CHANGE, Noun.SERVICE_CLOCK, payload=ServiceClock(time=iso(when)), options=options
        )

    async def health(self) -> Answer:
        """``GET /health``: whether the system is up, and nothing about customers."""
        return await self.client.get("/health")


def balances_in(reply: Reply) -> tuple[PrepaidBalance, ...]:
    """The balances in a reply."""
    return reply.payload(Noun.PREPAYMENTS, tuple[PrepaidBalance, ...])


def _limits(reply: Reply) -> tuple[LimitStatus, ...]:
    return reply.payload(Noun.CONSUMPTION_LIMITS, tuple[LimitStatus, ...])


def _orders(reply: Reply) -> Orders:
    return Orders(reply.payload(Noun.END_DEVICE_CONTROLS, tuple[OrderStatus, ...]), reply.errors, reply)
