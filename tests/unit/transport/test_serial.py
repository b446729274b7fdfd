"""What is particular to serial lines: formats, parity, modem lines, exclusive use, and words about what went wrong."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pytest

from drivers.clock import FreeClock
from drivers.transport.base import CannotOpenError, NotOpenError, PeerClosedError, UnsupportedError
from drivers.transport.line_time import LineFormat
from drivers.transport.serial import SerialTransport
from drivers.transport.urls import open_transport


async def opened(url: str, clock: FreeClock, **settings: Any) -> SerialTransport:
    transport = await open_transport(url, clock, **settings)
    assert isinstance(transport, SerialTransport)
    return transport


# -- line format ---------------------------------------------------------------------------------------------------


async def test_a_pty_carries_7e1_with_the_parity_in_bit_7(pty_end: Any, clock: FreeClock) -> None:
    transport = await opened(pty_end.url, clock, baud=300, data_bits=7, parity="E")
    await transport.write(b"/?!\r\n")
    assert await pty_end.expect(5) == b"\xaf?!\x8d\n"
    pty_end.send(b"\xaf\xc9")
    assert (await transport.read(clock.now() + 5)).data == b"/I"
    assert transport.parity_errors == 0
    pty_end.send(b"/")
    assert (await transport.read(clock.now() + 5)).data == b"/"
    assert transport.parity_errors == 1
    await transport.close()


async def test_a_pty_opens_at_7e1_again_and_again(pty_end: Any, clock: FreeClock) -> None:
    for _ in range(3):
        transport = await opened(pty_end.url, clock, baud=300, data_bits=7, parity="E", stop_bits=2)
        await transport.reconfigure(baud=9600)
        await transport.close()


async def test_the_format_changes_while_open(pty_end: Any, clock: FreeClock) -> None:
    transport = await opened(pty_end.url, clock, baud=300, data_bits=7, parity="E")
    await transport.reconfigure(baud=9600, data_bits=8, parity="N")
    assert transport.line == LineFormat(9600, 8, "N", 1)
    assert termios.tcgetattr(pty_end.master)[4] == termios.B9600
    await transport.write(b"\x7e\xa0\xff")
    assert await pty_end.expect(3) == b"\x7e\xa0\xff"
    await transport.close()


async def test_an_impossible_format_is_refused(pty_end: Any, clock: FreeClock) -> None:
    with pytest.raises(ValueError, match="parity"):
        SerialTransport(pty_end.path, clock, parity="X")
    transport = await opened(pty_end.url, clock)
    with pytest.raises(ValueError, match="data bits"):
        await transport.reconfigure(data_bits=9)
    assert transport.line == LineFormat(9600)
    await transport.close()


async def test_software_parity_on_a_plain_socket(
    clock: FreeClock, request: pytest.FixtureRequest, tcp_end: Any
) -> None:
    transport = await opened(f"serial:socket://127.0.0.1:{tcp_end.port}", clock, data_bits=7, parity="E")
    await transport.write(b"/?!")
    assert await tcp_end.expect(3) == b"\xaf?!"
    await transport.close()


async def test_software_parity_can_be_switched_off(pty_end: Any, clock: FreeClock) -> None:
    transport = await opened(pty_end.url, clock, data_bits=7, parity="E", software_parity=False)
    await transport.write(b"/")
    assert await pty_end.expect(1) == b"/"
    await transport.close()


async def test_a_port_server_is_told_the_format_and_its_changes(rfc2217_end: Any, clock: FreeClock) -> None:
    transport = await opened(rfc2217_end.url, clock, baud=300, data_bits=7, parity="E")
    port = rfc2217_end.port_settings
    assert (port.baudrate, port.bytesize, port.parity, port.stopbits) == (300, 7, "E", 1)
    await transport.reconfigure(baud=9600, data_bits=8, parity="N")
    assert (port.baudrate, port.bytesize, port.parity, port.stopbits) == (9600, 8, "N", 1)
    await transport.close()


async def test_reconfiguring_a_closed_port_is_an_error(clock: FreeClock) -> None:
    with pytest.raises(NotOpenError):
        await SerialTransport("loop://", clock).reconfigure(baud=300)


# -- modem lines and break -----------------------------------------------------------------------------------------


async def test_a_port_server_switches_lines_and_break(rfc2217_end: Any, clock: FreeClock, until: Any) -> None:
    transport = await opened(rfc2217_end.url, clock, dtr=False, rts=True)
    port = rfc2217_end.port_settings
    assert (port.dtr, port.rts) == (False, True)
    await transport.set_dtr(True)
    await transport.set_rts(False)
    assert (port.dtr, port.rts) == (True, False)
    lines = await transport.modem_lines()
    assert (lines.cts, lines.dsr, lines.ring, lines.carrier) == (True, True, False, False)
    breaking = asyncio.create_task(transport.send_break(0.05))
    await until(lambda: port.break_condition)
    await breaking
    assert not port.break_condition
    await transport.close()


async def test_the_loop_back_plug_ties_its_lines_together(clock: FreeClock) -> None:
    transport = await opened("serial:loop://", clock)
    await transport.set_rts(False)
    assert not (await transport.modem_lines()).cts
    await transport.write(b"echo")
    data = b""
    while len(data) < 4:
        data += (await transport.read(clock.now() + 5)).data
    assert data == b"echo"
    await transport.close()


@pytest.mark.parametrize("kind", ["pty", "socket"])
async def test_a_port_without_modem_lines_says_so(kind: str, pty_end: Any, tcp_end: Any, clock: FreeClock) -> None:
    url = pty_end.url if kind == "pty" else f"serial:socket://127.0.0.1:{tcp_end.port}"
    transport = await opened(url, clock)
    for act, what in (
        (lambda: transport.set_dtr(True), "DTR"),
        (lambda: transport.set_rts(True), "RTS"),
        (transport.modem_lines, "modem lines"),
        (transport.send_break, "break"),
    ):
        with pytest.raises(UnsupportedError, match=f"{kind} and has no {what}"):
            await act()
    await transport.close()


# -- opening -------------------------------------------------------------------------------------------------------


async def test_a_port_in_use_names_its_user(pty_end: Any, clock: FreeClock) -> None:
    first = await opened(pty_end.url, clock)
    with pytest.raises(CannotOpenError, match="in use by this process"):
        await open_transport(pty_end.url, clock)
    await first.close()
    again = await opened(pty_end.url, clock)
    await again.close()


HOLDER = """
import serial, sys
port = serial.Serial(sys.argv[1], exclusive=True)
print("open", flush=True)
sys.stdin.read()
"""


async def test_a_port_in_use_by_another_program_names_it(pty_end: Any, clock: FreeClock) -> None:
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, pty_end.path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert await holder.stdout.readline() == b"open\n"
        with pytest.raises(CannotOpenError, match=rf"in use by python.* \(process {holder.pid}\)"):
            await open_transport(pty_end.url, clock)
    finally:
        await holder.communicate(b"")
    await (await opened(pty_end.url, clock)).close()


async def test_a_port_that_does_not_exist_lists_those_that_do(clock: FreeClock, monkeypatch: Any) -> None:
    monkeypatch.setattr("drivers.transport.ports.available_ports", lambda: ["/dev/ttyUSB3 (FT232R)"])
    with pytest.raises(CannotOpenError, match=r"does not exist; ports of this machine: /dev/ttyUSB3 \(FT232R\)"):
        await open_transport("serial:/dev/ttyNOSUCH", clock)
    monkeypatch.setattr("drivers.transport.ports.available_ports", list)
    with pytest.raises(CannotOpenError, match="no serial port at present"):
        await open_transport("serial:/dev/ttyNOSUCH", clock)


async def test_a_file_is_no_port(tmp_path: Path, clock: FreeClock) -> None:
    (tmp_path / "notes").write_text("x")
    with pytest.raises(CannotOpenError, match="is no serial port"):
        await open_transport(f"serial:{tmp_path / 'notes'}", clock)


async def test_missing_permission_names_the_group(clock: FreeClock, monkeypatch: Any) -> None:
    def refuse(*_arguments: Any, **_settings: Any) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("serial.serialposix.os.open", refuse)
    with pytest.raises(CannotOpenError, match=r"no permission for /dev/null \(owner root, group root\).*dialout"):
        await open_transport("serial:/dev/null", clock)


@pytest.mark.parametrize("scheme", ["socket", "rfc2217"])
async def test_no_server_behind_a_url(scheme: str, clock: FreeClock) -> None:
    with pytest.raises(CannotOpenError, match="nobody listens"):
        await open_transport(f"serial:{scheme}://127.0.0.1:1", clock)


async def test_an_unknown_kind_of_port_url(clock: FreeClock) -> None:
    with pytest.raises(CannotOpenError, match="'nonsense' not known"):
        await open_transport("serial:nonsense://x", clock)


# -- counting and hanging up ---------------------------------------------------------------------------------------


async def test_only_a_counted_pty_has_a_key(pty_end: Any, clock: FreeClock, tmp_path: Path) -> None:
    transport = await opened(pty_end.url, clock)
    assert transport.link.key == ""
    await transport.close()
    (tmp_path / "meter").symlink_to(pty_end.path)
    transport = await opened(f"serial:{tmp_path / 'meter'}", clock, counted=True)
    assert transport.link.key == f"pty:{pty_end.path}"
    await transport.close()
    transport = await opened("serial:loop://", clock, counted=True)
    assert transport.link.key == ""
    await transport.close()


async def test_what_was_written_before_opening_is_not_read(pty_end: Any, clock: FreeClock) -> None:
    os.write(pty_end.master, b"for the last one")
    transport = await opened(pty_end.url, clock, counted=True)
    pty_end.send(b"new")
    assert (await transport.read(clock.now() + 5)).data == b"new"
    assert transport.link.received == 3
    await transport.close()


async def test_a_device_that_vanishes_is_told_from_one_that_closes(pty_end: Any, clock: FreeClock) -> None:
    transport = await opened(pty_end.url, clock)
    pty_end.hang_up()
    with pytest.raises(PeerClosedError, match="hung up") as caught:
        await transport.read(clock.now() + 5)
    assert caught.value.how == "vanished"
    await transport.close()
