"""Words of OpenADR 2.0b, as its schema (oadr_20b.xsd) and openleadr's enumerations have them."""

from __future__ import annotations

from enum import IntEnum, StrEnum

NAMESPACES = {
    "oadr": "http://openadr.org/oadr-2.0b/2012/07",
    "ei": "http://docs.oasis-open.org/ns/energyinterop/201110",
    "pyld": "http://docs.oasis-open.org/ns/energyinterop/201110/payloads",
    "emix": "http://docs.oasis-open.org/ns/emix/2011/06",
    "power": "http://docs.oasis-open.org/ns/emix/2011/06/power",
    "scale": "http://docs.oasis-open.org/ns/emix/2011/06/siscale",
    "xcal": "urn:ietf:params:xml:ns:icalendar-2.0",
    "strm": "urn:ietf:params:xml:ns:icalendar-2.0:stream",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "dsp": "http://openadr.org/oadr-2.0b/2012/07/xmldsig-properties",
}
MEDIA_TYPE = "application/xml"
BASE_PATH = "/OpenADR2/Simple/2.0b"
DEFAULT_POLL_S = 10.0
"""Poll interval where the VTN asks for none."""


class ServiceName(StrEnum):
    """The services; each has a path below `BASE_PATH`."""

    EVENT = "EiEvent"
    OPT = "EiOpt"
    REPORT = "EiReport"
    REGISTER = "EiRegisterParty"
    POLL = "OadrPoll"

    @property
    def path(self) -> str:
        """Where the service is found."""
        return f"{BASE_PATH}/{self.value}"


class EventState(StrEnum):
    """``eventStatus``: where an event stands, by the VTN."""

    NONE = "none"
    FAR = "far"
    NEAR = "near"
    ACTIVE = "active"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class OptType(StrEnum):
    """Whether a VEN takes part."""

    IN = "optIn"
    OUT = "optOut"


class SignalName(StrEnum):
    """Signals that this project has a use for."""

    SIMPLE = "SIMPLE"
    ELECTRICITY_PRICE = "ELECTRICITY_PRICE"
    LOAD_DISPATCH = "LOAD_DISPATCH"
    LOAD_CONTROL = "LOAD_CONTROL"


class SignalType(StrEnum):
    """What the values of a signal mean."""

    DELTA = "delta"
    LEVEL = "level"
    PRICE = "price"
    PRICE_RELATIVE = "priceRelative"
    PRICE_MULTIPLIER = "priceMultiplier"
    SETPOINT = "setpoint"
    CAPACITY = "x-loadControlCapacity"
    LEVEL_OFFSET = "x-loadControlLevelOffset"
    PERCENT_OFFSET = "x-loadControlPercentOffset"
    LOAD_SETPOINT = "x-loadControlSetpoint"


class DeviceClass(StrEnum):
    """Classes of end devices at which a signal may be directed (``power:endDeviceAsset``)."""

    LOAD_SWITCH = "Load_Control_Switch"
    GENERATION = "Generation_Systems"
    INVERTER = "Smart_Inverter"
    VEHICLE = "Electric_Vehicle"
    WATER_HEATER = "Water_Heater"
    BASEBOARD_HEATER = "Baseboard_Heater"
    SMART_APPLIANCE = "Smart_Appliance"


class ResponseCode(IntEnum):
    """``responseCode``; 450 to 469 are the application's errors, by openleadr's list."""

    OK = 200
    OUT_OF_SEQUENCE = 450
    NOT_ALLOWED = 451
    INVALID_ID = 452
    NOT_RECOGNIZED = 453
    INVALID_DATA = 454
    COMPLIANCE = 459
    SIGNAL_NOT_SUPPORTED = 460
    REPORT_NOT_SUPPORTED = 461
    TARGET_MISMATCH = 462
    NOT_REGISTERED = 463
    DEPLOYMENT = 469
