"""Bring an instrument to its safe state with nothing but its plain commands.

The keeper does this when whoever used the instrument has gone, so it opens a session of its own and trusts no state.
"""

from __future__ import annotations

from drivers.scpi.errors import InstrumentError
from drivers.scpi.settings import SafeState
from drivers.scpi.visa import VisaSession


def apply_safe_state(state: SafeState) -> None:
    """Send every command, whatever became of the one before. Blocks for at most the open and answer time-outs.

    ``*OPC?`` at the end makes sure that the instrument took the commands before the session closes. Raises the first
    InstrumentError, after all commands were tried; nothing is opened for an instrument without safe commands.
    """
    if not state.commands:
        return
    session = VisaSession(state.visa)
    session.open()
    failure: InstrumentError | None = None
    try:
        for line in state.commands:
            try:
                session.write(line)
            except InstrumentError as error:
                failure = failure or error
        if failure is None:
            session.write("*OPC?")
            session.read_line(state.visa.answer_timeout_s)
    finally:
        session.close()
    if failure is not None:
        raise failure
