"""An optical port on a pty: the responder behind a line with speed, parity and line time, on stepped time."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pty
import termios
import tty
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from drivers.iec62056_21.responder import Act, Responder, Send, SwitchLine
from drivers.transport.line_time import LineFormat, line_time_s
from drivers.transport.parity import SoftwareParity
from drivers.transport.serial import SerialTransport
from fixtures.clock import PlantClock

START = 1_000_000.0


class OpticalPort:
    """The meter's end. Characters sent at another speed than the port's are lost, as on a real line."""

    def __init__(self, clock: PlantClock) -> None:
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.path = os.ttyname(self.slave)
        self.clock = clock
        self.link = clock.link(f"pty:{self.path}", "meter")
        self.responder: Responder | None = None
        self.heard: list[bytes] = []
        self.in_hdlc: list[bytes] = []
        self.garble: Callable[[bytes], bytes] = bytes
        self.line = LineFormat(300, 7, "E")
        self.open = True
        asyncio.get_running_loop().add_reader(self.master, self._readable)

    @property
    def line(self) -> LineFormat:
        return self._line

    @line.setter
    def line(self, line: LineFormat) -> None:
        self._line = line
        self._codec = SoftwareParity(line.data_bits, line.parity)

    def _readable(self) -> None:
        with contextlib.suppress(OSError):
            data = os.read(self.master, 4096)
            at_speed = termios.tcgetattr(self.master)[4] == getattr(termios, f"B{self.line.baud}")
            if at_speed:
                self.clock.call_later(line_time_s(len(data), self.line), lambda: self._take(data))
            self.link.consumed += len(data)

    def _take(self, data: bytes) -> None:
        characters = self._codec.decode(data)
        self.heard.append(characters)
        if self.responder is None:
            return
        if self.responder.in_hdlc:
            self.in_hdlc.append(characters)
        else:
            self.perform(self.responder.receive(characters, self.clock.now()))

    def perform(self, acts: list[Act]) -> None:
        when = self.clock.now()
        line = self.line
        for act in acts:
            if isinstance(act, Send):
                when += act.after_s + line_time_s(len(act.data), line)
                self.clock.call_at(when, lambda data=act.data: self.send(data))
            elif isinstance(act, SwitchLine):
                line = act.line
                self.clock.call_at(when, lambda line=act.line: setattr(self, "line", line))

    def send(self, data: bytes) -> None:
        coded = self.garble(self._codec.encode(data))
        os.write(self.master, coded)
        self.link.emitted += len(coded)

    def close(self) -> None:
        if self.open:
            self.open = False
            asyncio.get_running_loop().remove_reader(self.master)
            os.close(self.master)
            os.close(self.slave)


@pytest.fixture
def clock() -> PlantClock:
    return PlantClock(START)


@pytest.fixture
async def port(clock: PlantClock) -> AsyncIterator[OpticalPort]:
    port = OpticalPort(clock)
    yield port
    port.close()


@pytest.fixture
async def line(port: OpticalPort, clock: Any) -> AsyncIterator[SerialTransport]:
    transport = SerialTransport(port.path, clock, counted=True)
    await transport.open()
    yield transport
    await transport.close()
