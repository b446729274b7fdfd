"""What a device file says of a SunSpec inverter, and the comparison of it with the emulated one."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from bench.access.dlms_clients import ClientsError
from bench.access.modbus import identify
from bench.access.sunspec import SunSpecTable, sunspec_of
from bench.declarations import sunspec
from bench.declarations.base import Comparison
from bench.lab.config import load_lab
from bench.lab.device import Device
from bench.lab.station import Station
from bench.session.recorder import Recorder
from drivers.der import Ratings
from drivers.sunspec.discovery import BASE_ADDRESSES

REFERENCE = Path(__file__).parents[3] / "lab_configs" / "devices" / "reference-inverter.toml"
LAB = """
[station]
name = "one inverter"
clock = "stepped"
start = 2026-01-05T00:00:00Z
seed = 7628
[hosts.emulation]
entry_point = "emulation"
plant = { sources = { der = { phases = 3, voltage_v = 240.0, frequency_hz = 60.0 } }, service_points = { inverter1 = { source = "der" } } }
[seats.inverter1]
actor = "Customer DER"
device = "inverter.toml"
host = "emulation"
kind = "sunspec_inverter"
settings = { phases = 3, ports = ["tls"] }
links.tls = { carries = "modbus_tls" }
"""  # noqa: E501
IDENTITY = {"manufacturer": "Maker", "model": "M", "serial": "1"}


def device(**sunspec: Any) -> Device:
    return Device.model_validate({"kind": "inverter", "identity": IDENTITY, "pixit": {"sunspec": sunspec}})


def test_without_a_base_the_map_is_looked_for_everywhere() -> None:
    assert sunspec_of(device()).bases == BASE_ADDRESSES
    assert sunspec_of(device(base=50000)).bases == (50000,)
    assert sunspec_of(None) == SunSpecTable()


def test_a_device_without_the_present_models_is_an_older_one() -> None:
    assert sunspec_of(device(models=[1, 103, 120, 123])).older
    assert not sunspec_of(device(models=[1, 103, 701])).older
    assert not sunspec_of(device()).older


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"bass": 1}, "bass"),
        ({"ratings": {"power": 5.0}}, "unknown rating power"),
        ({"abnormal_category": "IV"}, "abnormal_category"),
        ({"models": ["first"]}, "models"),
    ],
)
def test_a_wrong_item_is_named(wrong: dict[str, Any], word: str) -> None:
    with pytest.raises(ClientsError, match=rf"pixit\.sunspec: .*{word}"):
        sunspec_of(device(**wrong))


def test_the_reference_inverters_file_states_ratings_that_there_are() -> None:
    stated = Device.model_validate(tomllib.loads(REFERENCE.read_text()))
    ratings = Ratings(**sunspec_of(stated).ratings)
    assert ratings.active_power_w == 10_000


@dataclass
class Record:
    """What a comparison records: words of what is not as declared, and of what could not be looked at."""

    wrong: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    count: int = 0

    def observe(self, _series: str, value: bool, *, what: str, **_more: str) -> None:
        self.count += 1
        if not value:
            self.wrong.append(what)

    def could_not_look(self, _series: str, why: str) -> None:
        self.unseen.append(why)


@pytest.fixture
async def station(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Station]:
    """A station of one inverter, in whose lab config or device file, the reference one, other words are put in."""
    device, lab = REFERENCE.read_text(), LAB
    for old, new in getattr(request, "param", ()):
        assert (old in device) != (old in lab)
        device, lab = device.replace(old, new, 1), lab.replace(old, new, 1)
    (tmp_path / "inverter.toml").write_text(device)
    (tmp_path / "lab.toml").write_text(lab)
    async with Station(load_lab(tmp_path / "lab.toml"), tmp_path) as station:
        await station.fresh()
        yield station


async def compared(station: Station) -> Record:
    record = Record()
    for topic in sunspec.TOPICS:
        await topic.compare(Comparison(station, "inverter1", cast(Recorder, record)))
    return record


async def test_the_reference_inverter_is_as_declared(station: Station) -> None:
    assert "Sunny Day 10 1.4.2, SD10-000001: SunSpec models 1, 701" in await identify(station, "inverter1", "tls")
    record = await compared(station)
    assert record.count > 15
    assert not record.wrong
    assert not record.unseen


@pytest.mark.parametrize(
    "station",
    [
        [
            ('serial = "SD10-000001"', 'serial = "SD10-2"'),
            ("714, 715]", "714]"),
            ("apparent_power_va = 10000.0", "apparent_power_va = 11000.0"),
            ('abnormal_category = "III"', 'abnormal_category = "II"'),
            ('ports = ["tls"] }', 'ports = ["tls"], anti_islanding = true }'),
        ]
    ],
    indirect=True,
)
async def test_whatever_is_declared_otherwise_is_seen(station: Station) -> None:
    wrong = " | ".join((await compared(station)).wrong)
    for words in ("serial number", "models", "apparent_power_va", "abnormal operating performance", "anti_islanding"):
        assert words in wrong
