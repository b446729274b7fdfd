"""What the state of a disconnect switch (class 70) must be, by its control mode and by where its contact is.

Remote disconnect leads to *disconnected* in all modes from 1 to 7; where remote reconnect leads depends on the mode
(`bench.exchanges.switch_scene.CLOSING_MODES`).
"""

from __future__ import annotations

from bench.exchanges.dlms_kinds import DlmsSwitchCommand
from bench.exchanges.switch_scene import CLOSING_MODES
from drivers.metering import SwitchState, SwitchStatus


def state_after(mode: int, *, closes: bool) -> SwitchState:
    """The state to which a remote command leads in ``mode``."""
    if not closes:
        return SwitchState.DISCONNECTED
    return SwitchState.CONNECTED if mode in CLOSING_MODES else SwitchState.READY_FOR_RECONNECTION


def trace_of(exchange: DlmsSwitchCommand) -> str:
    """The meaning of the entry that the row's command leaves in the log, in the control mode that is declared."""
    if not exchange.closes:
        return "remote_disconnection"
    mode = int(exchange.access.pixit("control_mode", 0))
    ready = state_after(mode, closes=True) is SwitchState.READY_FOR_RECONNECTION
    return "ready_for_reconnection" if ready else "remote_connection"


def agrees(status: SwitchStatus, *, closed: bool) -> bool:
    """Whether control_state says of a contact that is ``closed`` (or open) what it may say."""
    return (status.state is SwitchState.CONNECTED) is closed
