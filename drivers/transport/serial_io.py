"""Two ways to move bytes through an open pyserial port: on its file descriptor, or with threads where it has
none."""

from __future__ import annotations

import asyncio
import os
import select
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

import serial

from drivers.transport.base import PeerClosedError

_CHUNK = 65536
POLL_S = 0.2  # how long a reader thread sits in one read
_T = TypeVar("_T")


class PortIo(Protocol):
    """Bytes through an open port. The callbacks run on the event loop."""

    congested: bool

    def start(self) -> None:
        """Begin to read."""
        ...

    def push(self, data: bytes) -> None:
        """Hand ``data`` to the port; ``congested`` says whether some of it still waits."""
        ...

    async def uncongested(self) -> None:
        """Wait until the port has taken all. Cancelled, drop what it has not taken. Raises PeerClosedError."""
        ...

    async def stop(self) -> None:
        """Stop reading and writing and close the port. Raises nothing; cancelled, it still closes."""
        ...


class FdIo:
    """Reads and writes the port's file descriptor as the event loop finds it ready."""

    def __init__(
        self,
        port: serial.Serial,
        name: str,
        on_data: Callable[[bytes], None],
        on_sent: Callable[[int], None],
        on_lost: Callable[[PeerClosedError], None],
    ) -> None:
        self.congested = False
        self._port = port
        self._name = name
        self._on_data = on_data
        self._on_sent = on_sent
        self._on_lost = on_lost
        self._fd = port.fileno()
        self._is_tty = os.isatty(self._fd)
        self._loop = asyncio.get_running_loop()
        self._unsent = bytearray()
        self._room = asyncio.Event()
        self._loss: PeerClosedError | None = None

    def start(self) -> None:
        self._loop.add_reader(self._fd, self._readable)

    def push(self, data: bytes) -> None:
        self._unsent += data
        if self.congested:
            return
        self._writable()
        if self._loss is not None:
            raise self._loss
        if self._unsent:
            self.congested = True
            self._room.clear()
            self._loop.add_writer(self._fd, self._writable)

    async def uncongested(self) -> None:
        try:
            await self._room.wait()
        except asyncio.CancelledError:
            self._unsent.clear()
            self._writing_done()
            raise
        if self._loss is not None:
            raise self._loss

    async def stop(self) -> None:
        self._detach()
        if self._is_tty:
            _close(self._port)
        else:  # pyserial's socket port sleeps while it closes
            await asyncio.shield(self._loop.run_in_executor(None, _close, self._port))

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, _CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._end(error)
            return
        if data:
            self._on_data(data)
        elif not self._is_tty or self._hung_up():  # a terminal may also wake up for nothing
            self._end(None)

    def _writable(self) -> None:
        try:
            while self._unsent:
                count = os.write(self._fd, self._unsent)
                del self._unsent[:count]
                self._on_sent(count)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._end(error)
            return
        self._writing_done()

    def _writing_done(self) -> None:
        if self.congested:
            self._loop.remove_writer(self._fd)
            self.congested = False
        self._room.set()

    def _hung_up(self) -> bool:
        poll = select.poll()
        poll.register(self._fd, select.POLLIN)
        return any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in poll.poll(0))

    def _end(self, error: OSError | None) -> None:
        self._detach()
        if self._is_tty:
            loss = PeerClosedError(f"{self._name} hung up: the device behind it has gone", "vanished")
        elif error is None:
            loss = PeerClosedError(f"{self._name} closed the connection")
        else:
            loss = PeerClosedError(f"{self._name} broke the connection: {error.strerror}", "reset")
        self._loss = loss
        self._on_lost(loss)

    def _detach(self) -> None:
        self._loop.remove_reader(self._fd)
        self._unsent.clear()
        self._writing_done()


class ThreadIo:
    """Reads the port in a thread and writes it in another, for ports that have no file descriptor."""

    def __init__(
        self,
        port: serial.Serial,
        name: str,
        on_data: Callable[[bytes], None],
        on_sent: Callable[[int], None],
        on_lost: Callable[[PeerClosedError], None],
    ) -> None:
        self.congested = False
        self._port = port
        self._name = name
        self._on_data = on_data
        self._on_sent = on_sent
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._stopping = threading.Event()
        self._reader = threading.Thread(target=self._read_on, name=f"reader of {name}", daemon=True)
        self._writer = ThreadPoolExecutor(1, f"writer of {name}")
        self._writing: asyncio.Future[None] | None = None

    def start(self) -> None:
        self._reader.start()

    def push(self, data: bytes) -> None:
        self.congested = True
        self._writing = self._loop.run_in_executor(self._writer, self._write, bytes(data))

    async def uncongested(self) -> None:
        writing = self._writing
        if writing is None:
            return
        try:
            await asyncio.shield(writing)
        except (serial.SerialException, OSError) as error:
            loss = PeerClosedError(f"{self._name} broke the connection: {error}", "reset")
            self._on_lost(loss)
            raise loss from error
        finally:
            if self._writing is writing and writing.done():
                self.congested = False

    async def stop(self) -> None:
        self._stopping.set()
        await asyncio.shield(self._loop.run_in_executor(None, self._shut))

    def _write(self, data: bytes) -> None:
        self._port.write(data)
        self._tell(self._on_sent, len(data))

    def _read_on(self) -> None:
        try:
            while not self._stopping.is_set():
                data = self._port.read(1)
                if data:
                    waiting = self._port.in_waiting
                    self._tell(self._on_data, data + self._port.read(waiting) if waiting else data)
        except Exception as error:  # pyserial raises what its internals do when the socket goes from under it
            if not self._stopping.is_set():
                self._tell(self._on_lost, PeerClosedError(f"{self._name} broke the connection: {error}", "reset"))

    def _tell(self, callback: Callable[[_T], None], fact: _T) -> None:
        try:
            self._loop.call_soon_threadsafe(callback, fact)
        except RuntimeError:
            pass  # the loop has closed: nobody listens any more

    def _shut(self) -> None:
        _close(self._port)
        self._writer.shutdown(wait=True)
        if self._reader.is_alive():
            self._reader.join()


def _close(port: serial.Serial) -> None:
    try:
        port.close()
    except OSError:
        pass  # the device has gone already; its descriptor is released all the same
