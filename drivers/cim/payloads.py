"""What the messages carry. Times are ISO 8601 UTC, energies integer Wh, other quantities SI units without prefix.

Field names are lower camel case in JSON (``timeStamp``). Shapes are flatter than the profiles of IEC 61968-9
(`unverified`).
"""

from __future__ import annotations

import msgspec

from drivers.cim.vocabulary import (
    Code,
    Control,
    EventKind,
    OrderState,
    Quality,
    ReadingKind,
    ReadingType,
    Reported,
    SettlementKind,
    SettlementState,
    SwitchMeans,
)


class Part(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Base of all parts: immutable, keyword only, no field that nobody knows."""


# -- readings ------------------------------------------------------------------------------------------------------


class GetMeterReadings(Part, frozen=True):
    """Which meters, what, and for intervals and ends of billing periods from when: after ``start`` up to ``end``."""

    meters: tuple[str, ...]
    kinds: tuple[ReadingKind, ...] = (ReadingKind.ENERGY,)
    start: str = ""
    end: str = ""


class Reading(Part, frozen=True):
    """One value; ``time_stamp`` is when the meter captured it."""

    reading_type: ReadingType
    value: int | float
    unit: str
    time_stamp: str
    quality: Quality = Quality.VALID


class IntervalReading(Part, frozen=True):
    """Energy of one interval, stamped with the interval's end.

    ``register`` is the total register at that end, ``status`` the meter's own status word. ``value`` None: the
    energy of this one interval is not known (the meter missed the interval before it).
    """

    time_stamp: str
    value: int | float | None
    register: int | float | None = None
    quality: Quality = Quality.VALID
    status: int = 0


class IntervalBlock(Part, frozen=True):
    """Intervals of one quantity in order of time; ``interval_length`` in s."""

    reading_type: ReadingType
    unit: str
    interval_length: int
    readings: tuple[IntervalReading, ...]


class MeterReading(Part, frozen=True):
    """All values of one meter in a message. ``device`` is the name that the meter gave itself.

    ``purpose`` says what a reading was taken for (``final``: the last one of a supply; ``billing``: the registers at
    the ends of billing periods, stamped with these ends).
    """

    meter: str
    device: str = ""
    readings: tuple[Reading, ...] = ()
    interval_blocks: tuple[IntervalBlock, ...] = ()
    purpose: str = ""


class MeterReadSchedule(Part, frozen=True):
    """Read ``meters`` every ``period`` s from ``start`` on (the next multiple of the period where empty) up to
    ``end``.
    """

    schedule: str
    meters: tuple[str, ...]
    period: int
    start: str = ""
    end: str = ""


class BillingCycle(Part, frozen=True):
    """The billing periods of ``meter`` end on ``day`` of each month (1 to 31), in a shorter month on its last day."""

    meter: str
    day: int


class MasterDataLinkage(Part, frozen=True):
    """Which meter serves which usage point and account from when on.

    ``notify``: the headend has the meter tell it of its events unasked. ``sheds``: the customer has agreed, or no
    longer agrees, to be disconnected in an emergency; ``position``: where the meter stands (latitude and longitude in
    degrees). None leaves either as it is.
    """

    meter: str
    usage_point: str
    account: str
    start: str = ""
    notify: bool = False
    sheds: bool | None = None
    position: tuple[float, float] | None = None


class MeterSecurityStatus(Part, frozen=True):
    """What a meter says of attempts at it. ``alarms`` and ``errors``: its registers of 32 bits; ``counters``: how often
    each of its sensors saw something; ``watched``: the flag that it keeps.
    """

    alarms: int
    errors: int = 0
    counters: tuple[tuple[str, int], ...] = ()
    watched: bool = False


class GetEndDeviceStatus(Part, frozen=True):
    """Whether these meters answer (a ping carries no metering data). ``security``: what they say of attempts too;
    ``restored_since``: when their supply last came back, if that was after this time.
    """

    meters: tuple[str, ...]
    security: bool = False
    restored_since: str = ""


class LampStatus(Part, frozen=True):
    """A street light as its controller showed it when it was read again: whether it counts as failed, whether it is
    commanded on, its current (A).
    """

    failed: bool
    commanded: bool
    current: float


class EndDeviceStatus(Part, frozen=True):
    """The answer of one meter to a ping; ``code`` says why it did not answer, ``security`` what it says of attempts,
    ``restored`` when its supply last came back (empty: not asked, or not since then). ``lamp``: of a street light,
    whose name is its controller's and its number (``SL-0001/3``).
    """

    meter: str
    reachable: bool
    time_stamp: str
    code: Code | None = None
    security: MeterSecurityStatus | None = None
    restored: str = ""
    lamp: LampStatus | None = None


# -- orders --------------------------------------------------------------------------------------------------------


class EndDeviceControl(Part, frozen=True):
    """An order for a meter's switch.

    ``start``: execute then (at once where empty); ``expiry``: not after. ``voltage_limit``: highest load-side
    voltage (V) onto which to connect. ``reason``: one of `drivers.cim.vocabulary.Reason`, or empty.
    ``final_reading``: register (Wh) at the end of the former supply, if the sender knows it. ``group``, in the place of
    ``meter``: all customers of that feeder who have agreed to be shed, by the receiver's list; ``spread``: so many s
    from one of them to the next.
    """

    control: Control
    meter: str = ""
    start: str = ""
    expiry: str = ""
    reason: str = ""
    priority: str = "normal"
    voltage_limit: float | None = None
    final_reading: int | None = None
    group: str = ""
    spread: float = 0.0


class GetEndDeviceControls(Part, frozen=True):
    """Orders by id; none means all of the asker's."""

    orders: tuple[str, ...] = ()


class CancelEndDeviceControls(Part, frozen=True):
    """Orders that must not be executed any more."""

    orders: tuple[str, ...]


class ControlApproval(Part, frozen=True):
    """The second approval of held orders."""

    orders: tuple[str, ...]


class OrderStatus(Part, frozen=True):
    """Where an order stands, since when and why; ``output_state`` is what the meter says of its switch."""

    order: str
    meter: str
    control: Control
    state: OrderState
    time_stamp: str
    code: Code | None = None
    output_state: bool | None = None
    control_state: int | None = None
    readings: tuple[Reading, ...] = ()
    second_readings: tuple[Reading, ...] = ()
    load_voltage: float | None = None
    correlation: str = ""
    originator: str = ""
    possible_tampering: bool = False
    history: tuple[tuple[str, str], ...] = ()


# -- settlements ---------------------------------------------------------------------------------------------------


class AccountSettlement(Part, frozen=True):
    """A payment or an agreement that ends the arrears of the customer at ``meter``.

    ``start``: reconnect then (at once where empty). ``order``: the connect order that it brought about, as the system
    answers it.
    """

    settlement: str
    meter: str
    kind: SettlementKind
    state: SettlementState
    start: str = ""
    order: str = ""


# -- events, log, clock --------------------------------------------------------------------------------------------


class GetEndDeviceEvents(Part, frozen=True):
    """Events of these meters (none: all) from ``start`` on."""

    meters: tuple[str, ...] = ()
    start: str = ""


class SwitchOperation(Part, frozen=True):
    """A switch has moved: where it is now, who and what moved it as the meter tells, and its register then (Wh)."""

    closed: bool
    reported: Reported
    means: SwitchMeans
    register: int | float | None = None


class TamperReport(Part, frozen=True):
    """What a meter told of tampering: its code for the event, registers, and status."""

    code: int
    status: MeterSecurityStatus
    readings: tuple[Reading, ...] = ()


class Interruption(Part, frozen=True):
    """A supply was interrupted from ``began`` on, up to ``ended`` (empty: it still is), for ``duration`` s if known."""

    began: str
    ended: str = ""
    duration: float | None = None


class EndDeviceEvent(Part, frozen=True):
    """Something that happened; ``event`` is its id, the same at every system that hears of it.

    ``switch``: what the event ``switch_changed`` is about; ``tamper``: what ``tampering`` is about; ``interruption``:
    what an outage, a momentary interruption and a restoration are about.
    """

    event: str
    kind: EventKind
    meter: str
    time_stamp: str
    detail: str = ""
    correlation: str = ""
    switch: SwitchOperation | None = None
    tamper: TamperReport | None = None
    interruption: Interruption | None = None


class GetAuditLog(Part, frozen=True):
    """Entries after number ``after``, at most ``limit``."""

    after: int = 0
    limit: int = 500


class AuditEntry(Part, frozen=True):
    """Who did what when, with what result, and through which systems it came."""

    number: int
    time_stamp: str
    who: str
    role: str
    action: str
    target: str
    result: str
    message: str = ""
    correlation: str = ""
    originator: str = ""
    hops: tuple[str, ...] = ()


class AuditLog(Part, frozen=True):
    """Entries in order, the number of the newest one ever written, and how many of each class are kept."""

    entries: tuple[AuditEntry, ...]
    last: int
    capacity: int


class ServiceClock(Part, frozen=True):
    """Time of a service: to be set to ``time``, or as read with its offset (s) and quality (``valid``,
    ``invalid``).
    """

    time: str
    offset: float = 0.0
    quality: str = "valid"
