"""What firmware of a home device takes, and how far it says that it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from drivers.sep2.client import Sep2Client
from drivers.sep2.devices import EndDevice
from drivers.sep2.events import Link
from drivers.sep2.files import DeviceInformation, FileList, FileStatus, LoadStatus, Shelf
from drivers.sep2.server import HttpRequest, Peer
from fixtures.faults import Faults
from fixtures.home.firmware_images import MAKER, MODEL, VERSION, maker_key
from fixtures.home.firmware_loader import FirmwareLoader, Running

IMAGES = MAKER.samples(MODEL, VERSION)
OWN = EndDevice(sfdi=0, changed=0, information=Link(href="/edev/1/di"), file_status=Link(href="/edev/1/fs"))


@dataclass
class Server:
    """A server with files, as far as a device uses it; what the device puts is kept."""

    shelf: Shelf = field(default_factory=Shelf)
    put_there: list[Any] = field(default_factory=list)
    lfdi: bytes = bytes(20)

    @property
    def http(self) -> Server:
        return self

    async def get_list(self, _path: str, _cls: type) -> FileList:
        return FileList(all=len(self.shelf.files), results=len(self.shelf.files), members=tuple(self.shelf.files))

    async def put(self, _path: str, resource: Any) -> None:
        self.put_there.append(resource)

    async def request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
        return self.shelf.answer(HttpRequest(method, path, {}, headers, body, Peer(self.lfdi, 1)))

    @property
    def statuses(self) -> list[int]:
        return [one.status for one in self.put_there if isinstance(one, FileStatus)]


async def load(image: bytes, model: str = MODEL, *, faults: str = "") -> tuple[Server, FirmwareLoader, list[str]]:
    server, restarts = Server(), list[str]()
    running = Running(MODEL, "1", 32_473, VERSION, 0)
    loader = FirmwareLoader(
        running, maker_key, lambda: 1000.0, lambda: restarts.append("restart"), Faults(frozenset({faults}))
    )
    server.shelf.put(model, "9.9.9", 32_473, image)
    await loader.look(cast(Sep2Client, server), OWN, "/file")
    return server, loader, restarts


async def test_a_good_image_is_verified_and_taken_into_use() -> None:
    server, loader, restarts = await load(IMAGES["good"])
    assert server.statuses == [
        LoadStatus.LOADING,
        LoadStatus.LOADED,
        LoadStatus.VERIFIED,
        LoadStatus.ACTIVATING,
    ]
    assert loader.running.version == (VERSION[0], VERSION[1] + 1, 0)
    assert restarts == ["restart"]


async def test_after_the_restart_it_says_what_runs() -> None:
    server, loader, _ = await load(IMAGES["good"])
    again = Server()
    await loader.look(cast(Sep2Client, again), OWN, "")
    assert again.statuses == [LoadStatus.ACTIVATED]
    assert [one.software for one in again.put_there if isinstance(one, DeviceInformation)] == ["1.3.0"]
    assert server.statuses[-1] == LoadStatus.ACTIVATING


@pytest.mark.parametrize("name", sorted(set(IMAGES) - {"good"}))
async def test_a_wrong_image_is_refused_and_nothing_changes(name: str) -> None:
    server, loader, restarts = await load(IMAGES[name])
    assert server.statuses[-1] == LoadStatus.VERIFICATION_FAILED
    assert loader.running.version == VERSION
    assert restarts == []


async def test_an_image_is_tried_once() -> None:
    server, loader, _ = await load(IMAGES["older"])
    before = len(server.put_there)
    await loader.look(cast(Sep2Client, server), OWN, "/file")
    assert len(server.put_there) == before


async def test_files_for_other_models_are_left_alone() -> None:
    server, _, _ = await load(IMAGES["good"], model="OTHER-1")
    assert server.statuses == []


def test_content_is_served_in_ranges() -> None:
    shelf = Shelf()
    file = shelf.put(MODEL, "1", 1, bytes(range(100)))

    def ranged(text: str) -> Any:
        return shelf.answer(HttpRequest("GET", file.uri, {}, {"range": text}, b"", Peer(b"", 1)))

    part = ranged("bytes=90-200")
    assert (part.status, part.body) == (206, bytes(range(90, 100)))
    assert part.headers["content-range"] == "bytes 90-99/100"
    assert ranged("bytes=100-110").status == 416
    assert ranged("").body == bytes(range(100))


async def test_an_unsigned_image_runs_by_f_i28_only() -> None:
    server, _, _ = await load(IMAGES["unsigned"], faults="F-I28")
    assert server.statuses[-1] == LoadStatus.ACTIVATING
    server, _, _ = await load(IMAGES["unsigned"])
    assert server.statuses[-1] == LoadStatus.VERIFICATION_FAILED


async def test_an_older_image_runs_by_f_i36_only() -> None:
    server, _, _ = await load(IMAGES["older"], faults="F-I36")
    assert server.statuses[-1] == LoadStatus.ACTIVATING
    server, _, _ = await load(IMAGES["older"])
    assert server.statuses[-1] == LoadStatus.VERIFICATION_FAILED
