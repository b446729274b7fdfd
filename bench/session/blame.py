"""Whose fault an exception is: the device's, the lab's or the bench's.

Silence, reset, garbage and refusals that the protocol does not foresee are observations of the device, once the bench
has seen that its own side is in order. That a person was not there, that a port could not be opened, that an instrument
failed or that the device file says too little says nothing about the device. All else is the bench's own error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.access.dlms_clients import ClientsError
from bench.access.sep2 import NoAddressError
from bench.judgement.check import Check
from bench.lab.operator import OperatorAbsentError, OperatorRefusedError
from bench.lab.secrets import SecretError
from bench.lab.station import WaitTooLongError
from bench.lab.wear import TriesSparedError
from bench.session.hints import hint
from bench.session.own_side import own_side_fault
from bench.session.recorder import Recorder
from drivers.c1218.errors import C1218Error
from drivers.charging import ChargerError
from drivers.cim.errors import OfficeError
from drivers.der import DerError
from drivers.dlms.errors import DlmsError
from drivers.gatt.errors import GattError
from drivers.modbus.errors import ModbusError
from drivers.ocpp.errors import OcppError
from drivers.scpi.errors import InstrumentError
from drivers.sunspec.errors import DeviceError as SunSpecDeviceError
from drivers.transport.base import CannotOpenError, TransportError

if TYPE_CHECKING:
    from bench.lab.station import Station

LAB_FAILURES = (
    CannotOpenError,
    ClientsError,
    InstrumentError,
    NoAddressError,
    OperatorAbsentError,
    OperatorRefusedError,
    SecretError,
    TriesSparedError,
    WaitTooLongError,
)
DEVICE_FAILURES = (
    TransportError,
    DlmsError,
    C1218Error,
    ModbusError,
    SunSpecDeviceError,
    DerError,
    OfficeError,
    GattError,
    OcppError,
    ChargerError,
)

KEPT_UP = "the device took part as the protocol asks"


async def record_failure(station: Station, seat: str, recorder: Recorder, error: BaseException) -> bool:
    """Record ``error`` if it is the device's or the lab's, as the series `KEPT_UP`; False when it is the bench's
    own. Raises HostGoneError when it was the emulation that died."""
    if isinstance(error, LAB_FAILURES):
        recorder.could_not_look(KEPT_UP, f"{type(error).__name__}: {error}{hint(error, seat)}")
        return True
    if not isinstance(error, DEVICE_FAILURES):
        return False
    words = f"{type(error).__name__}: {error}{hint(error, seat)}"
    excuse = await own_side_fault(station, seat) if seat and isinstance(error, TransportError) else ""
    if excuse:
        recorder.could_not_look(KEPT_UP, f"{words}; {excuse}")
    else:
        recorder.observe(KEPT_UP, False, what=words)
    return True


def judge_failure(recorder: Recorder) -> None:
    """Add the finding on `KEPT_UP`, once its observation is there."""
    recorder.check(Check(KEPT_UP, "always", KEPT_UP))
