"""What can go wrong with an instrument. Silence, a vanished peer and an unreachable one are also the transport's
facts, so that whoever records them need not know that a witness speaks SCPI."""

from __future__ import annotations

from drivers.transport.base import CannotOpenError, PeerClosedError, SilenceError


class InstrumentError(Exception):
    """Base of everything that an instrument driver raises. ``str(error)`` names the instrument and what to do."""


class CannotReachInstrumentError(InstrumentError, CannotOpenError):
    """The VISA resource cannot be opened: wrong name, nobody listening, no permission, in use."""


class InstrumentSilentError(InstrumentError, SilenceError):
    """The instrument did not answer, or not with a whole line, within its answer time."""


class InstrumentVanishedError(InstrumentError, PeerClosedError):
    """The connection broke: the instrument closed it, was switched off or unplugged."""


class GarbledAnswerError(InstrumentError):
    """The answer is not what the query asks for: no number, a field short, bytes outside ASCII, a line without end."""


class WrongInstrumentError(InstrumentError):
    """Another instrument answers at the resource than the lab config declares."""

    def __init__(self, resource_name: str, expected: str, seen: str) -> None:
        super().__init__(f"{resource_name}: the lab config expects {expected}, but {seen} answers; check the wiring")
        self.expected = expected
        self.seen = seen


class InstrumentReportedError(InstrumentError):
    """The instrument put an error in its queue (SCPI-99 volume 1, 21.8 SYSTem:ERRor).

    ``code`` is negative for errors of the standard and positive for the maker's own, ``message`` is the instrument's
    text.
    """

    def __init__(self, instrument: str, command: str, code: int, message: str) -> None:
        super().__init__(f"{instrument}: {command!r} was refused: {code}, {message}")
        self.command = command
        self.code = code
        self.message = message


class OverRangeError(InstrumentError):
    """The quantity lies outside the instrument's range, or the instrument has no valid reading."""


class SettingError(InstrumentError, ValueError):
    """The value lies outside the limits that the lab config sets for this instrument. Nothing was sent."""


class OutputTrippedError(InstrumentError):
    """The instrument switched its output off by itself: over-current, over-temperature. ``reason`` is what it says."""

    def __init__(self, instrument: str, reason: str) -> None:
        super().__init__(f"{instrument}: the output tripped: {reason}; clear it when the cause is gone")
        self.reason = reason
