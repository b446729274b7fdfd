"""4.2 and 5.3: what an appliance behind Bluetooth is told to do."""

from __future__ import annotations

from typing import ClassVar

from bench.exchanges.appliance_command import CYCLE_MIN, DUTY_PERCENT
from bench.exchanges.ble_exchange import CentralCommand
from drivers.gatt.load_control import Act, Command

_EVENT_MIN = 30


class CycleByBluetooth(CentralCommand):
    """AMI-34 and AMI-35: start cycling, and stop."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.1/AMI-34/ESI-Appl", "4.2.1/AMI-35/CEMS-Appl")
    order = Command(Act.CYCLE, 1, CYCLE_MIN, DUTY_PERCENT)


class ScramByBluetooth(CentralCommand):
    """AMI-34 and AMI-35: off, now, until released."""

    rows = ("4.2.2/AMI-34/ESI-Appl", "4.2.2/AMI-35/CEMS-Appl", "4.1.4/AMI-34/ESI-Appl/d1")
    order = Command(Act.OFF)


class ShedForPriceByBluetooth(CentralCommand):
    """AMI-35: shed while the price is high, or at a critical peak; the state comes back."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.2/AMI-35/CEMS-Appl", "5.3.3/AMI-35/CEMS-Appl")
    predicates = frozenset({"commands", "returns"})
    order = Command(Act.SHED, 2, _EVENT_MIN)


class LimitForServiceByBluetooth(ShedForPriceByBluetooth):
    """AMI-35: half of the power, for an ancillary service."""

    rows = ("5.3.4/AMI-35/CEMS-Appl",)
    share = 0.5
    order = Command(Act.LIMIT, 3, 0, 50)
