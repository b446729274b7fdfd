"""Lab configs: what they say, and how mistakes in them are explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.lab.config import LabConfigError, UnknownSeatError, load_lab
from tests.unit.lab.conftest import DEVICE, STATION, LabWriter


def problems_of(path: Path) -> str:
    with pytest.raises(LabConfigError) as caught:
        load_lab(path)
    return str(caught.value)


DISPLAY = """
[seats.display]
actor = "Meter"
interfaces = ["AMI-32"]
iut = true
device = "device.toml"
host = "emulation"
kind = "echo"
links.ble = {carries = "ble"}
"""


@pytest.mark.parametrize("meter_under_test", [True, False])
def test_a_seat_for_one_interface_is_asked_on_no_other_though_it_is_under_test(
    write_lab: LabWriter, meter_under_test: bool
) -> None:
    station = STATION if meter_under_test else STATION.replace("iut = true\n", "")
    lab = load_lab(write_lab(station + DISPLAY))
    found = {interface: lab.seat_for_actor("Meter", interface=interface) for interface in ("", "AMI-28", "AMI-32")}
    assert {interface: seat and seat.name for interface, seat in found.items()} == {
        "": "meter1",
        "AMI-28": "meter1",
        "AMI-32": "display",
    }


def test_a_lab_answers_who_sits_where(write_lab: LabWriter) -> None:
    lab = load_lab(write_lab())
    seat = lab.seat_for_actor("Meter")
    assert seat is not None
    assert (seat.name, seat.iut, seat.emulated, seat.speaks("dlms"), seat.speaks("c1218")) == (
        "meter1",
        True,
        True,
        True,
        False,
    )
    assert lab.seat_for_actor("CIS") is None
    assert lab.declared("meter1") == {"seal_and_cover_event"}
    assert lab.declared("meter2") == frozenset()
    assert lab.emulated
    assert seat.device is not None
    assert seat.device.pixit["control_mode"] == 4
    assert [seat.device.pics.state(item) for item in ("seal_and_cover_event", "no_credential_port", "modbus_rtu")] == [
        "supported",
        "not_supported",
        "undeclared",
    ]


def test_ports_are_found_by_name_link_and_profile(write_lab: LabWriter) -> None:
    seat = load_lab(write_lab()).seat("meter1")
    assert (seat.port("optical"), seat.port("dlms"), seat.port("dlms", "hdlc")) == ("optical", "tcp", "optical")
    with pytest.raises(UnknownSeatError, match="meter1 has no link c1218; tcp carries dlms"):
        seat.port("c1218")


def test_an_unknown_seat_is_named_with_a_hint(write_lab: LabWriter) -> None:
    with pytest.raises(UnknownSeatError, match="no seat 'metre1'; did you mean 'meter1'"):
        load_lab(write_lab()).seat("metre1")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('clock = "stepped"', 'clcok = "stepped"', "unknown key station.clcok; did you mean 'clock'?"),
        ('clock = "stepped"', 'clock = "fast"', "station.clock: Input should be 'free' or 'stepped'"),
        ("settings = {", "setings = {", "unknown key seats.meter1.setings; did you mean 'settings'?"),
        ('endpoint = "serial"', 'endpiont = "serial"', "unknown key seats.meter1.links.optical.endpiont"),
        ("[hosts.emulation]", "[hosts.emulated]", "seats.meter1.host: no host 'emulation'; did you mean 'emulated'?"),
        ('kind = "echo"\nlinks', "links", "seats.meter2: an emulated seat has both 'host' and 'kind'"),
        ('name = "echo station"', "", "station.name is missing"),
        ("guard_s = 20", "guard_s = 0", "hosts.emulation.guard_s: Input should be greater than 0"),
        ("[station]", "start = 1\n[station]", "unknown key start"),
        ('clock = "stepped"', "start = 2026-01-05T00:00:00", "station.start: needs an offset from UTC"),
        ("[hosts.emulation]", "[hosts.other]\n[hosts.emulation]", "a stepped clock needs exactly one host, not 2"),
        ('device = "device.toml"', "", "seats.meter1: a seat under test needs a device file"),
        ('device = "device.toml"', 'device = "no.toml"', "no.toml: cannot be read: No such file"),
        ('name = "echo station"', 'name = "echo station', "not valid TOML: Illegal character"),
        ("guard_s = 20", "guard_s = 20\nguard_s = 21", "(at line"),
    ],
)
def test_a_mistake_is_explained_with_file_and_key(write_lab: LabWriter, old: str, new: str, message: str) -> None:
    assert old in STATION
    path = write_lab(STATION.replace(old, new, 1))
    told = problems_of(path)
    assert message in told
    assert str(path.parent) in told


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("control_mode = 4", "contol_mode = 4", "pixit: unknown item contol_mode; did you mean 'control_mode'?"),
        ("control_mode = 4", 'control_mode = "four"', "pixit: item control_mode is a integer"),
        ("control_mode = 4", "control_mode = true", "pixit: item control_mode is a integer"),
        ('serial = "42"', 'serail = "42"', "unknown key identity.serail; did you mean 'serial'?"),
        ('["no_credential_port"]', '["seal_and_cover_event"]', "declared both supported and not supported"),
        ('"env:AMIBENCH_TEST_PASSWORD"', '"keyring:meter"', "secrets.password: a keyring reference is"),
    ],
)
def test_a_mistake_in_a_device_file_names_that_file(write_lab: LabWriter, old: str, new: str, message: str) -> None:
    assert old in DEVICE
    path = write_lab(device=DEVICE.replace(old, new, 1))
    told = problems_of(path)
    assert message in told
    assert "device.toml" in told


def test_a_suppliers_own_items_need_no_entry(write_lab: LabWriter) -> None:
    lab = load_lab(write_lab(device=DEVICE.replace("control_mode = 4", "x_colour = 'grey'")))
    device = lab.seat("meter1").device
    assert device is not None
    assert device.pixit == {"x_colour": "grey"}


def test_every_mistake_is_told_at_once(write_lab: LabWriter) -> None:
    station = STATION.replace('name = "echo station"', "colour = 1").replace("guard_s = 20", "guard = 20")
    told = problems_of(write_lab(station)).splitlines()
    assert len(told) == 3


PLANTED = "hunter2hunter2"


@pytest.mark.parametrize(
    ("station", "device"),
    [
        (STATION, DEVICE.replace('"env:AMIBENCH_TEST_PASSWORD"', f'"{PLANTED}"')),
        (STATION, DEVICE.replace('"env:AMIBENCH_TEST_PASSWORD"', f'["{PLANTED}"]')),
        (STATION, DEVICE.replace('"env:AMIBENCH_TEST_PASSWORD"', f'{{value = "{PLANTED}"}}')),
        (STATION, DEVICE.replace("control_mode = 4", f'control_mode = "{PLANTED}"')),
        (STATION, DEVICE.replace('serial = "42"', f'pasword = "{PLANTED}"')),
        (STATION, DEVICE.replace('serial = "42"', f'serial = ["{PLANTED}"]')),
        (STATION, DEVICE.replace('serial = "42"', f"serial = {PLANTED}")),
        (STATION, DEVICE.replace('serial = "42"', f'serial = "{PLANTED}')),
        (STATION.replace('clock = "stepped"', f'clock = "{PLANTED}"'), DEVICE),
        (STATION.replace("guard_s = 20", f'guard_s = "{PLANTED}"'), DEVICE),
        (STATION.replace("guard_s = 20", f'password = "{PLANTED}"'), DEVICE),
        (STATION.replace("guard_s = 20", f'plant = "{PLANTED}"'), DEVICE),
    ],
)
def test_no_message_repeats_a_planted_secret(write_lab: LabWriter, station: str, device: str) -> None:
    with pytest.raises(LabConfigError) as caught:
        load_lab(write_lab(station, device))
    assert PLANTED not in str(caught.value)
    assert PLANTED not in repr(caught.value)


def test_the_summary_has_identities_and_no_secrets(write_lab: LabWriter) -> None:
    summary = load_lab(write_lab()).summary()
    assert summary["seats"]["meter1"]["device"]["serial"] == "42"
    assert "AMIBENCH_TEST_PASSWORD" not in str(summary)


REAL = """
[station]
name = "real"
clock = "CLOCK"

[hosts.emulation]

[seats.office]
actor = "MDMS"
LINK
[seats.meter1]
actor = "Meter"
host = "emulation"
kind = "echo"
"""


def test_a_real_device_needs_a_free_clock(write_lab: LabWriter) -> None:
    serial = 'links.optical = {carries = "dlms", url = "serial:/dev/ttyUSB0"}'
    told = problems_of(write_lab(REAL.replace("CLOCK", "stepped").replace("LINK", serial)))
    assert "seat office is real, and dlms runs on the station clock" in told
    assert not load_lab(write_lab(REAL.replace("CLOCK", "free").replace("LINK", serial))).emulated


def test_a_real_office_system_may_sit_beside_a_stepped_clock(write_lab: LabWriter) -> None:
    https = 'links.api = {carries = "office_https", url = "https://mdms.example:8443"}'
    assert load_lab(write_lab(REAL.replace("CLOCK", "stepped").replace("LINK", https))).clock == "stepped"


def test_a_real_seat_needs_a_url(write_lab: LabWriter) -> None:
    told = problems_of(write_lab(REAL.replace("CLOCK", "free").replace("LINK", 'links.optical = {carries = "dlms"}')))
    assert "seats.office: links.optical: the seat is real, so the link needs 'url'" in told
