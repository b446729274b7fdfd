"""What the state of a disconnect switch (class 70) must be, by its control mode and by where its contact is.

Remote reconnect leads to *ready for reconnection* in modes 1, 3, 5 and 6, where somebody has to press a button, and to
*connected* in modes 2, 4 and 7; remote disconnect leads to *disconnected* in all of 1 to 7 (Gurux `ControlMode`; MetCom
MCS301 manual p. 100).
"""

from __future__ import annotations

from drivers.metering import SwitchState, SwitchStatus

CLOSING_MODES = frozenset({2, 4, 7})


def state_after(mode: int, *, closes: bool) -> SwitchState:
    """The state to which a remote command leads in ``mode``."""
    if not closes:
        return SwitchState.DISCONNECTED
    return SwitchState.CONNECTED if mode in CLOSING_MODES else SwitchState.READY_FOR_RECONNECTION


def agrees(status: SwitchStatus, *, closed: bool) -> bool:
    """Whether control_state says of a contact that is ``closed`` (or open) what it may say."""
    return (status.state is SwitchState.CONNECTED) is closed
