"""Readings stay within the stated uncertainty, rest on the resolution, and repeat with the seed."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scpi.uncertainty import UncertaintyModel
from fixtures.instruments.accuracy import OVER_RANGE, Channel
from fixtures.instruments.specifications import LOAD_READBACK, MULTIMETER, POWER_ANALYSER, SOURCE_READBACK

SPECIFICATIONS = [
    (f"{kind}.{quantity}", model)
    for kind, models in (
        ("source", SOURCE_READBACK),
        ("load", LOAD_READBACK),
        ("analyser", POWER_ANALYSER),
        ("multimeter", MULTIMETER),
    )
    for quantity, model in models.items()
]


@pytest.mark.parametrize("model", [model for _, model in SPECIFICATIONS], ids=[name for name, _ in SPECIFICATIONS])
@given(seed=st.integers(0, 1 << 32), share=st.floats(0.0, 1.0))
def test_error_never_exceeds_what_the_instrument_states(model: UncertaintyModel, seed: int, share: float) -> None:
    channel = Channel(model, random.Random(seed))
    true = share * (model.ranges[-1] if model.ranges else 100.0)
    range_value = None if model.ranges else 1000.0
    for _ in range(5):
        reading = channel.read(true) if model.ranges else channel.read_in(true, 1000.0)
        stated = model.expanded(reading, range_value or channel.range_in_use)
        assert abs(reading - true) <= stated * (1 + 1e-3)


@given(seed=st.integers(0, 1 << 32), share=st.floats(0.0, 1.0))
def test_error_of_a_log_sample_is_covered_by_the_range_of_its_reading(seed: int, share: float) -> None:
    model = POWER_ANALYSER["current"]
    true = share * 99.0
    reading = Channel(model, random.Random(seed)).sample(true, str(seed))
    assert abs(reading - true) <= model.expanded(reading) * (1 + 1e-3)


def test_readings_differ_by_noise_and_repeat_with_the_seed() -> None:
    model = POWER_ANALYSER["voltage"]
    channels = [Channel(model, random.Random(7)) for _ in range(2)]
    first, second = ([channel.read(230.0) for _ in range(20)] for channel in channels)
    assert first == second
    assert len(set(first)) > 10


def test_readings_are_multiples_of_the_resolution() -> None:
    channel = Channel(UncertaintyModel(absolute=0.5, resolution=0.25), random.Random(1))
    assert all(channel.read(10.0) % 0.25 == 0.0 for _ in range(20))


def test_range_follows_the_reading_unless_it_is_fixed() -> None:
    channel = Channel(UncertaintyModel(of_range=0.001, ranges=(1.0, 10.0)), random.Random(1))
    channel.read(0.5)
    assert channel.range_in_use == 1.0
    channel.read(5.0)
    assert channel.range_in_use == 10.0
    channel.fix_range(0.5)
    assert channel.read(5.0) == OVER_RANGE
    channel.set_automatic(True)
    assert channel.read(5.0) == pytest.approx(5.0, abs=0.01)


def test_beyond_the_largest_range_there_is_no_reading() -> None:
    channel = Channel(UncertaintyModel(of_range=0.001, ranges=(1.0, 10.0)), random.Random(1))
    assert channel.read(10.3) == OVER_RANGE
