"""The command as a user starts it, and devices that do not take part as they should."""

from __future__ import annotations

import os
import pty
import select
import socket
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from enum import Enum
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LAB = ROOT / "lab_configs" / "emulated.toml"
COMMAND = [sys.executable, "-c", "from bench.__main__ import main; main()"]
NO_REAL_KEY = "hex:" + bytes(range(16)).hex()

HALF_A_WRAPPER_MESSAGE = bytes.fromhex("0001000100100037") + bytes(6)
"""Version 1, wPorts 1 to 16, 55 bytes announced, 6 of them sent."""
HALF_AN_HDLC_FRAME = bytes.fromhex("7EA01F0321")
"""Flag, frame format of 31 bytes, addresses; then nothing."""


class Manner(Enum):
    """How a bad device behaves once it has been spoken to."""

    SILENT = "says nothing"
    GARBAGE = "sends what is no frame"
    HALF = "sends half a frame, then nothing"
    VANISHES = "sends half a frame and is gone"


def amibench(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end. ``environment`` is added to this process's own."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def start(*arguments: str) -> subprocess.Popen[str]:
    """Start the command and go on."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for(condition: Callable[[], object], limit_s: float = 90.0) -> None:
    """Poll until ``condition`` holds; the limit only guards against hanging for ever."""
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)  # a process elsewhere has no event to wait for


def processes_that_name(text: str) -> list[int]:
    """Processes whose command line or environment names ``text``."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):
                said = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
                if text.encode() in said:
                    found.append(int(entry.name))
    return found


def verdicts_in(directory: Path) -> int:
    """How many verdicts the first worker of a run has written so far."""
    journal = directory / "worker-1" / "journal.jsonl"
    return journal.read_bytes().count(b'"kind":"verdict"') if journal.exists() else 0


@pytest.fixture
def bad_meter_on_tcp() -> Iterator[Callable[[Manner], str]]:
    """``bad_meter_on_tcp(Manner.SILENT)``: the URL of a TCP port behind which such a device sits."""
    listening: list[socket.socket] = []

    def serve(manner: Manner) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        listening.append(server)
        threading.Thread(target=_accept, args=(server, manner), daemon=True).start()
        return f"tcp:127.0.0.1:{server.getsockname()[1]}"

    yield serve
    for server in listening:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def _accept(server: socket.socket, manner: Manner) -> None:
    with suppress(OSError):
        while True:
            connection, _peer = server.accept()
            threading.Thread(target=_misbehave, args=(connection, manner), daemon=True).start()


def _misbehave(connection: socket.socket, manner: Manner) -> None:
    with suppress(OSError), closing(connection):
        while connection.recv(4096):
            if manner is Manner.GARBAGE:
                connection.sendall(b"\xa5" * 40)
            elif manner is not Manner.SILENT:
                connection.sendall(HALF_A_WRAPPER_MESSAGE)
            if manner is Manner.VANISHES:
                return


@pytest.fixture
def bad_meter_on_a_line() -> Iterator[Callable[[Manner], str]]:
    """``bad_meter_on_a_line(Manner.HALF)``: the URL of a serial line (a pty) at whose end such a device sits."""
    ended = threading.Event()
    lines: list[tuple[int, int, threading.Thread]] = []

    def serve(manner: Manner) -> str:
        ours, theirs = pty.openpty()
        tty.setraw(theirs)
        name = os.ttyname(theirs)
        thread = threading.Thread(target=_mumble, args=(ours, manner, ended), daemon=True)
        thread.start()
        lines.append((ours, theirs, thread))
        return f"serial:{name}"

    yield serve
    ended.set()
    for ours, theirs, thread in lines:
        thread.join()
        os.close(ours)
        os.close(theirs)


def _mumble(line: int, manner: Manner, ended: threading.Event) -> None:
    while not ended.is_set():
        readable, _, _ = select.select([line], [], [], 0.1)
        if readable and os.read(line, 4096):
            if manner is Manner.GARBAGE:
                os.write(line, b"\xa5" * 40)
            elif manner is Manner.HALF:
                os.write(line, HALF_AN_HDLC_FRAME)


@pytest.fixture
def station(tmp_path: Path) -> Callable[..., Path]:
    """``station(url)``: a lab config of one real meter at ``url``; ``pixit`` are further lines of its device file."""

    def make(url: str, pixit: str = "") -> Path:
        profile = "wrapper" if url.startswith("tcp:") else "hdlc"
        (tmp_path / "meter.toml").write_text(DEVICE.format(pixit=pixit))
        path = tmp_path / "lab.toml"
        path.write_text(STATION.format(profile=profile, url=url, ledger=tmp_path / "ledger"))
        return path

    return make


STATION = """\
allowance_s = 5.0
[station]
name = "one meter"
clock = "free"
[seats.meter]
actor = "Meter"
iut = true
device = "meter.toml"
links.port = {{ carries = "dlms", profile = "{profile}", url = "{url}" }}
[ledger]
directory = "{ledger}"
"""

DEVICE = """\
kind = "meter"
[identity]
manufacturer = "Example"
model = "bad meter"
serial = "4711"
[pixit]
answer_timeout_s = 1.0
hdlc = {{ response_timeout_s = 0.3, retries = 1 }}
{pixit}
[pixit.clients.management]
sap = 1
mechanism = "hls_gmac"
system_title = "414D494842000001"
unicast_key = "guek"
authentication_key = "gak"
[secrets]
guek = "env:BAD_METER_KEY"
gak = "env:BAD_METER_KEY"
"""
