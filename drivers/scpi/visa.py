"""A VISA resource as a blocking line-by-line link: pyvisa with its rough edges taken off.

What pyvisa-py leaves to its user, and what is done about it here:

- A SOCKET session keeps Nagle's algorithm and then manages some twenty exchanges a second: TCP_NODELAY is set.
- Connecting to a port where nobody listens succeeds: the socket is asked for its error.
- A peer that closes a SOCKET looks like silence, awaited in a busy loop, and each line costs a dozen calls: once it is
  open, lines and blocks go over the socket itself (`drivers.scpi.socket_line`).
- Operating-system errors of a write or a read come through unchanged: they become `InstrumentVanishedError`.
- A line without end is read for ever: a line here has a largest length.
"""

from __future__ import annotations

import os
import socket
import threading
import warnings
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from drivers.scpi.errors import (
    CannotReachInstrumentError,
    GarbledAnswerError,
    InstrumentSilentError,
    InstrumentVanishedError,
)
from drivers.scpi.settings import VisaSettings
from drivers.scpi.socket_line import SocketLine

if TYPE_CHECKING:
    import pyvisa

LONGEST_LINE = 1 << 18
"""Bytes of the longest answer that is taken for one; a current log of 5,000 points has some 160,000."""

LARGEST_BLOCK = 1 << 26
"""Bytes of the largest block of data that is taken for one."""

_OPENING = threading.Lock()  # pyvisa keeps its libraries and managers in registries of the process, unguarded


class VisaSession:
    """One session on one resource, used by one thread at a time. All times are real time."""

    def __init__(self, settings: VisaSettings) -> None:
        self.settings = settings
        # Loading it, and numpy with it, takes longer than most commands that have this module and open no session.
        self._pyvisa = import_module("pyvisa")
        self._resource: Any = None
        self._socket: socket.socket | None = None
        self._line: SocketLine | None = None

    @property
    def is_open(self) -> bool:
        return self._resource is not None

    def open(self) -> None:
        """Open the resource. Raises CannotReachInstrumentError."""
        name = self.settings.resource_name
        try:
            with _OPENING:
                # pyvisa shares one manager for each backend: closing it would close every instrument
                manager = self._pyvisa.ResourceManager(self.settings.backend)
                timeout_ms = round(self.settings.open_timeout_s * 1000)
                resource: Any = manager.open_resource(name, open_timeout=timeout_ms)
        except Exception as error:  # pyvisa-py raises bare Exception for a host that does not answer
            raise CannotReachInstrumentError(f"{name} cannot be opened: {error}") from error
        self._resource = resource
        try:
            self._prepare()
        except (OSError, self._pyvisa.Error) as error:
            self.close()
            raise CannotReachInstrumentError(f"{name} cannot be opened: {error}") from error

    def _prepare(self) -> None:
        resource = self._resource
        resource.read_termination = self.settings.termination
        resource.write_termination = self.settings.termination
        if self.settings.resource_name.upper().startswith("ASRL"):
            resource.baud_rate = self.settings.baud_rate
        self._socket = self._socket_below()
        if self._socket is not None:
            failure = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if failure:
                raise OSError(failure, os.strerror(failure))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._line = SocketLine(self._socket, self.settings.termination)

    def _socket_below(self) -> socket.socket | None:
        sessions = getattr(self._resource.visalib, "sessions", {})
        below = getattr(sessions.get(self._resource.session), "interface", None)
        return below if isinstance(below, socket.socket) else None

    def write(self, line: str) -> None:
        """Send one line. Raises InstrumentVanishedError, InstrumentSilentError (the line cannot be sent in time)."""
        try:
            if self._line is not None:
                self._line.write(line, self.settings.answer_timeout_s)
                return
            self._resource.timeout = round(self.settings.answer_timeout_s * 1000)
            self._resource.write(line)
        except TimeoutError as error:
            raise InstrumentSilentError(f"{self.settings.resource_name} is silent: it took no {line!r}") from error
        except self._pyvisa.VisaIOError as error:
            raise self._failure(error, f"it took no {line!r}") from error
        except OSError as error:
            raise InstrumentVanishedError(f"{self.settings.resource_name} vanished: {error}") from error

    def read_line(self, timeout_s: float) -> str:
        """One line without its end. Raises InstrumentSilentError, InstrumentVanishedError, GarbledAnswerError."""
        name = self.settings.resource_name
        try:
            if self._line is not None:
                raw, endless = self._line.read_line(timeout_s, LONGEST_LINE), False
            else:
                raw, endless = self._read_by_visa(timeout_s)
        except TimeoutError as error:
            raise InstrumentSilentError(f"{name} is silent: no answer in {timeout_s:.2f} s") from error
        except self._pyvisa.VisaIOError as error:
            raise self._failure(error, f"no whole answer in {timeout_s:.2f} s") from error
        except (OSError, RuntimeError) as error:  # pyvisa-py raises RuntimeError when a HiSLIP connection is dropped
            raise InstrumentVanishedError(f"{name} vanished: {error}") from error
        if raw is None or endless:
            raise GarbledAnswerError(f"{name} sends without end: more than {LONGEST_LINE} bytes in a line")
        try:
            return raw.decode("ascii").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise GarbledAnswerError(f"{name} answers with bytes outside ASCII: {bytes(raw[:40])!r}") from error

    def _read_by_visa(self, timeout_s: float) -> tuple[bytes, bool]:
        """What came, and whether it has no end."""
        resource = self._resource
        resource.timeout = max(1, round(timeout_s * 1000))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            raw, status = resource.visalib.read(resource.session, LONGEST_LINE)
        return bytes(raw), status == self._pyvisa.constants.StatusCode.success_max_count_read

    def read_block(self, timeout_s: float) -> bytes:
        """The data of a definite-length block (IEEE 488.2, 8.7.9), with the line's end behind it taken away.

        Raises InstrumentSilentError, InstrumentVanishedError, GarbledAnswerError.
        """
        name = self.settings.resource_name
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                head = self._read_bytes(2, timeout_s)
                if head[:1] != b"#" or not head[1:].isdigit() or head[1:] == b"0":
                    raise GarbledAnswerError(f"{name} answers {head!r} where a block of data should begin")
                digits = self._read_bytes(int(head[1:]), timeout_s)
                if not digits.isdigit() or int(digits) > LARGEST_BLOCK:
                    raise GarbledAnswerError(f"{name}: a block of {digits!r} bytes")
                data = self._read_bytes(int(digits), timeout_s) if int(digits) else b""
                self._read_bytes(len(self.settings.termination), timeout_s)
        except TimeoutError as error:
            raise InstrumentSilentError(f"{name} is silent: no whole block in {timeout_s:.2f} s") from error
        except self._pyvisa.VisaIOError as error:
            raise self._failure(error, f"no whole block in {timeout_s:.2f} s") from error
        except (OSError, RuntimeError) as error:
            raise InstrumentVanishedError(f"{name} vanished: {error}") from error
        return data

    def _read_bytes(self, count: int, timeout_s: float) -> bytes:
        if self._line is not None:
            return self._line.read_bytes(count, timeout_s)
        self._resource.timeout = max(1, round(timeout_s * 1000))
        return bytes(self._resource.read_bytes(count))

    def _failure(self, error: pyvisa.VisaIOError, what: str) -> InstrumentSilentError | InstrumentVanishedError:
        name = self.settings.resource_name
        if self._peer_has_closed():
            return InstrumentVanishedError(f"{name} vanished: it closed the connection")
        if error.error_code == self._pyvisa.constants.StatusCode.error_timeout:
            return InstrumentSilentError(f"{name} is silent: {what}")
        return InstrumentVanishedError(f"{name} vanished: {error.description}")

    def _peer_has_closed(self) -> bool:
        if self._socket is None:
            return False
        try:
            return self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        """Close; closing twice is fine. Never raises."""
        resource, self._resource, self._socket, self._line = self._resource, None, None, None
        if resource is not None:
            with suppress(OSError, self._pyvisa.Error):
                resource.close()
