"""What an offline check finds in a lab config that can be read."""

from __future__ import annotations

from datetime import date

import pytest

from bench.lab.checks import Severity, check_lab
from bench.lab.config import LabConfigError, load_lab
from bench.lab.online import Answer, check_online
from bench.lab.station import Station
from tests.unit.lab.conftest import STATION, LabWriter

REAL = """
[station]
name = "real"

[fault_box]
operator = true

[seats.meter1]
actor = "Meter"
iut = true
device = "device.toml"
links.optical = {carries = "dlms", url = "serial:/dev/ttyUSB0"}

[instruments.analyser]
kind = "power_analyser"
resource = "TCPIP::192.0.2.7::5025::SOCKET"
wired_to = ["meter1"]
identity = {manufacturer = "Maker", model = "PA", serial = "7"}
calibration = {certificate = "C-1", laboratory = "L", performed = 2026-01-10, due = 2027-01-10}
uncertainty.voltage = {of_reading = 0.001}
"""
TODAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMIBENCH_TEST_PASSWORD", "x")


def found(write_lab: LabWriter, station: str, today: date = TODAY) -> list[str]:
    return [str(problem) for problem in check_lab(load_lab(write_lab(station)), today=today)]


def test_a_good_lab_has_no_problems(write_lab: LabWriter) -> None:
    assert found(write_lab, REAL) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2027-01-10}", "2026-05-01}", "warning: instruments.analyser.calibration.due: its calibration was due"),
        ("2027-01-10}", "2026-06-10}", "its calibration is due on 2026-06-10"),
        ("calibration = {", "# ", "instruments.analyser: has no calibration"),
        ("uncertainty.", "# ", "instruments.analyser: states no uncertainty"),
        ('["meter1"]', '["metre1"]', "error: instruments.analyser.wired_to: no seat or service point 'metre1'; did"),
        ('wired_to = ["meter1"]', "", "seats.meter1: no witness measures at this seat"),
        ('"power_analyser"', '"power_analyzer"', "error: instruments.analyser: instrument analyser: kind: must be"),
        ("operator = true", "", "fault_box: meter1: neither relays nor an operator"),
        ("serial:/dev/ttyUSB0", "seriell:/dev/ttyUSB0", "seats.meter1.links.optical: 'seriell:/dev/ttyUSB0' has the"),
        ('"serial:/dev/ttyUSB0"', '"tcp:h:1", settings = {baud = 1}', "has no setting 'baud'"),
        ('"dlms", url = "serial:/dev/ttyUSB0"', '"office_https", url = "http://h"', "reached by an https:// URL"),
        ("TCPIP::192.0.2.7::5025::SOCKET", "ASRL/dev/ttyUSB0::INSTR", "/dev/ttyUSB0 is also the port of seats.meter1"),
    ],
)
def test_each_problem_is_found(write_lab: LabWriter, old: str, new: str, message: str) -> None:
    assert old in REAL
    assert any(message in problem for problem in found(write_lab, REAL.replace(old, new, 1)))


def test_a_secret_that_is_not_there_is_found(write_lab: LabWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AMIBENCH_TEST_PASSWORD")
    (problem,) = found(write_lab, REAL)
    assert problem.startswith("error: seats.meter1: secret password: env:AMIBENCH_TEST_PASSWORD")


def test_kinds_and_hosts_that_are_not_installed_are_found(write_lab: LabWriter) -> None:
    station = STATION.replace('kind = "echo"', 'kind = "ecko"', 1).replace(
        "guard_s = 20", 'entry_point = "emulatoin"', 1
    )
    problems = found(write_lab, station)
    assert any("no seat of kind 'ecko' is installed; did you mean 'echo'?" in problem for problem in problems)
    assert any("no host 'emulatoin' is installed" in problem and "did you mean" in problem for problem in problems)


def test_a_link_whose_packages_are_not_installed_says_how_to_get_them(
    write_lab: LabWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.extras.find_spec", lambda name: None if name == "pymodbus" else object())
    station = REAL.replace(
        '"dlms", url = "serial:/dev/ttyUSB0"', '"modbus", profile = "tcp", url = "tcp:192.0.2.1:502"'
    )
    assert found(write_lab, REAL) == []
    assert found(write_lab, station) == [
        "error: seats.meter1.links.optical: needs pymodbus: pip install '.[modbus]' in the clone of this project"
    ]


@pytest.mark.parametrize(
    ("port", "problem"),
    [
        ('"ocpp"', ""),
        ('"sep2", profile = "client"', ""),
        ('"openadr", profile = "client"', ""),
        ('"ocpp", url = "wss://h"', "the device calls the bench there, so the link has no 'url'"),
        ('"sep2", profile = "client", url = "https://h"', "the device calls the bench there, so the link has no 'url'"),
        ('"sep2", profile = "server"', "the seat is real, so the link needs 'url'"),
        ('"sep2", profile = "server", url = "https://192.0.2.1:443"', ""),
        ('"sep2", profile = "server", url = "tcp:192.0.2.1:443"', "sep2 is reached by an https:// URL"),
        ('"ocpp", profile = "server", url = "wss://192.0.2.1/ocpp"', ""),
    ],
)
def test_a_device_that_calls_the_bench_has_no_address_and_a_server_has_one(
    write_lab: LabWriter, port: str, problem: str
) -> None:
    station = REAL.replace('"dlms", url = "serial:/dev/ttyUSB0"', port)
    try:
        said = found(write_lab, station)
    except LabConfigError as error:
        said = [str(error)]
    assert any(problem in one for one in said) if problem else said == []


async def test_the_address_of_a_device_that_calls_the_bench_is_empty(write_lab: LabWriter) -> None:
    station = REAL.replace('"dlms", url = "serial:/dev/ttyUSB0"', '"ocpp"').partition("[instruments")[0]
    async with Station(load_lab(write_lab(station))) as opened:
        assert opened.endpoint("meter1", "ocpp").url == ""


def test_errors_come_before_warnings(write_lab: LabWriter) -> None:
    station = REAL.replace("uncertainty.", "# ").replace('["meter1"]', '["metre1"]')
    severities = [problem.severity for problem in check_lab(load_lab(write_lab(station)), today=TODAY)]
    assert severities == sorted(severities, key=lambda severity: severity is Severity.WARNING)
    assert set(severities) == {Severity.ERROR, Severity.WARNING}


async def test_online_every_link_is_opened_and_identified(write_lab: LabWriter) -> None:
    async def identify(_station: Station, seat: str, port: str) -> str:
        return f"{seat} at {port}"

    async with Station(load_lab(write_lab())) as station:
        assert await check_online(station, {"dlms": identify}) == [
            Answer("seats.meter1.links.tcp", "meter1 at tcp"),
            Answer("seats.meter1.links.optical", "meter1 at optical"),
            Answer("seats.meter2.links.tcp", "meter2 at tcp"),
        ]
        assert [answer.problem for answer in await check_online(station, {})] == ["", "", ""]


async def test_online_a_port_that_does_not_exist_is_told(write_lab: LabWriter) -> None:
    station_text = REAL.replace("/dev/ttyUSB0", "/dev/no-such-port").partition("[instruments")[0]
    async with Station(load_lab(write_lab(station_text))) as station:
        (answer,) = await check_online(station, {})
    assert "/dev/no-such-port does not exist" in answer.problem
