"""Serial lines on pyserial: devices, ptys, ``socket://``, ``rfc2217://`` and ``loop://``.

A device path is opened for this process alone (a lock that ends with the process, however it ends). The
kernel gives a pty no parity and a plain socket has no line format at all; there, 7-bit formats carry their
parity in bit 7 (`parity`). The tap ``line`` sees characters, above the parity bit, as a program on a real
UART does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import serial

from drivers.clock import Clock
from drivers.transport.base import CannotOpenError, NotOpenError, UnsupportedError
from drivers.transport.buffered import BufferedTransport
from drivers.transport.line_time import LineFormat
from drivers.transport.parity import SoftwareParity
from drivers.transport.ports import PortKind, explain_open_error, kind_of, slave_path
from drivers.transport.serial_io import POLL_S, FdIo, PortIo, ThreadIo

_OPENS_AT_ONCE = (PortKind.DEVICE, PortKind.PTY, PortKind.LOOP)
_HAS_LINES = (PortKind.DEVICE, PortKind.RFC2217, PortKind.LOOP, PortKind.OTHER)


@dataclass(frozen=True)
class ModemLines:
    """States of the input lines: clear to send, data set ready, ring indicator, carrier detect."""

    cts: bool
    dsr: bool
    ring: bool
    carrier: bool


class SerialTransport(BufferedTransport):
    """A serial line at ``port``: a device path or a pyserial URL.

    ``baud``, ``data_bits``, ``parity`` (``N E O M S``) and ``stop_bits`` are the line format, see
    `LineFormat`. ``software_parity``: parity in bit 7; None decides by the kind of port. ``dtr`` and ``rts``:
    states of the output lines from opening on (None leaves pyserial's: both on; many optical heads draw their
    supply from them). ``counted``: the port is a pty whose far side counts bytes under ``pty:<slave path>``
    for a stepped clock. Raises ValueError for an impossible line format.
    """

    def __init__(
        self,
        port: str,
        clock: Clock,
        *,
        baud: int = 9600,
        data_bits: int = 8,
        parity: str = "N",
        stop_bits: float = 1,
        software_parity: bool | None = None,
        dtr: bool | None = None,
        rts: bool | None = None,
        counted: bool = False,
    ) -> None:
        super().__init__(port, clock)
        self._line = LineFormat(baud, data_bits, parity, stop_bits)
        self._software_parity = software_parity
        self._dtr = dtr
        self._rts = rts
        self._counted = counted
        self._kind = PortKind.OTHER
        self._codec = SoftwareParity(8, "N")
        self._old_errors = 0
        self._port: serial.Serial | None = None
        self._io: PortIo | None = None

    # -- what a serial line has beyond a byte link -----------------------------------------------------------------

    @property
    def line(self) -> LineFormat:
        """The line format in force."""
        return self._line

    @property
    def parity_errors(self) -> int:
        """Characters received with a wrong parity bit since opening. Only software parity counts them; else 0."""
        return self._old_errors + self._codec.errors

    async def reconfigure(
        self,
        *,
        baud: int | None = None,
        data_bits: int | None = None,
        parity: str | None = None,
        stop_bits: float | None = None,
    ) -> None:
        """Change the line format while open, once all that was written has left; None keeps what is.

        Raises NotOpenError, UnsupportedError when the port refuses the format, ValueError for an impossible
        one.
        """
        line = LineFormat(
            self._line.baud if baud is None else baud,
            self._line.data_bits if data_bits is None else data_bits,
            self._line.parity if parity is None else parity,
            self._line.stop_bits if stop_bits is None else stop_bits,
        )
        port = self._opened()
        await self.flush()
        try:
            await self._blocking(lambda: _apply(port, self._physical(line)))
        except (OSError, ValueError) as error:
            raise UnsupportedError(f"{self.name} does not do {line}: {error}") from error
        self._set_line(line)

    async def flush(self) -> None:
        """Wait until all that was written has left the port, as far as the operating system can tell (real time)."""
        port = self._opened()
        if self._congested:
            await self._uncongested()
        if self._kind is PortKind.DEVICE:
            await asyncio.get_running_loop().run_in_executor(None, port.flush)

    async def send_break(self, duration_s: float = 0.25) -> None:
        """Hold the line in the break condition for ``duration_s`` of station time. Raises UnsupportedError."""
        port = self._opened()
        self._needs_lines("break")
        await self.flush()
        await self._lines(lambda: setattr(port, "break_condition", True), "break")
        try:
            await self._clock.sleep_until(self._clock.now() + duration_s)
        finally:
            await self._lines(lambda: setattr(port, "break_condition", False), "break")

    async def set_dtr(self, on: bool) -> None:
        """Switch data terminal ready. Raises UnsupportedError where the port has none."""
        port = self._opened()
        self._needs_lines("DTR line")
        await self._lines(lambda: setattr(port, "dtr", on), "DTR line")

    async def set_rts(self, on: bool) -> None:
        """Switch request to send. Raises UnsupportedError where the port has none."""
        port = self._opened()
        self._needs_lines("RTS line")
        await self._lines(lambda: setattr(port, "rts", on), "RTS line")

    async def modem_lines(self) -> ModemLines:
        """The input lines now. Raises UnsupportedError where the port has none."""
        port = self._opened()
        self._needs_lines("modem lines")
        states: list[ModemLines] = []
        await self._lines(lambda: states.append(ModemLines(port.cts, port.dsr, port.ri, port.cd)), "modem lines")
        return states[0]

    # -- BufferedTransport -----------------------------------------------------------------------------------------

    async def _connect(self) -> None:
        self._kind = kind_of(self.name)
        port = self._make_port()
        await self._open_port(port)
        self._port = port
        self._io = self._make_io(port)
        try:
            self._old_errors = 0
            self._codec = SoftwareParity(8, "N")
            self._set_line(self._line)
            await self._attach(port)
            self._io.start()
        except BaseException:
            await self._disconnect()
            raise

    def _push(self, data: bytes) -> None:
        assert self._io is not None
        self._io.push(self._codec.encode(data))
        self._congested = self._io.congested

    async def _uncongested(self) -> None:
        assert self._io is not None
        try:
            await self._io.uncongested()
        finally:
            self._congested = self._io.congested

    async def _disconnect(self) -> None:
        io, self._io, self._port = self._io, None, None
        if io is not None:
            await io.stop()

    def _feed(self, data: bytes) -> None:
        super()._feed(self._codec.decode(data))

    def _count_sent(self, count: int) -> None:
        self._link.sent += count

    # -- inside ----------------------------------------------------------------------------------------------------

    def _make_port(self) -> serial.Serial:
        settings = self._physical(self._line)
        if self._kind in (PortKind.DEVICE, PortKind.PTY):
            settings["exclusive"] = True
        try:
            port = serial.serial_for_url(self.name, do_not_open=True, timeout=POLL_S, **settings)
            if self._dtr is not None:
                port.dtr = self._dtr
            if self._rts is not None:
                port.rts = self._rts
        except (OSError, ValueError) as error:
            raise CannotOpenError(f"{self.name} cannot be opened: {error}") from error
        return port

    async def _open_port(self, port: serial.Serial) -> None:
        try:
            if self._kind in _OPENS_AT_ONCE:
                port.open()
                return
            opening = asyncio.get_running_loop().run_in_executor(None, port.open)
            try:
                await asyncio.shield(opening)
            except asyncio.CancelledError:
                opening.add_done_callback(lambda _done: port.close())
                raise
        except (OSError, ValueError) as error:
            raise explain_open_error(self.name, error) from error

    def _make_io(self, port: serial.Serial) -> PortIo:
        try:
            port.fileno()
        except (OSError, AttributeError):
            return ThreadIo(port, self.name, self._feed, self._count_sent, self._lost)
        return FdIo(port, self.name, self._feed, self._count_sent, self._lost)

    async def _attach(self, port: serial.Serial) -> None:
        """Begin to count. The far side of a pty outlives its openers: a wait with zero counters tells the clock of a
        new one, and what the far side wrote for the last one is thrown away.
        """
        if not self._counted or self._kind is not PortKind.PTY:
            return
        self._link.key = f"pty:{slave_path(self.name)}"
        await self._clock.wait_input(self._link, asyncio.Event(), self._clock.now())
        port.reset_input_buffer()

    def _physical(self, line: LineFormat) -> dict[str, Any]:
        """pyserial's settings for ``line`` on this kind of port."""
        if self._kind is PortKind.PTY or self._parity_in_software:
            return {"baudrate": line.baud, "bytesize": 8, "parity": "N", "stopbits": 1}
        stop_bits = int(line.stop_bits) if line.stop_bits != 1.5 else 1.5
        return {
            "baudrate": line.baud,
            "bytesize": line.data_bits,
            "parity": line.parity,
            "stopbits": stop_bits,
        }

    @property
    def _parity_in_software(self) -> bool:
        if self._software_parity is None:
            return self._kind in (PortKind.PTY, PortKind.SOCKET)
        return self._software_parity

    def _set_line(self, line: LineFormat) -> None:
        self._line = line
        self._old_errors += self._codec.errors
        in_software = self._parity_in_software
        self._codec = SoftwareParity(line.data_bits if in_software else 8, line.parity)

    def _opened(self) -> serial.Serial:
        if self._port is None:
            raise NotOpenError(f"{self.name} is not open")
        return self._port

    def _needs_lines(self, what: str) -> None:
        if self._kind not in _HAS_LINES:
            raise UnsupportedError(f"{self.name} is a {self._kind.value} and has no {what}")

    async def _lines(self, act: Callable[[], object], what: str) -> None:
        try:
            await self._blocking(act)
        except OSError as error:
            raise UnsupportedError(f"{self.name} has no {what}: {error}") from error

    async def _blocking(self, act: Callable[[], object]) -> None:
        """Run ``act`` where it may block: pyserial's RFC 2217 port waits for the server's answer."""
        if self._kind in _OPENS_AT_ONCE:
            act()
        else:
            await asyncio.get_running_loop().run_in_executor(None, act)


def _apply(port: serial.Serial, settings: dict[str, Any]) -> None:
    for name, value in settings.items():
        if getattr(port, name) != value:
            setattr(port, name, value)
