"""Firmware for a device that follows the bench over 2030.5: images on the shelf of the bench's server, and what the
device makes of them.

What runs the device says itself, in its `DeviceInformation`; how far it is with a file, in its `FileStatus`.
"""

from __future__ import annotations

from bench.access.sep2_server import Counterpart
from drivers.sep2.files import LoadStatus, Shelf
from drivers.sep2.server import Hangup, HttpRequest, HttpResponse

NEWER = "9.9.9"
"""The version under which every image is offered."""
FAILED = (int(LoadStatus.LOAD_FAILED), int(LoadStatus.VERIFICATION_FAILED))
"""Where the loading of a wrong image ends."""
RUNS = (int(LoadStatus.ACTIVATING), int(LoadStatus.ACTIVATED))
_MAKER = 32_473
_POLLS = 3
_CUT_BYTES = 1024
"""A cut falls into so many bytes at the latest before the end of an image."""
_PATIENCE_S, _LOOK_S = 300.0, 30.0


class FirmwareShelf:
    """The files that ``server`` has for the device, whose device file names its model. It stands from now on."""

    def __init__(self, server: Counterpart) -> None:
        self._server = server
        self._shelf = server.resources.shelf = Shelf()
        self._blocks, self._cut_at = 0, -1
        server.alter = self._count_blocks

    @property
    def model(self) -> str:
        """What the device's files are called for."""
        access = self._server.access
        device = access.station.lab.seat(access.seat).device
        return device.identity.model if device is not None else ""

    @property
    def version(self) -> str:
        """What the device says that it runs; empty as long as it has said nothing."""
        device = self._server.resources.devices.get(self._server.device)
        return device.information.software if device is not None and device.information is not None else ""

    @property
    def status(self) -> int:
        """How far the device says that it is with its last file (`LoadStatus`)."""
        device = self._server.resources.devices.get(self._server.device)
        told = device.file_status if device is not None else None
        return int(LoadStatus.NONE) if told is None else told.status

    async def offer(self, image: bytes) -> int:
        """Offer an image as a newer version; the `LoadStatus` in which its loading ends (`LoadStatus.NONE`: none)."""
        file = self._shelf.put(self.model, NEWER, _MAKER, image)
        for _ in range(_POLLS):
            await self._server.polled()
            status = self._server.resources.devices[self._server.device].file_status
            is_of_it = status is not None and status.file is not None and status.file.href == file.href
            if is_of_it and status is not None and status.status in (*FAILED, *RUNS):
                return status.status
        return int(LoadStatus.NONE)

    def put(self, image: bytes) -> None:
        """Offer an image, and do not look what becomes of it."""
        self._shelf.put(self.model, NEWER, _MAKER, image)

    async def cut_within(self, image: bytes, at: float) -> bool:
        """Let the device load ``image``, which is on the shelf, and cut its supply in the block at the share ``at`` of
        it (0 to 1); whether it came so far. It is without supply then, unless it did not.
        """
        most = max(1, len(image) // _CUT_BYTES)
        self._blocks, self._cut_at = 0, 1 + min(most - 1, int(at * most))
        clock = self._server.station.clock
        since = clock.now()
        while self._cut_at > 0 and clock.now() - since < _PATIENCE_S:
            await self._server.station.advance(_LOOK_S)
        return self._cut_at < 0

    async def _count_blocks(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Cut the device's supply within the transfer, where somebody wants it."""
        if request.path.endswith("/image"):
            self._blocks += 1
            if self._blocks == self._cut_at:
                self._cut_at = -1
                await self._server.station.power(self._server.access.seat, on=False)
                raise Hangup
        return response
