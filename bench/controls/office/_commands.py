"""What changes something at an office system: each command as a message of its own, from whoever may or may not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.access.office_rights import Act
from bench.exchanges.meters import asked_meter
from drivers.cim.causes import FieldVisit, WorkOrder
from drivers.cim.consumption import ConsumptionLimit
from drivers.cim.office import CimOffice
from drivers.cim.payloads import (
    AccountSettlement,
    CancelEndDeviceControls,
    ControlApproval,
    EndDeviceControl,
    EndDeviceEvent,
    MasterDataLinkage,
    MeterReading,
    MeterReadSchedule,
    OrderStatus,
    Reading,
    ServiceClock,
)
from drivers.cim.prepayment import Payment, PrepaymentAction
from drivers.cim.times import iso
from drivers.cim.vocabulary import (
    UNITS,
    Control,
    EventKind,
    Limited,
    Noun,
    OrderState,
    ReadingType,
    SettlementKind,
    SettlementState,
    Verb,
    WithoutCredit,
)

if TYPE_CHECKING:
    from bench.lab.station import Station
    from drivers.cim.messenger import MessageOptions, Reply

ORDERS = tuple(Act(Verb.CREATE, Noun.END_DEVICE_CONTROLS, control) for control in Control)
CANCEL = Act(Verb.CANCEL, Noun.END_DEVICE_CONTROLS)
APPROVE = Act(Verb.EXECUTE, Noun.CONTROL_APPROVAL)
SCHEDULE = Act(Verb.CREATE, Noun.METER_READ_SCHEDULE)
UNSCHEDULE = Act(Verb.CANCEL, Noun.METER_READ_SCHEDULE)
LINK = Act(Verb.CHANGE, Noun.MASTER_DATA_LINKAGE)
SET_CLOCK = Act(Verb.CHANGE, Noun.SERVICE_CLOCK)
COMMANDS = (
    *ORDERS,
    CANCEL,
    APPROVE,
    SCHEDULE,
    UNSCHEDULE,
    LINK,
    SET_CLOCK,
    Act(Verb.CREATE, Noun.ACCOUNT_SETTLEMENTS),
    Act(Verb.CHANGE, Noun.ACCOUNT_SETTLEMENTS),
    Act(Verb.CREATE, Noun.WORK_ORDERS),
    Act(Verb.CREATE, Noun.FIELD_VISITS),
    Act(Verb.CHANGE, Noun.CONSUMPTION_LIMITS),
    Act(Verb.CREATE, Noun.PREPAYMENTS),
    Act(Verb.CHANGE, Noun.PREPAYMENT_ACTIONS),
    Act(Verb.CREATED, Noun.METER_READINGS),
    Act(Verb.CHANGED, Noun.METER_READINGS),
    Act(Verb.CREATED, Noun.END_DEVICE_EVENTS),
    Act(Verb.CHANGED, Noun.END_DEVICE_CONTROLS),
)
"""Every command that the interface knows, whoever may give it; emptying the log, which nobody may, is no command."""

NOBODYS_METER = "nobody-has-this-meter"
NOBODYS_ORDER = "nobody-gave-this-order"
_LATER_S = 86_400.0
_PERIOD_S = 900
_LIMIT_WH, _AMOUNT = 40_000, 1_000_000


class Contents:
    """What the commands are about.

    ``meter`` and ``order`` are real ones where a command would matter, others where it must not change anything.
    ``start``: when an order is to be executed (UTC, s), None for at once.
    """

    def __init__(self, station: Station, *, meter: str = "", order: str = NOBODYS_ORDER, start: float | None = None):
        self._now = station.clock.now()
        self._meter = meter or asked_meter(station)
        self._order = order
        self._start = start

    def of(self, act: Act) -> tuple[str, Any]:
        """``request`` or ``payload``, and the struct that goes under it."""
        match act.verb, act.noun:
            case Verb.CREATE, Noun.END_DEVICE_CONTROLS:
                start = "" if self._start is None else iso(self._start)
                return "payload", (EndDeviceControl(control=Control(act.what), meter=self._meter, start=start),)
            case Verb.CANCEL, Noun.END_DEVICE_CONTROLS:
                return "request", CancelEndDeviceControls(orders=(self._order,))
            case _, Noun.CONTROL_APPROVAL:
                return "payload", ControlApproval(orders=(self._order,))
            case _, Noun.METER_READ_SCHEDULE:
                return "payload", (self._schedule(),)
            case _, Noun.MASTER_DATA_LINKAGE:
                linkage = MasterDataLinkage(meter=self._meter, usage_point="UP-bench", account="bench")
                return "payload", (linkage,)
            case _, Noun.SERVICE_CLOCK:
                return "payload", ServiceClock(time=iso(self._now))
            case _, Noun.ACCOUNT_SETTLEMENTS:
                return "payload", self._settlement()
            case _, Noun.WORK_ORDERS:
                return "payload", self._work_order()
            case _, Noun.FIELD_VISITS:
                return "payload", self._visit()
            case _, Noun.CONSUMPTION_LIMITS:
                limit = ConsumptionLimit(meter=self._meter, limited=Limited.ENERGY, warning=_LIMIT_WH, limit=_LIMIT_WH)
                return "payload", (limit,)
            case _, Noun.PREPAYMENTS:
                payment = Payment(payment=f"bench-{self._now:.0f}", meter=self._meter, amount=_AMOUNT)
                return "payload", (payment,)
            case _, Noun.PREPAYMENT_ACTIONS:
                return "payload", (PrepaymentAction(meter=self._meter, action=WithoutCredit.PARTIAL_LOAD),)
            case _, Noun.METER_READINGS:
                return "payload", (self._reading(),)
            case _, Noun.END_DEVICE_EVENTS:
                return "payload", (self._event(),)
        return "payload", (self._news(),)

    def _schedule(self) -> MeterReadSchedule:
        start = iso(self._now + _LATER_S)
        return MeterReadSchedule(schedule="bench", meters=(self._meter,), period=_PERIOD_S, start=start)

    def _settlement(self) -> AccountSettlement:
        kind, state = SettlementKind.PAYMENT, SettlementState.ANNOUNCED
        return AccountSettlement(settlement=f"bench-{self._now:.0f}", meter=self._meter, kind=kind, state=state)

    def _work_order(self) -> WorkOrder:
        start, end = iso(self._now + _LATER_S), iso(self._now + 2 * _LATER_S)
        return WorkOrder(
            work_order="bench", meter=self._meter, employee="bench", operations=tuple(Control), start=start, end=end
        )

    def _visit(self) -> FieldVisit:
        start, end = iso(self._now + _LATER_S), iso(self._now + 2 * _LATER_S)
        return FieldVisit(visit="bench", meter=self._meter, credential="bench", start=start, end=end)

    def _reading(self) -> MeterReading:
        kind = ReadingType.ENERGY_IMPORT
        value = Reading(reading_type=kind, value=0, unit=UNITS[kind], time_stamp=iso(self._now))
        return MeterReading(meter=self._meter, readings=(value,))

    def _event(self) -> EndDeviceEvent:
        kind, at = EventKind.METER_EVENT, iso(self._now)
        return EndDeviceEvent(event=f"bench-{self._now:.0f}", kind=kind, meter=self._meter, time_stamp=at)

    def _news(self) -> OrderStatus:
        failed, at = OrderState.FAILED, iso(self._now)
        return OrderStatus(
            order=self._order, meter=self._meter, control=Control.DISCONNECT, state=failed, time_stamp=at
        )


async def command(office: CimOffice, act: Act, contents: Contents, options: MessageOptions | None = None) -> Reply:
    """Give the command of ``act``; raises the system's refusal."""
    part, value = contents.of(act)
    return await office.messenger.call(act.verb, act.noun, **{part: value}, options=options)
