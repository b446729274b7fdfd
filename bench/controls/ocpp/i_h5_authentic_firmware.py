"""I-H5 Only authentic firmware is installed: the maker's, for this model, newer than the present one, whole.

Images that another signed, whose signature is of something else, with one bit changed, cut short, without a signature;
the maker's own of an older version and of another model (PIXIT ``ocpp.firmware_older``, ``ocpp.firmware_other``). Last,
the supply is cut at random moments of a good update: the station then runs the old firmware or the new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.access.ocpp_files import FileServer
from bench.access.ocpp_firmware import update_call
from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, call, exchange_of, works
from bench.controls.ocpp._firmware import FAILED, comes_to, running_firmware, told
from bench.controls.ocpp._junk import serves
from bench.controls.ocpp._restart import restart
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

INSTALLED, REFUSED = "an image that is not authentic was installed", "it was refused, or failed in words"
TOLD = "a signature that does not hold is told as a security event"
SERVES = "the station serves meanwhile and afterwards"
WHOLE = "after a cut the station runs the old firmware or the new one"
_EVENTS = ("InvalidFirmwareSignature", "InvalidFirmwareSigningCertificate")
_ENDED = (*FAILED, "InstallRebooting", "Installed")
_FAILS_S, _UPDATE_S, _LONGEST_CUT_S = 120.0, 600.0, 25.0


@dataclass(frozen=True)
class _Wrong:
    """An image that must not be installed. ``signed``: what was signed; ``forged``: the signature does not hold."""

    what: str
    image: bytes
    signer: str = "maker"
    signed: bytes | None = None
    forged: bool = True


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    if not (exchange.access.declared.firmware and exchange.access.has_secret("maker")):
        trial.record.could_not_look(INSTALLED, "the device file names no image, or no maker")
        return
    async with FileServer(exchange.access.listen[0]) as files:
        for wrong in _wrong(trial):
            await _offer(trial, files, wrong)
        for number in range(trial.bound("n_image_cuts").count):
            if not await _cut(trial, files, number):
                return
    await works(trial, "after")


def _wrong(trial: Trial) -> Iterator[_Wrong]:
    access = exchange_of(trial).access
    good = access.image
    yield _Wrong("signed by another", good, "forger")
    yield _Wrong("the signature of something else", good, signed=b"something else")
    at = trial.random.randrange(len(good))
    yield _Wrong("one bit changed", good[:at] + bytes((good[at] ^ 1,)) + good[at + 1 :], signed=good)
    yield _Wrong("cut short", good[: len(good) // 2], signed=good)
    yield _Wrong("without a signature", good, "", forged=False)
    for what, image in (("an older version", access.older_image), ("another model", access.other_image)):
        if image:
            yield _Wrong(what, image, forged=False)
        else:
            record_absent(trial, what, "the device file names no such image of the maker's")


async def _offer(trial: Trial, files: FileServer, wrong: _Wrong) -> None:
    exchange, before = exchange_of(trial), await running_firmware(trial)
    began, after = trial.clock.now(), len(told(trial))
    order = update_call(exchange.access, exchange.version, files, wrong.image, signer=wrong.signer, signed=wrong.signed)
    tried = await call(exchange.there, *order)
    taken = tried.accepted and str(tried.value.get("status", "")).startswith("Accepted")
    ended = await comes_to(trial, _ENDED, after, _FAILS_S) if taken else ""
    trial.record.observe(REFUSED, not taken or ended in FAILED, what=wrong.what, answer=tried.text, ended=ended)
    served = await serves(trial, _UPDATE_S) is not None
    trial.record.observe(SERVES, served, what=wrong.what)
    now = await running_firmware(trial) if served else ""
    trial.record.observe(INSTALLED, bool(now) and (now != before or ended == "Installed"), what=wrong.what, runs=now)
    if wrong.forged:
        events = [name for name, at in exchange.there.backend.security_events if name in _EVENTS and at >= began - 1.0]
        trial.record.observe(TOLD, bool(events), what=wrong.what)


async def _cut(trial: Trial, files: FileServer, number: int) -> bool:
    """A good update that is cut at a random moment. Whether the station came back."""
    exchange, before = exchange_of(trial), await running_firmware(trial)
    await call(exchange.there, *update_call(exchange.access, exchange.version, files, exchange.access.image))
    cut_s = trial.random.uniform(0.0, _LONGEST_CUT_S)
    await trial.station.advance(cut_s)
    what = f"cut {number + 1}, after {cut_s:.0f} s"
    came = await restart(trial) is not None
    if came:
        await trial.station.advance(_UPDATE_S)
        came = await serves(trial, _UPDATE_S) is not None
    trial.record.observe(SERVES, came, what=what)
    if came:
        now = await running_firmware(trial)
        trial.record.observe(WHOLE, now == before or now.encode() in exchange.access.image, what=what, runs=now)
    return came


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("no image that is not authentic is installed", "never", INSTALLED),
        Check("it is refused in words", "always", REFUSED),
        Check("a signature that does not hold is told", "always", TOLD),
        Check("the station serves throughout", "always", SERVES),
        Check("good limits work after", "always", GOOD),
    ]
    if exchange_of(trial).access.declared.firmware:
        found.append(Check("a cut leaves the old firmware or the new one", "always", WHOLE))
    return found


PROBE = Probe("I-H5", "ocpp", stimulus, checks)
