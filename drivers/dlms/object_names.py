"""Which object of a meter is what. Defaults are those of the standard's list; a device's PIXIT replaces single ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from drivers.dlms.obis import Obis

REGISTER, EXTENDED_REGISTER, DEMAND_REGISTER = 3, 4, 5
_REGISTER_CLASSES = (REGISTER, EXTENDED_REGISTER, DEMAND_REGISTER)

CLOCK = Obis("0.0.1.0.0.255")
DEVICE_NAME = Obis("0.0.42.0.0.255")
SERIAL_NUMBER = Obis("0.0.96.1.0.255")
FIRMWARE = Obis("1.0.0.2.0.255")
LOAD_PROFILE = Obis("1.0.99.1.0.255")
VOLTAGE_PROFILE = Obis("1.0.99.14.0.255")
DAILY_PROFILE = Obis("1.0.99.2.0.255")
BILLING_PROFILE = Obis("0.0.98.1.0.255")
DISCONNECT_CONTROL = Obis("0.0.96.3.10.255")
BILLING_SCHEDULE = Obis("0.0.15.0.0.255")
SWITCH_SCHEDULE = Obis("0.0.15.0.1.255")
LIMITER = Obis("0.0.17.0.0.255")
ACTIVITY_CALENDAR = Obis("0.0.13.0.0.255")
SPECIAL_DAYS = Obis("0.0.11.0.0.255")
ACTIVE_TARIFF = Obis("0.0.96.14.0.255")
IMAGE_TRANSFER = Obis("0.0.44.0.0.255")
CONSUMER_MESSAGE = Obis("0.0.96.13.0.255")
PUSH_SETUP = Obis("0.1.25.9.0.255")
ALARM_REGISTER = Obis("0.0.97.98.0.255")
ALARM_FILTER = Obis("0.0.97.98.10.255")
CREDIT = Obis("0.0.19.10.0.255")
WATCH_FLAG = Obis("0.0.128.20.0.255")
SWITCH_CAUSE = Obis("0.0.128.3.11.255")
"""The flag *to be watched* of a suspicious meter has no standard name: a device's PIXIT names its own."""


@dataclass(frozen=True, slots=True)
class RegisterName:
    """A register: logical name and class (3 register, 4 extended register, 5 demand register)."""

    instance: Obis
    class_id: int = REGISTER

    @classmethod
    def parse(cls, text: str) -> RegisterName:
        """``1.0.1.8.0.255`` or, with a class, ``4/1.0.1.6.0.255``. Raises ValueError."""
        class_text, _, name = text.rpartition("/")
        class_id = int(class_text) if class_text else REGISTER
        if class_id not in _REGISTER_CLASSES:
            raise ValueError(f"class {class_id} is no register")
        return cls(Obis(name), class_id)


def _registers() -> dict[str, RegisterName]:
    names = {
        "energy_net": "1.0.16.8.0.255",
        "power_import": "1.0.1.7.0.255",
        "power_export": "1.0.2.7.0.255",
        "reactive_power_import": "1.0.3.7.0.255",
        "reactive_power_export": "1.0.4.7.0.255",
        "frequency": "1.0.14.7.0.255",
    }
    for name, group in (("energy_import", 1), ("energy_export", 2), ("reactive_import", 3), ("reactive_export", 4)):
        names[name] = f"1.0.{group}.8.0.255"
        for rate in range(1, 5):
            names[f"{name}_rate_{rate}"] = f"1.0.{group}.8.{rate}.255"
    for phase in range(3):
        names[f"current_l{phase + 1}"] = f"1.0.{31 + 20 * phase}.7.0.255"
        names[f"voltage_l{phase + 1}"] = f"1.0.{32 + 20 * phase}.7.0.255"
        names[f"power_import_l{phase + 1}"] = f"1.0.{21 + 20 * phase}.7.0.255"
        names[f"power_export_l{phase + 1}"] = f"1.0.{22 + 20 * phase}.7.0.255"
        names[f"voltage_lag_l{phase + 1}"] = f"1.0.81.7.{10 * phase}.255"
        names[f"current_lag_l{phase + 1}"] = f"1.0.81.7.{10 * (4 + phase) + phase}.255"
    return {name: RegisterName(Obis(obis)) for name, obis in names.items()}


INSTANTANEOUS = (
    "voltage_l1", "voltage_l2", "voltage_l3", "current_l1", "current_l2", "current_l3", "power_import", "power_export",
    "reactive_power_import", "reactive_power_export", "frequency",
)  # fmt: skip
"""Registers of the moment, by name."""


@dataclass(frozen=True, kw_only=True)
class ObjectNames:
    """Logical names of the objects that a meter is asked for. ``logs``: event logs (class 7) by name.

    Event logs are companion-specific (the defaults are those of the Dutch DSMR and SMR); so is the load profile.
    """

    clock: Obis = CLOCK
    device_name: Obis = DEVICE_NAME
    serial_number: Obis = SERIAL_NUMBER
    firmware: Obis = FIRMWARE
    load_profile: Obis = LOAD_PROFILE
    voltage_profile: Obis = VOLTAGE_PROFILE
    daily_profile: Obis = DAILY_PROFILE
    billing_profile: Obis = BILLING_PROFILE
    disconnect_control: Obis = DISCONNECT_CONTROL
    billing_schedule: Obis = BILLING_SCHEDULE
    switch_schedule: Obis = SWITCH_SCHEDULE
    limiter: Obis = LIMITER
    activity_calendar: Obis = ACTIVITY_CALENDAR
    special_days: Obis = SPECIAL_DAYS
    active_tariff: Obis = ACTIVE_TARIFF
    image_transfer: Obis = IMAGE_TRANSFER
    consumer_message: Obis = CONSUMER_MESSAGE
    push_setup: Obis = PUSH_SETUP
    alarm_register: Obis = ALARM_REGISTER
    alarm_filter: Obis = ALARM_FILTER
    credit: Obis = CREDIT
    watch_flag: Obis = WATCH_FLAG
    switch_cause: Obis = SWITCH_CAUSE
    logs: Mapping[str, Obis] = field(
        default_factory=lambda: {
            "standard": Obis("0.0.99.98.0.255"),
            "fraud": Obis("0.0.99.98.1.255"),
            "switch": Obis("0.0.99.98.2.255"),
            "communication": Obis("0.0.99.98.4.255"),
        }
    )
    registers: Mapping[str, RegisterName] = field(default_factory=_registers)

    def overridden(self, pixit: Mapping[str, object]) -> ObjectNames:
        """These names with those of a PIXIT table: fields as OBIS texts, ``logs`` and ``registers`` as tables of them.

        A register's text may name its class (``4/1.0.1.6.0.255``). Raises ValueError for an unknown key or bad name.
        """
        changes: dict[str, object] = {}
        for key, value in pixit.items():
            if key == "logs":
                changes[key] = {**self.logs, **{name: Obis(text) for name, text in _table(key, value).items()}}
            elif key == "registers":
                parsed = {name: RegisterName.parse(text) for name, text in _table(key, value).items()}
                changes[key] = {**self.registers, **parsed}
            elif key in self.__dataclass_fields__:
                changes[key] = Obis(str(value))
            else:
                raise ValueError(f"{key!r} is not an object that a meter is asked for")
        return replace(self, **changes)  # type: ignore[arg-type]

    def register(self, name: str) -> RegisterName:
        """The register with this name, or with this OBIS code. Raises ValueError."""
        return self.registers[name] if name in self.registers else RegisterName.parse(name)

    def name_of(self, instance: Obis) -> str:
        """The name of a register, its OBIS code where it has none here."""
        return next((name for name, known in self.registers.items() if known.instance == instance), str(instance))


def _table(key: str, value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{key!r} is not a table of OBIS codes")
    return value
