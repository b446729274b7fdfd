"""Numbers of IEEE 2030.5-2018 that have a name.

Names and values are those of the annotations in the published schema (``sep.xsd``, 2018), except where marked.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag

NAMESPACE = "urn:ieee:std:2030.5:ns"
MEDIA_TYPE = "application/sep+xml"
DEFAULT_POLL_RATE_S = 900
"""Poll rate where a list states none (schema default of ``pollRate``)."""


class ResponseStatus(IntEnum):
    """What a device answers to an event. 251 to 254 reject it."""

    RECEIVED = 1
    STARTED = 2
    COMPLETED = 3
    OPT_OUT = 4
    OPT_IN = 5
    CANCELLED = 6
    SUPERSEDED = 7
    PARTIAL_OPT_OUT = 8
    PARTIAL_OPT_IN = 9
    NO_PARTICIPATION = 10
    ACKNOWLEDGED = 11
    NOT_DISPLAYED = 12
    ALTERNATE_SERVER = 13
    ALTERNATE_PROGRAM = 14
    NOT_APPLICABLE = 252
    INVALID = 253
    EXPIRED = 254

    @property
    def rejects(self) -> bool:
        """Whether the device does not take part in the event at all."""
        return self >= ResponseStatus.NOT_APPLICABLE


class EventState(IntEnum):
    """``EventStatus.currentStatus``."""

    SCHEDULED = 0
    ACTIVE = 1
    CANCELLED = 2
    CANCELLED_RANDOMIZED = 3
    SUPERSEDED = 4


class ResponseRequired(IntFlag):
    """``responseRequired``: which answers a server wants."""

    RECEIVED = 0x01
    SPECIFIC = 0x02
    CUSTOMER = 0x04


class DeviceCategory(IntFlag):
    """``DeviceCategoryType``, the bits that are used here."""

    PROGRAMMABLE_THERMOSTAT = 1 << 0
    STRIP_HEATERS = 1 << 1
    BASEBOARD_HEATERS = 1 << 2
    WATER_HEATER = 1 << 3
    POOL_PUMP = 1 << 4
    SAUNA = 1 << 5
    HOT_TUB = 1 << 6
    SMART_APPLIANCE = 1 << 7
    IRRIGATION_PUMP = 1 << 8
    MANAGED_COMMERCIAL_LOADS = 1 << 9
    MISCELLANEOUS_LOADS = 1 << 10
    EXTERIOR_LIGHTING = 1 << 11
    INTERIOR_LIGHTING = 1 << 12
    LOAD_CONTROL_SWITCH = 1 << 13
    ENERGY_MANAGEMENT_SYSTEM = 1 << 14
    SMART_ENERGY_MODULE = 1 << 15
    ELECTRIC_VEHICLE = 1 << 16
    EVSE = 1 << 17
    VIRTUAL_OR_MIXED_DER = 1 << 18
    RECIPROCATING_ENGINE = 1 << 19
    FUEL_CELL = 1 << 20
    PHOTOVOLTAIC_SYSTEM = 1 << 21
    COMBINED_HEAT_AND_POWER = 1 << 22
    COMBINED_PV_AND_STORAGE = 1 << 23
    OTHER_GENERATION = 1 << 24
    OTHER_STORAGE = 1 << 25


class FunctionSet(IntEnum):
    """``LogEvent.functionSet``: where an entry comes from."""

    GENERAL = 0
    END_DEVICE = 2
    RESPONSE = 4
    DEMAND_RESPONSE = 5
    METERING = 6
    PRICING = 7
    MESSAGING = 8
    DER = 11
    TIME = 12
    SECURITY = 19


VENDOR_PROFILE = 1
"""``LogEvent.profileID`` of codes that the vendor defines."""


class LogEventCode(IntEnum):
    """Codes of the log entries of this project's devices, under `VENDOR_PROFILE`."""

    CONTROL_STARTED = 1
    CONTROL_ENDED = 2
    CONTROL_CANCELLED = 3
    CONTROL_REJECTED = 4
    SERVER_REFUSED = 5
    MESSAGE_MALFORMED = 6
    CLOCK_ADJUSTED = 7
    PRICE_REFUSED = 8
    CLIENT_REFUSED = 9
    SETTING_REFUSED = 10
    OSCILLATION = 11
    METER_NOTICE = 12
    DEVICE_SILENT = 13


class UnitType(IntEnum):
    """``UnitType`` of a load reduction."""

    KILOWATT_HOURS = 0
    KILOWATTS = 1
    WATTS = 2
    CUBIC_METRES = 3
    CUBIC_FEET = 4
    US_GALLONS = 5
    IMPERIAL_GALLONS = 6
    BTUS = 7
    LITRES = 8
    KILOPASCAL_GAUGE = 9
    KILOPASCAL_ABSOLUTE = 10
    MEGAJOULE = 11
    UNITLESS = 12


class CurveType(IntEnum):
    """``DERCurveType``."""

    FREQ_WATT = 0
    HFRT_MAY_TRIP = 1
    HFRT_MUST_TRIP = 2
    HVRT_MAY_TRIP = 3
    HVRT_MOMENTARY_CESSATION = 4
    HVRT_MUST_TRIP = 5
    LFRT_MAY_TRIP = 6
    LFRT_MUST_TRIP = 7
    LVRT_MAY_TRIP = 8
    LVRT_MOMENTARY_CESSATION = 9
    LVRT_MUST_TRIP = 10
    VOLT_VAR = 11
    VOLT_WATT = 12
    WATT_PF = 13
    WATT_VAR = 14
