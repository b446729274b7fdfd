"""The switch commands of 3.4.1 to 3.4.5 and 4.2.2 on AMI-39."""

from __future__ import annotations

from bench.exchanges.c1218_exchange import C1218SwitchCommand
from drivers.c1219.load_control import LOAD_CONTROL_STATUS
from drivers.c1219.registers import CURRENT


class Disconnect(C1218SwitchCommand):
    """3.4.3 to 3.4.5, 4.2.2: the switch is opened, with a load of 1,000 W flowing before."""

    rows = tuple(f"{process}/AMI-39/Crew-Meter/d1" for process in ("3.4.3", "3.4.4", "3.4.5", "4.2.2"))
    tables = (CURRENT, LOAD_CONTROL_STATUS)
    closes = False


class Connect(C1218SwitchCommand):
    """3.4.1, 3.4.2: the switch is closed, the load side being dead and a load of 1,000 W waiting behind it."""

    rows = tuple(f"{process}/AMI-39/Crew-Meter/d1" for process in ("3.4.1", "3.4.2"))
    tables = (CURRENT, LOAD_CONTROL_STATUS)
    closes = True


class CutWithoutPayment(Disconnect):
    """3.2.1: on non-payment the entire load is cut off."""

    rows = ("3.2.1/AMI-39/Crew-Meter/d2",)
    predicates = frozenset({"returns", "commands", "writes"})
