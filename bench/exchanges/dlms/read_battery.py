"""3.6.3 on AMI-28: the state of the meter's battery, and the meter's own word that it is low.

The registers and the threshold are the device file's (PIXIT ``battery``):

    [pixit.battery]
    voltage = "0.0.96.6.3.255"
    remaining = "0.0.96.6.6.255"            # how long it is expected to last
    low_v = 2.8
    full_v = 3.61
"""

from __future__ import annotations

from dataclasses import dataclass

from bench.access.dlms import DlmsAccess
from bench.access.dlms_clients import ClientsError
from bench.access.meter import MeterAccess
from bench.exchanges.dlms_kinds import INVOKE, DlmsReading
from bench.exchanges.dlms_notification import DlmsNotification
from bench.exchanges.notice import Notice
from drivers.dlms.apdu import Attribute, GetRequestNormal, encode_apdu
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Enum, Integer, Structure
from drivers.dlms.errors import DecodeError
from drivers.dlms.obis import Obis
from drivers.metering import ClockReading

_REGISTER, _VALUE, _SCALER_UNIT = 3, 2, 3
_BELOW = 0.9


@dataclass(frozen=True)
class BatteryData:
    """What the device file says of the battery; voltages in V."""

    voltage: Obis
    remaining: Obis
    low_v: float
    full_v: float


def battery_data(access: DlmsAccess) -> BatteryData:
    """The device file's declaration. Raises ClientsError where it lacks one."""
    declared = access.pixit("battery", {})
    try:
        names = Obis(str(declared["voltage"])), Obis(str(declared["remaining"]))
        return BatteryData(*names, float(declared["low_v"]), float(declared["full_v"]))
    except KeyError as error:
        raise ClientsError(f"pixit.battery: the device file does not say {error}") from None


def low_voltage(access: MeterAccess) -> float:
    """Below which voltage (V) the battery is low. Raises ClientsError where the device file does not say."""
    try:
        return float(access.pixit("battery", {})["low_v"])
    except KeyError as error:
        raise ClientsError(f"pixit.battery: the device file does not say {error}") from None


async def read_register(client: DlmsClient, name: Obis) -> float:
    """Value times scale of a register (class 3). Raises the meter's refusal, and DecodeError."""
    value = await client.get(Attribute(_REGISTER, name, _VALUE))
    scale = await client.get(Attribute(_REGISTER, name, _SCALER_UNIT))
    if not isinstance(value, Integer) or not isinstance(scale, Structure) or len(scale) != 2:
        raise DecodeError(f"register {name}: {value!r}, {scale!r}")
    exponent, unit = scale
    if not isinstance(exponent, Integer) or not isinstance(unit, Enum):
        raise DecodeError(f"register {name}: scaler and unit {scale!r}")
    return float(int(value) * 10.0 ** int(exponent))


class BatteryStatus(DlmsReading):
    """Voltage (V) and expected life (s) of the battery, and the meter's clock, which says when that was."""

    def request(self) -> bytes:
        """The reading of the voltage as a plain APDU."""
        voltage = battery_data(self.access).voltage
        return encode_apdu(GetRequestNormal(INVOKE, Attribute(_REGISTER, voltage, _VALUE)))

    async def read(self, client: DlmsClient) -> tuple[float, float, ClockReading]:
        """Voltage, life, clock; raises the meter's refusals and DecodeError."""
        declared = battery_data(self.access)
        voltage = await read_register(client, declared.voltage)
        remaining = await read_register(client, declared.remaining)
        return voltage, remaining, await self.access.meter(client).clock()


class BatteryRunsDown(Notice):
    """The battery's voltage falls well below the threshold at once."""

    meaning = "battery_low"

    @property
    def low_v(self) -> float:
        """How far it falls."""
        return _BELOW * battery_data(self.access).low_v

    async def cause(self) -> None:
        """It falls."""
        await self.station.box.do(self.access.seat, "battery", voltage_v=self.low_v)

    async def undo(self) -> None:
        """A fresh battery."""
        await self.station.box.do(self.access.seat, "battery")


class BatteryTold(DlmsNotification):
    """The meter tells that its battery is low; the headend asks for its state."""

    rows = ("3.6.3/AMI-28/HE-Meter",)
    notice_kind = BatteryRunsDown
    returned_kind = BatteryStatus


class BatteryStatusByCrew(BatteryStatus):
    """The state through the optical port."""

    rows = ("3.6.3/AMI-39/Crew-Meter/d1",)
