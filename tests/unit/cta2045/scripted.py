"""An appliance on the loopback interface that answers by a script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from drivers.clock import FreeClock
from drivers.cta2045.basic import Basic
from drivers.cta2045.client import Cta2045Client
from drivers.cta2045.frame import ACK, Arrived, Event, Frame, FrameReader
from drivers.cta2045.intermediate import Intermediate
from drivers.cta2045.link import Cta2045Link, LinkSettings
from drivers.transport.tcp import TcpTransport

Script = Callable[[Event], list[bytes]]
_QUICK = LinkSettings(ack_s=0.05, tries=3)


class Appliance:
    """Answers each event of the line by what its script says, and remembers the events."""

    def __init__(self, script: Script) -> None:
        self.seen: list[Event] = []
        self._script = script

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frames = FrameReader()
        while data := await reader.read(256):
            for event in frames.feed(data):
                self.seen.append(event)
                for answer in self._script(event):
                    writer.write(answer)
        writer.close()

    def frames(self) -> list[Frame]:
        return [event.frame for event in self.seen if isinstance(event, Arrived)]


@asynccontextmanager
async def connected(script: Script) -> AsyncIterator[tuple[Cta2045Client, Appliance]]:
    appliance = Appliance(script)
    server = await asyncio.start_server(appliance.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = Cta2045Client(Cta2045Link(TcpTransport("127.0.0.1", port, FreeClock()), _QUICK), answer_s=0.2)
    await client.open()
    try:
        yield client, appliance
    finally:
        await client.close()
        server.close()


def answering(*messages: Basic | Intermediate | Frame) -> Script:
    """Acknowledges each frame and sends these."""

    def script(event: Event) -> list[bytes]:
        if not isinstance(event, Arrived):
            return []
        frames = [one if isinstance(one, Frame) else one.frame() for one in messages]
        return [ACK, *(frame.encode() for frame in frames)]

    return script
