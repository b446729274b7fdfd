"""I-H5 on DLMS: only authentic firmware loads (image transfer, class 18).

The supplier hands over images: a good one that is newer than what runs, and one for each thing that can be wrong
(PIXIT ``firmware_images``). Each wrong one is transferred whole, verified and activated; the good one is activated with
a block missing and without verification, and its transfer is cut by power failures at random blocks. What runs must
stay the same, and the meter serve throughout. In the end the good one is loaded, which nothing here takes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.access.firmware_images import GOOD, WRONG, images_of
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.dlms._events import declared, logged
from bench.controls.dlms._image import FIRMWARE, ImageTransfer, Status
from bench.controls.dlms._power import answers_again, power_cycle
from bench.controls.dlms._row import access_of
from bench.controls.variants import record_absent
from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.controls.trial import Trial
    from drivers.dlms.client import DlmsClient

LOADED = "the good image was loaded"
LOGGED = "loading the good image was logged"
FAILED = "where the transfer of a wrong image ended"
ACTIVE = "an image that must not run was activated"
SAME = "the firmware that runs is the one before"
SERVED = "the meter served its client during a transfer"
RECOVERED = "the meter came back after a power cut during a transfer"
TAKEN_UP = "a transfer that was cut could be finished"
REFUSED_LOGGED = "the refusal of an image was logged"

IDENTIFIER = b"amibench I-H5"
_CUT_S = 5.0
_LOOK_S = 1.0
_DEFAULT_VERIFICATION_S = 60.0


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    images = images_of(trial.station.lab, trial.seat)
    if GOOD not in images:
        trial.record.could_not_look(LOADED, "the device file names no good image (PIXIT firmware_images)")
        return
    loader = _Loader(trial, access)
    for name, title in WRONG.items():
        if name in images:
            await loader.wrong(title, images[name])
        else:
            record_absent(trial, title, "the device file names no such image (PIXIT firmware_images)")
    await loader.incomplete(images[GOOD])
    await loader.unverified(images[GOOD])
    if await loader.cut(images[GOOD]):
        await loader.good(images[GOOD])


class _Loader:
    """The transfers of one trial."""

    def __init__(self, trial: Trial, access: DlmsAccess) -> None:
        self.trial, self.access = trial, access
        self.role = FIRMWARE if FIRMWARE in access.clients else MANAGEMENT
        self.before: str | None = None

    async def wrong(self, what: str, image: bytes) -> None:
        """All blocks, verification, activation."""
        began = self.trial.clock.now()
        await self._note_what_runs()
        async with self._session() as client:
            transfer = await self._transferred(client, image, what)
            await attempt(transfer.verify())
            await self._until_decided(transfer)
            tried = await attempt(transfer.activate())
        status = await self._status_after(accepted=tried.accepted)
        record = self.trial.record
        record.observe(FAILED, int(status), what=what, name=status.name.lower(), answer=tried.text)
        record.observe(ACTIVE, status is Status.ACTIVATED, what=what)
        await self._compare(what)
        await self._look_for_refusal(what, began)

    async def incomplete(self, image: bytes) -> None:
        """The last block is missing."""
        await self._note_what_runs()
        async with self._session() as client:
            transfer = ImageTransfer(self.access, client)
            await transfer.begin(IDENTIFIER, image)
            await transfer.put(0, transfer.count - 1)
            await attempt(transfer.verify())
            await self._until_decided(transfer)
            tried = await attempt(transfer.activate())
        await self._judge_activation("the last block is missing", accepted=tried.accepted)

    async def unverified(self, image: bytes) -> None:
        """Everything is there, and nobody has asked for the verification."""
        await self._note_what_runs()
        async with self._session() as client:
            transfer = ImageTransfer(self.access, client)
            await transfer.begin(IDENTIFIER, image)
            await transfer.put(0, transfer.count)
            tried = await attempt(transfer.activate())
        await self._judge_activation("activation without verification", accepted=tried.accepted)

    async def cut(self, image: bytes) -> bool:
        """Power cuts at random blocks; the last transfer is finished afterwards. False when the meter is dead."""
        for number in range(self.trial.bound("n_image_cuts").count):
            await self._note_what_runs()
            async with self._session() as client:
                transfer = ImageTransfer(self.access, client)
                await transfer.begin(IDENTIFIER, image)
                at = self.trial.random.randrange(1, transfer.count)
                await transfer.put(0, at)
            what = f"cut {number + 1}, after block {at} of {transfer.count}"
            back = await power_cycle(self.trial, self.access, _CUT_S)
            self.trial.record.observe(RECOVERED, back, what=what)
            if not back:
                return False
            await self._compare(what)
        await self._finish(image)
        return True

    async def _finish(self, image: bytes) -> None:
        """Send what the meter says that it lacks or, where it has forgotten the transfer, everything."""
        async with self._session() as client:
            transfer = ImageTransfer(self.access, client)
            if await transfer.status() is Status.INITIATED:
                await transfer.resume(image)
            else:
                await transfer.begin(IDENTIFIER, image)
            await transfer.put(await transfer.first_missing(), transfer.count)
            await transfer.verify()
            status = await self._until_decided(transfer)
        self.trial.record.observe(TAKEN_UP, status is Status.VERIFIED, what="after the last cut", status=int(status))

    async def good(self, image: bytes) -> None:
        """The good image is loaded: it is other than what ran, and its loading is in the log."""
        began = self.trial.clock.now()
        await self._note_what_runs()
        async with self._session() as client:
            transfer = await self._transferred(client, image, "the good image")
            await transfer.verify()
            verified = await self._until_decided(transfer)
            tried = await attempt(transfer.activate())
        status = await self._status_after(accepted=tried.accepted)
        runs = await self._what_runs()
        version = str(self.access.pixit("image", {}).get("good_version", ""))
        right = runs != self.before and version in (runs or "")
        loaded = verified is Status.VERIFIED and status is Status.ACTIVATED and right
        self.trial.record.observe(LOADED, loaded, what=f"{self.before}, then {runs}", status=int(status))
        for meaning in ("firmware_ready", "firmware_activated"):
            entries = await logged(self.access, meaning, began)
            if entries is None:
                record_absent(self.trial, f"log entry {meaning}", "the device file declares no such event")
            else:
                self.trial.record.observe(LOGGED, len(entries) == 1, what=meaning, entries=len(entries))

    # -- inside --------------------------------------------------------------------------------------------------------

    def _session(self) -> AbstractAsyncContextManager[DlmsClient]:
        return self.access.session(self.role, ask=True)

    async def _transferred(self, client: DlmsClient, image: bytes, what: str) -> ImageTransfer:
        """The whole transfer, and a look in its middle whether the meter serves others."""
        transfer = ImageTransfer(self.access, client)
        await transfer.begin(IDENTIFIER, image)
        half = transfer.count // 2
        await transfer.put(0, half)
        await self._see_it_served(what)
        await transfer.put(half, transfer.count)
        return transfer

    async def _see_it_served(self, what: str) -> None:
        ports = self.access.ports_of(MANAGEMENT)
        if len(ports) < 2:
            record_absent(self.trial, "service during a transfer", "the meter has one port, which the transfer takes")
            return
        tried = await attempt(self._read_register(ports[-1]))
        self.trial.record.observe(SERVED, tried.accepted, what=f"{what}, over {ports[-1]}", answer=tried.text)

    async def _read_register(self, port: str) -> None:
        async with self.access.session(MANAGEMENT, port=port, ask=True) as client:
            await self.access.meter(client).register("energy_import")

    async def _until_decided(self, transfer: ImageTransfer) -> Status:
        """Where the transfer stands once a verification is over, at the latest after its declared time."""
        longest = float(self.access.pixit("image", {}).get("verification_s", _DEFAULT_VERIFICATION_S))
        deadline = self.trial.clock.now() + longest + _LOOK_S
        while (status := await transfer.status()) is Status.VERIFICATION_INITIATED:
            if self.trial.clock.now() >= deadline:
                break
            await self.trial.station.advance(_LOOK_S)
        return status

    async def _status_after(self, *, accepted: bool) -> Status:
        """Where the transfer stands after an activation, once the meter is there again."""
        if accepted:
            await self.trial.station.advance(float(self.access.pixit("image", {}).get("activation_s", 0.0)))
        await answers_again(self.trial, self.access, 2 * self.trial.bound("t_boot").number)
        async with self._session() as client:
            return await ImageTransfer(self.access, client).status()

    async def _judge_activation(self, what: str, *, accepted: bool) -> None:
        status = await self._status_after(accepted=accepted)
        self.trial.record.observe(ACTIVE, accepted or status is Status.ACTIVATED, what=what, status=int(status))
        await self._compare(what)

    async def _note_what_runs(self) -> None:
        self.before = await self._what_runs()

    async def _compare(self, what: str) -> None:
        runs = await self._what_runs()
        self.trial.record.observe(SAME, runs == self.before, what=what, runs=runs)

    async def _what_runs(self) -> str | None:
        async with self.access.session(MANAGEMENT, ask=True) as client:
            return (await self.access.meter(client).identity()).firmware

    async def _look_for_refusal(self, what: str, began: float) -> None:
        entries = await logged(self.access, "firmware_refused", began)
        if entries is None:
            record_absent(self.trial, "log entry firmware_refused", "the device file declares no such event")
        else:
            self.trial.record.observe(REFUSED_LOGGED, bool(entries), what=what, entries=len(entries))


def checks(trial: Trial) -> Sequence[Check]:
    access = access_of(trial)
    found = [
        Check("a wrong image ends as refused", "one_of", FAILED, {"allowed": [4, 7]}),
        Check("nothing is activated that must not run", "never", ACTIVE),
        Check("the firmware that runs stays the same", "always", SAME),
        Check("the meter comes back after a power cut", "always", RECOVERED),
        Check("a transfer that was cut can be finished", "always", TAKEN_UP),
        Check("the good image loads", "always", LOADED),
    ]
    if len(access.ports_of(MANAGEMENT)) > 1:
        found.append(Check("the meter serves during a transfer", "always", SERVED))
    if declared(access, "firmware_ready") or declared(access, "firmware_activated"):
        found.append(Check("the loading is logged", "always", LOGGED))
    if declared(access, "firmware_refused"):
        found.append(Check("a refused image is logged", "always", REFUSED_LOGGED))
    return found


PROBE = Probe("I-H5", "dlms", stimulus, checks)
