"""I-H5 Only authentic firmware is installed: the maker's, for this model, newer than the present one, whole.

Images stand among the files of the bench's server (the supplier's samples, PIXIT ``firmware_images``): a bad signature,
one bit turned over, cut short, for another model, an older one. None is taken into use, and the device says so in its
FileStatus. Then its supply is cut at random blocks of a good one: it comes back with what it ran, and in the end runs
the new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.access.firmware_images import GOOD, WRONG, images_of
from bench.access.sep2_firmware import FAILED, RUNS, FirmwareShelf
from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD as WORKS
from bench.controls.sep2._acts import exchange_of, works
from bench.controls.trial import Trial
from bench.judgement.check import Check

ENDED, RAN = "where the loading of a wrong image ended", "a wrong image, or a part of one, was taken into use"
BACK, LOADED = "the device came back after a power cut while it was loading", "in the end the new firmware runs"
_OFF_S, _POLLS = 5.0, 6


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    images = images_of(trial.station.lab, exchange.seat)
    await works(trial, "before")
    if GOOD not in images:
        trial.record.could_not_look(RAN, "the device file names no firmware images (PIXIT firmware_images)")
        return
    shelf = FirmwareShelf(exchange.counterpart)
    await exchange.counterpart.found_anew()
    await exchange.counterpart.polled()
    await _wrong_images(trial, shelf, images)
    await works(trial, "after wrong images")
    await _cuts(trial, shelf, images[GOOD])
    exchange.counterpart.resources.shelf = exchange.counterpart.alter = None
    await works(trial, "with the new firmware")


async def _wrong_images(trial: Trial, shelf: FirmwareShelf, images: Mapping[str, bytes]) -> None:
    before = shelf.version
    for name, title in WRONG.items():
        if name not in images:
            trial.record.could_not_look(ENDED, f"the device file names no image with {title}")
            continue
        status = await shelf.offer(images[name])
        trial.record.observe(ENDED, status, what=title)
        trial.record.observe(RAN, status in RUNS or not before or shelf.version != before, what=title, runs=before)


async def _cuts(trial: Trial, shelf: FirmwareShelf, image: bytes) -> None:
    before, counterpart = shelf.version, exchange_of(trial).counterpart
    shelf.put(image)
    for number in range(trial.bound("n_image_cuts").count):
        what = f"cut {number + 1}"
        trial.record.observe(BACK, await shelf.cut_within(image, trial.random.random()), what=f"it loads, up to {what}")
        trial.record.observe(RAN, shelf.version != before, what=what, runs=shelf.version)
        await trial.station.advance(_OFF_S)
        await trial.station.power(trial.seat, True)
    trial.record.observe(BACK, await counterpart.polled(), what="after the last cut")
    for _poll in range(_POLLS):
        if shelf.version != before:
            break
        await counterpart.polled()
    trial.record.observe(
        LOADED, shelf.version not in ("", before), before=before, runs=shelf.version, status=shelf.status
    )


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("each wrong image is refused in words", "one_of", ENDED, {"allowed": [*FAILED]}),
        Check("none is taken into use", "never", RAN),
        Check("the device comes back after each cut", "always", BACK),
        Check("in the end the new firmware runs", "always", LOADED),
        Check("good signals work throughout", "always", WORKS),
    ]


PROBE = Probe("I-H5", "sep2", stimulus, checks)
