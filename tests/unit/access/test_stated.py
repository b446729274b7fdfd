"""Mistakes in what device files state for a link are found before a run, by key, never by value."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.access.stated import every_problem
from bench.catalogue.load import load_catalogue
from bench.lab.checks import Severity
from bench.lab.config import load_lab

ROOT = Path(__file__).parents[3]
STATION = """
[station]
name = "real"
[fault_box]
operator = true
[seats.device]
{actor}
iut = true
device = "device.toml"
links.port = {{carries = "{link}", profile = "{profile}", url = "{url}"}}
"""
DEVICE = """
kind = "meter"
[identity]
manufacturer = "Example"
model = "E-1"
[pixit]
{pixit}
[secrets]
guek = "env:AMIBENCH_TEST_KEY"
"""
MANAGEMENT = (
    'clients.management = {{sap = 1, mechanism = "{mechanism}", unicast_key = "{key}", system_title = "{title}"}}'
)
GOOD = {"mechanism": "hls_gmac", "key": "guek", "title": "4142454E43480001"}
OF_CLIENT = "seats.device.device: pixit.clients.management"


def errors(
    folder: Path, pixit: str, link: str = "dlms", profile: str = "hdlc", url: str = "serial:/dev/ttyUSB0"
) -> list[str]:
    """What is wrong with a station whose device file has these PIXIT items."""
    (folder / "device.toml").write_text(DEVICE.format(pixit=pixit))
    (folder / "lab.toml").write_text(STATION.format(actor='actor = "Meter"', link=link, profile=profile, url=url))
    found = every_problem(load_lab(folder / "lab.toml"), catalogue=load_catalogue())
    return [f"{problem.where}: {problem.text}" for problem in found if problem.severity is Severity.ERROR]


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMIBENCH_TEST_KEY", "x")


def test_a_right_device_file_has_no_problem(tmp_path: Path) -> None:
    assert errors(tmp_path, MANAGEMENT.format(**GOOD)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mechanism": "hls_gcm"}, ": mechanism: Input should be 'lowest'"),
        ({"title": "4142"}, ": system_title: a system title is 8 bytes, written as 16 hexadecimal digits"),
        ({"key": "000102030405"}, ".unicast_key: must be a name in [secrets], which has guek"),
    ],
)
def test_a_client_that_could_not_be_used_is_told(tmp_path: Path, change: dict[str, str], said: str) -> None:
    (problem,) = errors(tmp_path, MANAGEMENT.format(**GOOD | change))
    assert problem.startswith(OF_CLIENT + said)
    assert "000102030405" not in problem


@pytest.mark.parametrize(
    ("link", "item"),
    [("ble", "ble"), ("cta2045", "cta2045"), ("ocpp", "ocpp"), ("modbus", "modbus")],
)
def test_an_unknown_key_of_a_links_table_is_told_in_one_line(tmp_path: Path, link: str, item: str) -> None:
    urls = {"ble": "ble:hci0/C0:11:22:33:44:55", "modbus": "tcp:192.0.2.1:502", "ocpp": ""}
    url = urls.get(link, "serial:/dev/ttyUSB0")
    problem = errors(tmp_path, f"{item}.dwell_x = 3", link, "tcp" if link == "modbus" else "", url)[-1]
    assert problem.startswith(f"seats.device.device: pixit.{item}: ")
    assert "unknown key dwell_x" in problem
    assert "\n" not in problem


def test_a_profile_that_a_link_does_not_have_is_told(tmp_path: Path) -> None:
    (problem,) = errors(tmp_path, "", "dlms", "hdcl")
    assert problem == "seats.device.links.port.profile: dlms has no such profile; did you mean 'hdlc'?"


@pytest.mark.parametrize("path", sorted((ROOT / "lab_configs").glob("emulated*.toml")), ids=lambda path: str(path.stem))
def test_the_emulated_stations_are_right(path: Path) -> None:
    assert [str(problem) for problem in every_problem(load_lab(path)) if problem.severity is Severity.ERROR] == []


@pytest.mark.parametrize("link", ["ocpp", "sep2", "openadr"])
def test_a_device_that_calls_the_bench_must_be_told_where(tmp_path: Path, link: str) -> None:
    identity = 'ocpp.identity = "CP-1"\n' if link == "ocpp" else ""
    profile = "" if link == "ocpp" else "client"
    (problem,) = errors(tmp_path, identity + f"{link}.poll_s = 60" if link != "ocpp" else identity, link, profile, "")
    assert problem.startswith(f"seats.device.device: pixit.{link}.listen: must say where the device reaches the bench")
    assert errors(tmp_path, identity + f'{link}.listen = "192.0.2.10:8443"', link, profile, "") == []


def test_a_certificate_without_what_belongs_to_it_is_no_credential(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMIBENCH_TEST_KEY", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    (problem,) = errors(tmp_path, "")
    assert problem == "seats.device.device: secret guek: a certificate cannot be read"
