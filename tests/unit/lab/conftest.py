"""Lab configs for tests, written where a test can change them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bench.lab.config import load_lab
from bench.lab.station import Station

STATION = """
[station]
name = "echo station"
clock = "stepped"

[hosts.emulation]
guard_s = 20

[seats.meter1]
actor = "Meter"
iut = true
device = "device.toml"
host = "emulation"
kind = "echo"
settings = {delay_s = 0.25}
links.tcp = {carries = "dlms", profile = "wrapper"}
links.optical = {carries = "dlms", profile = "hdlc", endpoint = "serial"}

[seats.meter2]
actor = "Meter"
host = "emulation"
kind = "echo"
links.tcp = {carries = "dlms", profile = "wrapper"}
"""

DEVICE = """
kind = "meter"

[identity]
manufacturer = "Example"
model = "E-1"
serial = "42"

[pics]
supported = ["seal_and_cover_event"]
not_supported = ["no_credential_port"]

[pixit]
control_mode = 4

[secrets]
password = "env:AMIBENCH_TEST_PASSWORD"
"""

LabWriter = Callable[..., Path]


@pytest.fixture
def write_lab(tmp_path: Path) -> LabWriter:
    """Write a station and its device file; returns the station's path."""

    def write(station: str = STATION, device: str = DEVICE) -> Path:
        (tmp_path / "device.toml").write_text(device)
        path = tmp_path / "station.toml"
        path.write_text(station)
        return path

    return write


@pytest.fixture
def run_directory(tmp_path: Path) -> Path:
    """Of the run that a station writes."""
    (tmp_path / "run").mkdir()
    return tmp_path / "run"


@pytest_asyncio.fixture
async def station(write_lab: LabWriter, run_directory: Path) -> AsyncIterator[Station]:
    """The echo station, open."""
    async with Station(load_lab(write_lab()), run_directory) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _own_leases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs in parallel tests must not meet."""
    monkeypatch.setenv("AMIBENCH_LEASES", str(tmp_path / "leases"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
