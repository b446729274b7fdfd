"""The words of the messages: verbs, nouns, reading types, codes.

Nouns and verbs are those of IEC 61968-9 and IEC 61968-100 as far as public descriptions name them; the JSON
rendering is this project's. The dotted reading types follow the 18-part scheme of IEC 61968-9 annex C. Nobody here
held any of it against the text of the standards: all of it is `unverified`.
"""

from __future__ import annotations

from enum import StrEnum


class Verb(StrEnum):
    """What a message does. Requests are answered by ``reply``; ``created`` and ``changed`` announce what has
    happened.
    """

    GET = "get"
    CREATE = "create"
    CHANGE = "change"
    CANCEL = "cancel"
    DELETE = "delete"
    EXECUTE = "execute"
    REPLY = "reply"
    CREATED = "created"
    CHANGED = "changed"


CHANGING_VERBS = frozenset(
    {Verb.CREATE, Verb.CHANGE, Verb.CANCEL, Verb.DELETE, Verb.EXECUTE, Verb.CREATED, Verb.CHANGED}
)
"""Verbs that change something at the receiver; their messages must be signed."""


class Noun(StrEnum):
    """What a message is about. Those from the approval of controls on are extensions of this project."""

    METER_READINGS = "MeterReadings"
    METER_READ_SCHEDULE = "MeterReadSchedule"
    END_DEVICE_CONTROLS = "EndDeviceControls"
    END_DEVICE_EVENTS = "EndDeviceEvents"
    MASTER_DATA_LINKAGE = "MasterDataLinkageConfig"
    END_DEVICE_STATUS = "EndDeviceStatus"
    CONTROL_APPROVAL = "EndDeviceControlApproval"
    AUDIT_LOG = "AuditLog"
    SERVICE_CLOCK = "ServiceClock"
    ACCOUNT_SETTLEMENTS = "AccountSettlements"
    SWITCH_CAUSES = "SwitchOperationCauses"
    SWITCH_INQUIRIES = "SwitchInquiries"
    WORK_ORDERS = "WorkOrders"
    FIELD_VISITS = "FieldVisits"
    BILLING_CYCLE = "BillingCycleConfig"
    STANDINGS = "EndDeviceStandings"
    REVENUE_CASES = "RevenueCases"
    CONSUMPTION_LIMITS = "ConsumptionLimits"
    PREPAYMENTS = "Prepayments"
    PREPAYMENT_ACTIONS = "PrepaymentActions"
    OUTAGES = "Outages"
    RESTORATION_STATUS = "RestorationStatus"
    RESTORATION_REQUESTS = "RestorationRequests"
    PLANNED_OUTAGES = "PlannedOutages"
    FEEDER_VOLTAGES = "FeederVoltages"
    CONNECTIVITY = "UsagePointConnectivity"
    SIGNALS = "DemandResponseSignals"
    DER_READINGS = "DerReadings"
    OUTAGE_NOTICES = "OutageNotices"
    CUSTOMER_AGREEMENTS = "CustomerAgreements"
    PROGRAM_ENROLMENTS = "ProgramEnrolments"
    CONSENTS = "CustomerConsents"


class ReadingType(StrEnum):
    """Quantity of a value; energies in Wh, the rest in SI units without prefix."""

    ENERGY_IMPORT = "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.0.72.0"
    ENERGY_EXPORT = "0.0.0.1.19.1.12.0.0.0.0.0.0.0.0.0.72.0"
    IMPORT_RATE_1 = "0.0.0.1.1.1.12.0.0.0.0.1.0.0.0.0.72.0"
    IMPORT_RATE_2 = "0.0.0.1.1.1.12.0.0.0.0.2.0.0.0.0.72.0"
    EXPORT_RATE_1 = "0.0.0.1.19.1.12.0.0.0.0.1.0.0.0.0.72.0"
    EXPORT_RATE_2 = "0.0.0.1.19.1.12.0.0.0.0.2.0.0.0.0.72.0"
    PREPAID_AMOUNT = "8.0.0.1.1.1.15.0.0.0.0.0.0.0.0.-5.978.0"
    INTERVAL_IMPORT = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.0.72.0"
    INTERVAL_EXPORT = "0.0.2.4.19.1.12.0.0.0.0.0.0.0.0.0.72.0"
    VOLTAGE = "0.0.0.12.0.1.54.0.0.0.0.0.0.0.128.0.29.0"
    CURRENT = "0.0.0.12.0.1.4.0.0.0.0.0.0.0.128.0.5.0"
    ACTIVE_POWER = "0.0.0.12.0.1.37.0.0.0.0.0.0.0.0.0.38.0"
    REACTIVE_POWER = "0.0.0.12.0.1.37.0.0.0.0.0.0.0.0.0.63.0"
    FREQUENCY = "0.0.0.12.0.1.15.0.0.0.0.0.0.0.0.0.33.0"


UNITS = {
    ReadingType.ENERGY_IMPORT: "Wh",
    ReadingType.ENERGY_EXPORT: "Wh",
    ReadingType.IMPORT_RATE_1: "Wh",
    ReadingType.IMPORT_RATE_2: "Wh",
    ReadingType.EXPORT_RATE_1: "Wh",
    ReadingType.EXPORT_RATE_2: "Wh",
    ReadingType.PREPAID_AMOUNT: "1e-5 EUR",
    ReadingType.INTERVAL_IMPORT: "Wh",
    ReadingType.INTERVAL_EXPORT: "Wh",
    ReadingType.VOLTAGE: "V",
    ReadingType.CURRENT: "A",
    ReadingType.ACTIVE_POWER: "W",
    ReadingType.REACTIVE_POWER: "var",
    ReadingType.FREQUENCY: "Hz",
}


class ReadingKind(StrEnum):
    """What a reader asks for."""

    ENERGY = "energy"
    ELECTRICAL = "electrical"
    INTERVALS = "intervals"
    BILLING = "billing"


class Quality(StrEnum):
    """How far a value can be trusted. ``corrected`` replaces an earlier estimate."""

    VALID = "valid"
    ESTIMATED = "estimated"
    MISSING = "missing"
    CORRECTED = "corrected"


class Result(StrEnum):
    """Result of a request as a whole."""

    OK = "OK"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"


class Control(StrEnum):
    """What an order does to the meter's switch."""

    CONNECT = "connect"
    DISCONNECT = "disconnect"


class Reason(StrEnum):
    """Why an order is given. The words are this project's."""

    MOVE_IN = "move-in"
    MOVE_OUT = "move-out"
    NON_PAYMENT = "non-payment"
    REINSTATEMENT = "reinstatement"
    EMERGENCY = "emergency"


class SettlementKind(StrEnum):
    """What ends a customer's arrears."""

    PAYMENT = "payment"
    AGREEMENT = "agreement"


class SettlementState(StrEnum):
    """Where a settlement stands: a payment is announced, then confirmed or rejected; an agreement recorded or not."""

    ANNOUNCED = "announced"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    RECORDED = "recorded"
    WITHDRAWN = "withdrawn"


class Limited(StrEnum):
    """What a limit on consumption is about: the energy used since a reset, the demand in the windows of a rate."""

    ENERGY = "energy"
    DEMAND_RATE_1 = "demand_rate_1"
    DEMAND_RATE_2 = "demand_rate_2"


class WithoutCredit(StrEnum):
    """What a meter does when a prepaid credit is used up, in the order of the meter's own numbers."""

    NONE = "none"
    DISCONNECT = "disconnect"
    LIMIT_DEMAND = "limit_demand"
    PARTIAL_LOAD = "partial_load"


class Reported(StrEnum):
    """Who moved a switch, as far as the meter can tell."""

    LOCAL = "local"
    REMOTE = "remote"
    UNKNOWN = "unknown"


class SwitchMeans(StrEnum):
    """By what means a switch was moved: by hand, by the meter's own supervision, by a command, or by none of them."""

    MANUAL = "manual"
    AUTOMATIC = "automatic"
    COMMAND = "command"
    UNCOMMANDED = "uncommanded"


class SwitchCause(StrEnum):
    """The causes of an operation that nobody ordered (white paper 3.4.6)."""

    AUTHORISED_EMPLOYEE = "authorised_employee"
    UNAUTHORISED_EMPLOYEE = "unauthorised_employee"
    UNKNOWN_PARTY = "unknown_party"
    UNAUTHORISED_COMMAND = "unauthorised_command"
    FAILURE = "failure"
    OTHER = "other"


class OrderState(StrEnum):
    """Where an order stands. ``done`` means that the meter's output state says so, and nothing less."""

    SCHEDULED = "scheduled"
    HELD = "held"
    EXECUTING = "executing"
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


FINAL_STATES = frozenset(
    {OrderState.DONE, OrderState.FAILED, OrderState.REFUSED, OrderState.CANCELLED, OrderState.EXPIRED}
)


class Code(StrEnum):
    """Codes of errors. Their text never says more than the code."""

    # of a request as such
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    INVALID_VALUE = "invalid_value"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    BAD_SIGNATURE = "bad_signature"
    STALE = "stale"
    REPLAYED = "replayed"
    CONFLICT = "conflict"
    UNKNOWN_ORIGINATOR = "unknown_originator"
    BUSY = "busy"
    INTERNAL = "internal"
    # of a meter
    UNKNOWN_METER = "unknown_meter"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    DATA_MISSING = "data_missing"
    INVALID_REGISTRATION = "invalid_registration"
    # of an order
    UNKNOWN_ORDER = "unknown_order"
    UNKNOWN_HOME = "unknown_home"
    BACKFEED = "backfeed"
    NOT_REMOTE = "not_remotely_switchable"
    PROTECTED = "protected_customer"
    FORBIDDEN_HOURS = "forbidden_hours"
    UNKNOWN_GROUP = "unknown_group"
    SUPERSEDED = "superseded"
    NOT_SWITCHED = "not_switched"
    AWAITING_LOCAL = "awaiting_local_reconnect"
    AWAITING_APPROVAL = "awaiting_second_approval"
    EXPIRED = "expired"


class EventKind(StrEnum):
    """Kinds of EndDeviceEvents that office systems tell each other."""

    POSSIBLE_TAMPERING = "possible_tampering"
    MASS_DISCONNECT_ALARM = "mass_disconnect_alarm"
    ORDER_STATUS = "order_status"
    INTERVAL_GAP = "interval_gap"
    TIME_INVALID = "time_invalid"
    METER_EVENT = "meter_event"
    SWITCH_CHANGED = "switch_changed"
    TAMPERING = "tampering"
    INVALID_REGISTRATION = "invalid_registration"
    OUTAGE = "outage"
    OUTAGE_CONTRADICTED = "outage_contradicted"
    MOMENTARY_INTERRUPTION = "momentary_interruption"
    RESTORATION = "restoration"
    LOCATION_DOUBTFUL = "location_doubtful"
    OUTAGE_NOTICE = "outage_notice"
    STREET_LIGHT_FAILURE = "street_light_failure"
    STREET_LIGHT_REPAIRED = "street_light_repaired"
    DER_OFF = "der_off"
    DER_ISLANDED = "der_islanded"
    DER_NOT_SHUT_DOWN = "der_not_shut_down"
    DER_MAINTENANCE = "der_maintenance"
