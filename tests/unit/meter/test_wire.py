"""What takes more than a reading: notifications to a listener, an image over the wire, links that break."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from drivers.dlms.apdu import DataNotification, decode_apdu
from drivers.dlms.data import I8, U32, Enum, OctetString, Structure
from drivers.dlms.enums import ActionResult
from drivers.dlms.errors import ActionError
from drivers.dlms.security import unprotect
from drivers.dlms.wrapper import WrapperReader
from fixtures.meter.images import EMULATED_VENDOR, write_images
from fixtures.meter.model.events import EventCode
from fixtures.meter.model.firmware import parse_version
from fixtures.meter.model.settings import MeterSettings
from fixtures.meter.objects.rights import Role
from fixtures.meter.profile_reference import TCP
from fixtures.world import World

from .wire import MeterOnWire, attribute, method


class Listener:
    """A headend that takes notifications."""

    def __init__(self) -> None:
        self._messages: asyncio.Queue[bytes] = asyncio.Queue()
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        number: int = self._server.sockets[0].getsockname()[1]
        return number

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for message in WrapperReader().feed(await reader.read()):
            self._messages.put_nowait(message)
        writer.close()

    async def next(self) -> bytes:
        """The next message; the meter has sent it, so it only has to come through the loopback."""
        async with asyncio.timeout(10):
            return await self._messages.get()

    @property
    def is_empty(self) -> bool:
        return self._messages.empty()

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None


@asynccontextmanager
async def listening(port: int = 0) -> AsyncIterator[tuple[Listener, int]]:
    listener = Listener()
    try:
        yield listener, await listener.start(port)
    finally:
        await listener.stop()


def opened(meter: MeterOnWire, message: bytes) -> DataNotification:
    """A message of the wrapper as the headend reads it with the management keys."""
    apdu = decode_apdu(unprotect(meter.material(Role.MANAGEMENT), message[8:]).apdu)
    assert isinstance(apdu, DataNotification)
    return apdu


def event_of(notification: DataNotification) -> Structure:
    body = notification.body
    assert isinstance(body, Structure)
    event = body[1]
    assert isinstance(event, Structure)
    return event


class TestPush:
    async def test_a_tamper_event_arrives_ciphered_with_its_time(self, world: World) -> None:
        async with listening() as (listener, port):
            meter = await MeterOnWire.start(world, push_destination=f"127.0.0.1:{port}")
            await meter.wait(11)
            meter.point.open_cover(True)
            await meter.wait(1)
            message = await listener.next()
            notification = opened(meter, message)
            event = event_of(notification)
            assert event[1] == EventCode.COVER_OPENED
            assert event[0] == OctetString(meter.meter.rtc.show(meter.meter.rtc.now() - 1).to_bytes())
            assert notification.body[0] == meter.seat.unit.logical_device_name  # type: ignore[index]
            assert meter.seat.unit.logical_device_name not in message

    async def test_what_nobody_took_comes_later_once(self, world: World) -> None:
        async with listening() as (_first, port):
            pass
        meter = await MeterOnWire.start(world, push_destination=f"127.0.0.1:{port}")
        meter.point.open_cover(True)
        await meter.wait(100)
        async with listening(port) as (listener, _port):
            await meter.wait(2000)
            assert event_of(opened(meter, await listener.next()))[1] == EventCode.COVER_OPENED
            assert listener.is_empty

    async def test_an_impossible_destination_keeps_the_event(self, world: World) -> None:
        meter = await MeterOnWire.start(world, push_destination="nowhere")
        meter.point.open_cover(True)
        await meter.wait(100)
        assert len(meter.meter.push.pending) == 1


class TestImage:
    async def test_the_firmware_client_brings_a_new_firmware_in(self, world: World) -> None:
        meter = await MeterOnWire.start(world)
        data = EMULATED_VENDOR.samples("AMB-1", parse_version("1.4.2"), size=300)["good"]
        image, status = "0.0.44.0.0.255", attribute(18, "0.0.44.0.0.255", 6)
        async with meter.client(Role.FIRMWARE) as client:
            size = int(await client.get(attribute(18, image, 2)))  # type: ignore[call-overload]
            await client.action(method(18, image, 1), Structure([OctetString(b"fw"), U32(len(data))]))
            for number in range(-(-len(data) // size)):
                block = OctetString(data[number * size : (number + 1) * size])
                await client.action(method(18, image, 2), Structure([U32(number), block]))
            with pytest.raises(ActionError) as going_on:
                await client.action(method(18, image, 3), I8(0))
            assert going_on.value.result is ActionResult.TEMPORARY_FAILURE
            await meter.wait(5)
            assert await client.get(status) == Enum(3)
            await client.action(method(18, image, 4), I8(0))
        await meter.wait(40)
        async with meter.role(Role.READER) as role:
            assert (await role.identity()).firmware == "AMB-1 1.5.0"

    async def test_others_may_not(self, world: World) -> None:
        meter = await MeterOnWire.start(world)
        async with meter.client(Role.READER) as client:
            with pytest.raises(ActionError):
                await client.action(method(18, "0.0.44.0.0.255", 1), Structure([OctetString(b"x"), U32(100)]))

    def test_the_images_of_the_supplier_are_written_and_differ(self, tmp_path: Path) -> None:
        paths = write_images(tmp_path / "firmware", MeterSettings())
        assert {path.stem for path in paths} >= {"good", "unsigned", "older", "other_model", "truncated"}
        assert len({path.read_bytes() for path in paths}) == len(paths)


class TestLinkLoss:
    @pytest.mark.parametrize(("fault", "kept"), [(None, True), ("F-A7", False), ("F-A8", False)])
    async def test_records_of_the_time_without_link(self, world: World, fault: str | None, kept: bool) -> None:
        meter = await MeterOnWire.start(world, *([fault] if fault else []))
        start = world.clock.now()
        async with meter.client(Role.READER, TCP) as client:
            await client.abort()
        await meter.wait(7200)
        async with meter.role(Role.READER) as role:
            rows = [row.at for row in await role.load_profile(start + 1, start + 7200)]
        assert (rows == [start + 900 * number for number in range(1, 9)]) is kept

    @pytest.mark.parametrize("fault", ["F-A7", "F-A8"])
    async def test_after_a_release_nothing_is_lost(self, world: World, fault: str) -> None:
        meter = await MeterOnWire.start(world, fault)
        start = world.clock.now()
        async with meter.role(Role.READER) as role:
            await role.clock()
        await meter.wait(7200)
        async with meter.role(Role.READER) as role:
            rows = [row.at for row in await role.load_profile(start + 1, start + 7200)]
        assert rows == [start + 900 * number for number in range(1, 9)]
