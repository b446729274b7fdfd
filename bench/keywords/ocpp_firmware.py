"""Keywords about firmware: signed images, and what a charging station does with them."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.ocpp_files import FileServer
from bench.keywords.conversation import NOTHING
from bench.keywords.ocpp_calls import Scene
from bench.keywords.ocpp_station import _GUARD_S, OcppStation
from drivers.ocpp.certificates import sign_image


@library(scope="TEST", auto_keywords=False)
class OcppFirmware(OcppStation):
    """A file server, a maker's key and a forger's."""

    def __init__(self) -> None:
        super().__init__()
        self._files: FileServer | None = None

    @keyword("The CSMS And Its Files End")
    def end_all(self) -> None:
        """For a test's end. Example: | The CSMS And Its Files End |"""
        self.end()
        if self._files is not None:
            self.run(self._close(self._files), _GUARD_S)
            self._files = None

    @keyword("The Station Comes Back With Its Firmware")
    def comes_back(self) -> None:
        """It boots and connects anew. Example: | The Station Comes Back With Its Firmware |"""
        self.run(self._comes_back(), _GUARD_S)

    async def _comes_back(self) -> None:
        session = self.there.session
        await session.ended(self.access.declared.boot_s)
        self._mark = len(self.there.backend.received)
        after = self.csms.attempts
        found = await self.csms.connected(
            after=after, within_s=self.access.declared.boot_s + self.access.declared.retry_s
        )
        self.heard("the installation", "connected" if found is not None else NOTHING)
        self.expect("connected")
        self._there = found or self.there
        await self.station.advance(5.0)

    def circumstances(self, text: str = "") -> Scene:
        """With images, signatures and certificates."""
        scene = super().circumstances(text)
        if self._files is None:
            self._files = self._serve()
        scene.files = self._files.url
        good = self._files.files["good"]
        for who in ("maker", "forger"):
            credential = self.access.credential(who)
            scene.secrets = {
                **scene.secrets,
                f"{who} certificate": credential.certificate_pem,
                f"{who} signature": sign_image(credential.key, good),
            }
        return scene

    def _serve(self) -> FileServer:
        """On the loop that runs the call."""
        image = self.access.image
        files = FileServer(self.access.listen[0])
        files.files = {"good": image, "changed": image[:-1] + bytes((image[-1] ^ 1,))}
        files.open()
        return files

    async def _close(self, files: FileServer) -> None:
        files.close()
