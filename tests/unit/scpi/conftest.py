"""Instruments that misbehave, on both kinds of VISA resource, and drivers to meet them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
import pytest_asyncio

from drivers.clock import FreeClock
from drivers.scpi.errors import InstrumentSilentError
from drivers.scpi.instrument import ScpiInstrument
from drivers.scpi.measurement import InstrumentIdentity
from drivers.scpi.power_analyser import ScpiPowerAnalyser
from drivers.scpi.settings import InstrumentSetup, VisaSettings
from drivers.scpi.uncertainty import UncertaintyModel
from fixtures.instruments.ports import Port, SerialPort, SocketPort

Answer = TypeVar("Answer")

IDENTITY = "Maker,PA-1,0007,1.0"
HANG_UP = b"\x00hang up"
NOTHING = b""


@dataclass
class Scripted:
    """An instrument that answers line by line from a table of bytes; `HANG_UP` breaks the connection."""

    answers: dict[str, bytes] = field(
        default_factory=lambda: {"*IDN?": IDENTITY.encode() + b"\n", "SYST:ERR?": b'0,"No error"\n'}
    )
    seen: list[str] = field(default_factory=list)
    resource_name: str = ""
    say: Callable[[bytes], None] = bytes


class ScriptedConversation:
    """Stands where `fixtures.instruments.conversation.Conversation` does."""

    def __init__(self, script: Scripted, send: Callable[[bytes], None], hang_up: Callable[[], None]) -> None:
        self._script = script
        self._send = send
        self._hang_up = hang_up
        script.say = send
        self._input = b""

    def feed(self, data: bytes) -> None:
        *lines, self._input = (self._input + data).split(b"\n")
        for line in lines:
            text = line.decode()
            self._script.seen.append(text)
            answer = self._script.answers.get(text, NOTHING)
            if answer == HANG_UP:
                self._hang_up()
            elif answer:
                self._send(answer)

    async def close(self) -> None:
        """Nothing runs here."""


class AlwaysOn:
    """The condition of an instrument that nobody switches off."""

    powered = True


@pytest_asyncio.fixture(params=["socket", "serial"])
async def script(request: pytest.FixtureRequest) -> AsyncIterator[Scripted]:
    made = Scripted()

    def converse(send: Callable[[bytes], None], hang_up: Callable[[], None]) -> Any:
        return ScriptedConversation(made, send, hang_up)

    port: Port = SocketPort(converse, AlwaysOn()) if request.param == "socket" else SerialPort(converse)  # type: ignore[arg-type]
    await port.start()
    made.resource_name = port.resource_name
    yield made
    await port.stop()


def setup_for(resource_name: str, answer_timeout_s: float = 10.0, **more: Any) -> InstrumentSetup:
    """A setup that expects `IDENTITY`."""
    visa = VisaSettings(resource_name, answer_timeout_s=answer_timeout_s)
    models = {"voltage": UncertaintyModel(absolute=0.1), "current": UncertaintyModel(absolute=0.01)}
    return InstrumentSetup("analyser", visa, InstrumentIdentity.parse(IDENTITY), uncertainty=models, **more)


DriverMaker = Callable[..., ScpiPowerAnalyser]


@pytest_asyncio.fixture
async def analyser_at() -> AsyncIterator[DriverMaker]:
    """Make analysers without range queries, which are closed after the test."""
    made: list[ScpiInstrument] = []

    def make(resource_name: str, answer_timeout_s: float = 10.0, **more: Any) -> ScpiPowerAnalyser:
        commands = {"voltage_range": "", "current_range": "", **more.pop("commands", {})}
        setup = setup_for(resource_name, answer_timeout_s, commands=commands, **more)
        made.append(ScpiPowerAnalyser(setup, FreeClock()))
        return made[-1]  # type: ignore[return-value]

    yield make
    for driver in made:
        await driver.close()


async def patiently(call: Callable[[], Awaitable[Answer]]) -> Answer:
    """Call again while a driver with a short answer time finds a loaded machine too slow."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await call()
            except InstrumentSilentError:
                continue


async def open_patiently(driver: ScpiInstrument) -> None:
    """Open a driver with a short answer time."""
    await patiently(driver.open)
