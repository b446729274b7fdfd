"""Image transfer: only the vendor's newer image for this model becomes the firmware, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.meter.model.events import EventCode, Log
from fixtures.meter.model.firmware import ImageRefusedError, Vendor, parse_version, read_image, verify_signature
from fixtures.meter.model.image import ImageStatus, TransferRefusedError

from .conftest import VENDOR, MeterOnBench

Bench = Callable[..., MeterOnBench]
FIRMWARE = 3
SAMPLES = VENDOR.samples("AMB-1", parse_version("1.4.2"), size=600)


def transfer(bench: MeterOnBench, data: bytes, blocks: range | None = None) -> None:
    image = bench.meter.image
    size = image.block_size
    if blocks is None:
        image.initiate(b"test", len(data))
    for number in blocks or range(-(-len(data) // size)):
        image.put_block(number, data[number * size : (number + 1) * size])


async def verified(bench: MeterOnBench, data: bytes) -> ImageStatus:
    transfer(bench, data)
    bench.meter.image.verify(FIRMWARE)
    assert bench.meter.image.status is ImageStatus.VERIFICATION_INITIATED
    await bench.wait(bench.settings.verification_s)
    return bench.meter.image.status


async def test_a_good_image_runs_after_its_activation(bench: Bench) -> None:
    meter = bench()
    assert await verified(meter, SAMPLES["good"]) is ImageStatus.VERIFIED
    assert meter.meter.image.version == "1.4.2"
    meter.meter.image.activate(FIRMWARE)
    await meter.wait(5)
    assert not meter.meter.running
    await meter.wait(meter.settings.activation_s + meter.settings.boot_s)
    assert meter.meter.running
    assert (meter.meter.image.status, meter.meter.image.version) == (ImageStatus.ACTIVATED, "1.5.0")
    assert meter.codes(Log.STANDARD) == [EventCode.FIRMWARE_READY, EventCode.FIRMWARE_ACTIVATED]
    assert meter.meter.logs[Log.STANDARD].written()[-1].originator == FIRMWARE


@pytest.mark.parametrize("sample", ["unsigned", "flipped_bit", "other_model", "older", "truncated"])
@pytest.mark.parametrize("fault", [None, "F-I28", "F-I36"])
async def test_any_other_image_is_refused(bench: Bench, sample: str, fault: str | None) -> None:
    meter = bench(*([fault] if fault else []))
    status = await verified(meter, SAMPLES[sample])
    accepted = {None: set(), "F-I28": {"unsigned", "flipped_bit"}, "F-I36": {"older"}}[fault]
    assert (status is ImageStatus.VERIFIED) == (sample in accepted)
    if sample not in accepted:
        assert status is ImageStatus.VERIFICATION_FAILED
        assert meter.codes(Log.STANDARD) == [EventCode.FIRMWARE_REFUSED]


async def test_activation_without_verification_fails(bench: Bench) -> None:
    meter = bench()
    transfer(meter, SAMPLES["good"])
    with pytest.raises(TransferRefusedError):
        meter.meter.image.activate(FIRMWARE)
    await meter.wait(100)
    assert (meter.meter.image.status, meter.meter.image.version) == (ImageStatus.ACTIVATION_FAILED, "1.4.2")


async def test_missing_blocks_are_not_verified(bench: Bench) -> None:
    meter = bench()
    meter.meter.image.initiate(b"x", len(SAMPLES["good"]))
    transfer(meter, SAMPLES["good"], range(1, 3))
    assert meter.meter.image.blocks[:3] == [False, True, True]
    with pytest.raises(TransferRefusedError):
        meter.meter.image.verify(FIRMWARE)


@pytest.mark.parametrize("size", [0, -1, 10_000_000])
def test_a_size_without_room_is_refused(bench: Bench, size: int) -> None:
    with pytest.raises(TransferRefusedError):
        bench().meter.image.initiate(b"x", size)


def test_it_can_be_switched_off(bench: Bench) -> None:
    meter = bench()
    meter.meter.image.enabled = False
    with pytest.raises(TransferRefusedError):
        meter.meter.image.initiate(b"x", 100)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut_after=st.integers(0, 5))
async def test_a_power_cut_at_any_block_leaves_a_meter_that_goes_on(bench: Bench, cut_after: int) -> None:
    meter = bench()
    data = SAMPLES["good"]
    meter.meter.image.initiate(b"x", len(data))
    transfer(meter, data, range(cut_after) if cut_after else range(1))
    await meter.outage(30)
    assert meter.meter.running
    transfer(meter, data, range(len(meter.meter.image.blocks)))
    meter.meter.image.verify(FIRMWARE)
    await meter.outage(30)
    assert meter.meter.image.status is ImageStatus.INITIATED
    meter.meter.image.verify(FIRMWARE)
    await meter.wait(10)
    meter.meter.image.activate(FIRMWARE)
    await meter.wait(2)
    await meter.outage(30)
    assert (meter.meter.image.status, meter.meter.image.version) == (ImageStatus.ACTIVATED, "1.5.0")


@pytest.mark.parametrize("in_transfer", [True, False])
async def test_f_i29_is_dead_after_a_cut_in_the_transfer_only(bench: Bench, in_transfer: bool) -> None:
    meter = bench("F-I29")
    if in_transfer:
        transfer(meter, SAMPLES["good"])
    await meter.outage(30)
    await meter.wait(3600)
    assert meter.meter.running is not in_transfer


class TestFormat:
    def test_what_the_vendor_builds_is_read_and_verified(self) -> None:
        image = read_image(VENDOR.build("AMB-1", (1, 2, 3), b"payload"))
        assert (image.model, image.version, image.payload) == ("AMB-1", (1, 2, 3), b"payload")
        verify_signature(image, VENDOR.public_point)

    def test_another_vendor_s_signature_is_refused(self) -> None:
        image = read_image(Vendor(b"\x42" * 32).build("AMB-1", (1, 2, 3), b"payload"))
        with pytest.raises(ImageRefusedError):
            verify_signature(image, VENDOR.public_point)

    @pytest.mark.parametrize("data", [b"", b"AMBF", bytes(200)])
    def test_bytes_that_are_no_image(self, data: bytes) -> None:
        with pytest.raises(ImageRefusedError):
            read_image(data)
