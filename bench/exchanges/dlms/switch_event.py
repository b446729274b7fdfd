"""3.4.6 on AMI-28: the meter tells that its switch has moved, with its new state, a reading and who moved it."""

from __future__ import annotations

from bench.access.dlms import DlmsAccess
from bench.exchanges.dlms_notification import AskBack, DlmsNotification
from bench.exchanges.notice import Notice
from drivers.dlms.selection import CaptureObject

_DATA, _VALUE = 1, 2
_DISCONNECT_CONTROL, _OUTPUT_STATE, _CONTROL_STATE = 70, 2, 3


def switch_objects(access: DlmsAccess) -> tuple[CaptureObject, ...]:
    """What is pushed of an operation besides the event: output and control state, who moved it, import register."""
    names = access.names
    register = names.register("energy_import")
    return (
        CaptureObject(_DISCONNECT_CONTROL, names.disconnect_control, _OUTPUT_STATE),
        CaptureObject(_DISCONNECT_CONTROL, names.disconnect_control, _CONTROL_STATE),
        CaptureObject(_DATA, names.switch_cause, _VALUE),
        CaptureObject(register.class_id, register.instance, _VALUE),
    )


class SwitchMoved(Notice):
    """The switch opens without a command, as when its relay fails."""

    meaning = "switch_moved_uncommanded"

    def __init__(self, access: DlmsAccess) -> None:
        super().__init__(access)
        self.also = switch_objects(access)

    async def cause(self) -> None:
        """The contacts open."""
        await self.station.box.do(self.access.seat, "contacts", closed=False)

    async def undo(self) -> None:
        """They close again."""
        await self.station.box.do(self.access.seat, "contacts", closed=True)


class SwitchEvent(DlmsNotification):
    """The unsolicited operation; the headend asks for reading and switch status."""

    rows = ("3.4.6/AMI-28/Meter-HE",)
    notice_kind = SwitchMoved


class SwitchStatusByCrew(AskBack):
    """Reading and switch status through the optical port."""

    rows = ("3.4.6/AMI-39/Crew-Meter/d1",)
