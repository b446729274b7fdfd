"""Decade 0: configuration, identification, status (NIST; MSDK for tables 2 and 6; TERMINETER for ID_FORM)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

from drivers.c1218.errors import DecodeError
from drivers.c1219.codecs import U8, U16, Bits, Identifier, Layout, Octets, Reader, Text
from drivers.c1219.formats import CharFormat, Formats, IntFormat, NiFormat, TimeFormat

GEN_CONFIG, MFG_ID, NAMEPLATE, MODE_STATUS, PENDING, DEVICE_ID, UTILITY = range(7)
ELECTRIC = 2
FULL_ACCESS, OFFSET_ACCESS, INDEX_ACCESS, ANY_ACCESS = range(4)
"""DATA_ACCESS_METHOD: whole tables only, also by offset, also by index, both."""
_FIXED = 19
DEFAULT_FORMATS = Formats()


@dataclass(frozen=True, slots=True)
class Configuration:
    """Table 0. Sets hold table and procedure numbers; manufacturer's ones count from 0."""

    formats: Formats = DEFAULT_FORMATS
    access: int = ANY_ACCESS
    device_class: bytes = b"\0\0\0\0"
    nameplate_type: int = ELECTRIC
    default_set: int = 0
    max_parameters: int = 0
    max_response: int = 0
    version: int = 2
    revision: int = 0
    mfg_status_bytes: int = 0
    pending: int = 0
    tables: frozenset[int] = frozenset()
    mfg_tables: frozenset[int] = frozenset()
    procedures: frozenset[int] = frozenset()
    mfg_procedures: frozenset[int] = frozenset()
    writable: frozenset[int] = frozenset()
    mfg_writable: frozenset[int] = frozenset()

    def encode(self) -> bytes:
        """The table. Raises EncodeError."""
        form = self.formats
        controls = bytes((
            int(form.big_endian) | form.characters << 1,
            form.time | self.access << 3 | form.bcd_ids << 5 | form.integers << 6,
            form.ni1 | form.ni2 << 4,
        ))  # fmt: skip
        used = (self.tables, self.mfg_tables, self.procedures, self.mfg_procedures)
        sizes = [-(-(max(numbers) + 1) // 8) if numbers else 0 for numbers in used]
        fixed = bytes((
            self.nameplate_type, self.default_set, self.max_parameters, self.max_response, self.version, self.revision,
            *sizes, self.mfg_status_bytes, self.pending,
        ))  # fmt: skip
        sets = (*zip(used, sizes, strict=True), (self.writable, sizes[0]), (self.mfg_writable, sizes[1]))
        return controls + self.device_class + fixed + b"".join(Bits(n).write(numbers, form) for numbers, n in sets)

    @classmethod
    def decode(cls, data: bytes) -> Configuration:
        """The table from its bytes. Raises DecodeError, also for a format that does not exist."""
        if len(data) < _FIXED:
            raise DecodeError("table 0 is shorter than its fixed part", len(data))
        first, second, third = data[:3]
        try:
            formats = Formats(
                bool(first & 1), CharFormat(first >> 1 & 7), TimeFormat(second & 7), IntFormat(second >> 6 & 3),
                bool(second >> 5 & 1), NiFormat(third & 15), NiFormat(third >> 4),
            )  # fmt: skip
        except ValueError as error:
            raise DecodeError(f"table 0: {error}") from None
        rest = Reader(data[_FIXED:], formats)
        sizes = data[13:17]
        sets = [Bits(size).read(rest) for size in (*sizes, sizes[0], sizes[1])]
        fields = (data[7], data[8], data[9], data[10], data[11], data[12], data[17], data[18])
        return cls(formats, second >> 3 & 3, data[3:7], *fields, *sets)


@dataclass(frozen=True, slots=True)
class Manufacturer:
    """Table 1."""

    manufacturer: str
    model: str
    hardware_version: int
    hardware_revision: int
    firmware_version: int
    firmware_revision: int
    serial: str


MANUFACTURER = Layout(
    Manufacturer, manufacturer=Text(4), model=Text(8), hardware_version=U8, hardware_revision=U8, firmware_version=U8,
    firmware_revision=U8, serial=Identifier(16, 8),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Nameplate:
    """Table 2 of an electricity meter (MSDK). ``elements``: frequency, number of elements, base type, accuracy class;
    ``volts``: of the elements and of the supply; both as the bit fields are written."""

    kh: str
    kt: str
    input_scalar: int
    configuration: str
    elements: int
    volts: int
    class_amps: str
    test_amps: str


NAMEPLATE_LAYOUT = Layout(
    Nameplate, kh=Text(6), kt=Text(6), input_scalar=U8, configuration=Text(5), elements=U16, volts=U8,
    class_amps=Text(6), test_amps=Text(6),
)  # fmt: skip


class Mode(IntFlag):
    """ED_MODE of table 3."""

    METERING = 1
    TEST = 2
    METER_SHOP = 4
    FACTORY = 8


class Status(IntFlag):
    """ED_STD_STATUS1 of table 3."""

    UNPROGRAMMED = 1 << 0
    CONFIGURATION_ERROR = 1 << 1
    SELF_CHECK_ERROR = 1 << 2
    RAM_FAILURE = 1 << 3
    ROM_FAILURE = 1 << 4
    MEMORY_FAILURE = 1 << 5
    CLOCK_ERROR = 1 << 6
    MEASUREMENT_ERROR = 1 << 7
    LOW_BATTERY = 1 << 8
    LOW_LOSS_POTENTIAL = 1 << 9
    DEMAND_OVERLOAD = 1 << 10
    POWER_FAILURE = 1 << 11
    TAMPER = 1 << 12
    REVERSE_ROTATION = 1 << 13


@dataclass(frozen=True, slots=True)
class ModeStatus:
    """Table 3."""

    mode: int
    status: int
    status2: int = 0
    manufacturer: bytes = b""


def mode_status(mfg_status_bytes: int) -> Layout[ModeStatus]:
    """The layout of table 3, which table 0 gives the length of."""
    return Layout(ModeStatus, mode=U8, status=U16, status2=U8, manufacturer=Octets(mfg_status_bytes))


@dataclass(frozen=True, slots=True)
class DeviceId:
    """Table 5."""

    identification: str


DEVICE_ID_LAYOUT = Layout(DeviceId, identification=Identifier(20, 10))


@dataclass(frozen=True, slots=True)
class Utility:
    """Table 6 (MSDK). Coordinates are ten bytes each, in a notation that the owner chooses."""

    owner: str = ""
    division: str = ""
    service_point: str = ""
    electrical_address: str = ""
    device: str = ""
    serial: str = ""
    customer: str = ""
    coordinate1: bytes = bytes(10)
    coordinate2: bytes = bytes(10)
    coordinate3: bytes = bytes(10)
    tariff: str = ""
    vendor1: str = ""
    version1: int = 0
    revision1: int = 0
    vendor2: str = ""
    version2: int = 0
    revision2: int = 0
    programmer: str = ""
    miscellaneous: str = ""


UTILITY_LAYOUT = Layout(
    Utility, owner=Text(20), division=Text(20), service_point=Text(20), electrical_address=Text(20),
    device=Identifier(20, 10), serial=Identifier(20, 10), customer=Text(20), coordinate1=Octets(10),
    coordinate2=Octets(10), coordinate3=Octets(10), tariff=Text(8), vendor1=Text(4), version1=U8, revision1=U8,
    vendor2=Text(4), version2=U8, revision2=U8, programmer=Text(10), miscellaneous=Text(30),
)  # fmt: skip
