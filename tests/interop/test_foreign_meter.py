"""The main job on a meter that nobody here wrote: `amibench run` on pydlms-client's simulator, TCP and serial line.

The simulator is no conforming meter and was not made to be one; what is tested here is that the bench ends in time,
blames it for what it really does, and says "inconclusive" of what nobody can see.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from .conftest import PEERS

pytestmark = pytest.mark.interop

LAB_CONFIGS = Path(__file__).parents[2] / "lab_configs"
PROCESSES = ("3.1.1", "3.1.2", "3.4.1", "3.4.3")
CONFORMANCE = ("interfaces",)
RUN_GUARD_S = 400
TAIL = 2000


@dataclass(frozen=True)
class Ended:
    """How a run ended: exit code, and verdict and message of each test that was not "not applicable"."""

    code: int
    verdicts: Mapping[str, tuple[str, str]]

    def of(self, process: str, words: str) -> tuple[str, str]:
        """Verdict and message of the one test of ``process`` whose name holds ``words``."""
        (found,) = (ended for name, ended in self.verdicts.items() if name.startswith(process) and words in name)
        return found


Run = Callable[[str, Sequence[str]], Awaitable[Ended]]


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Run]:
    """``await run("tcp", processes)``: start the simulator with fresh keys, run the bench on it, read the journal."""
    python = os.environ.get("AMIBENCH_PEERS", "")
    if not python:
        pytest.skip("AMIBENCH_PEERS names no Python that has the peers")
    running: list[asyncio.subprocess.Process] = []

    async def make(link: str, processes: Sequence[str]) -> Ended:
        keys = {"unicast": secrets.token_hex(16), "authentication": secrets.token_hex(16)}
        line = str(tmp_path / "line")
        where = {"line": line} if link == "serial" else {"port": 0}
        meter = await asyncio.create_subprocess_exec(
            python, str(PEERS / "pydlms_meter.py"), json.dumps(keys | where),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        running.append(meter)
        assert meter.stdout is not None
        place = (await meter.stdout.readline()).decode().strip()
        lab = lab_config(tmp_path, link, place)
        environment = {
            **os.environ,
            "FOREIGN_METER_GUEK": f"hex:{keys['unicast']}",
            "FOREIGN_METER_GAK": f"hex:{keys['authentication']}",
        }
        selected = [part for process in processes for part in ("--process", process)]
        bench = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).with_name("amibench")), "run", str(lab), *selected, "--allow", "locks", "--yes",
            "--out", str(tmp_path / "run"),
            env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        running.append(bench)
        async with asyncio.timeout(RUN_GUARD_S):
            out, _ = await bench.communicate()
        assert bench.returncode is not None
        print(out.decode()[-TAIL:])
        return Ended(bench.returncode, verdicts(tmp_path / "run"))

    yield make
    for process in running:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def lab_config(folder: Path, link: str, place: str) -> Path:
    """The lab config of the project, with the simulator where it listens now and a ledger of its own."""
    name, url = {
        "tcp": ("foreign-meter.toml", "tcp:127.0.0.1:4059"),
        "serial": ("foreign-meter-serial.toml", "serial:/tmp/foreign-meter-line"),
    }[link]
    here = f"tcp:127.0.0.1:{place}" if link == "tcp" else f"serial:{place}"
    text = (LAB_CONFIGS / name).read_text()
    assert url in text
    shutil.copytree(LAB_CONFIGS / "devices", folder / "devices")
    path = folder / name
    path.write_text(text.replace(url, here).replace("../results/foreign-meter-ledger", str(folder / "ledger")))
    return path


def verdicts(directory: Path) -> dict[str, tuple[str, str]]:
    found = {}
    for journal in directory.glob("worker-*/journal.jsonl"):
        for line in journal.read_text().splitlines():
            record = json.loads(line)
            if record["kind"] == "verdict" and record["data"]["verdict"] != "not_applicable":
                found[record["data"]["test"]] = (record["data"]["verdict"], record["data"]["message"])
    return found


DEMANDED = {
    # who it is, and what could not be compared
    ("0", "identity"): ("pass", ""),
    ("0", "clients"): ("inconclusive", "associated_partners_id"),
    # what the simulator does wrong, or lacks
    ("3.1.1", "C-L1"): ("fail", "OBJECT_UNDEFINED"),  # it has no association object that could deny its secret
    ("3.1.1", "C-L2"): ("fail", "nothing beyond the white-list is readable without a credential"),
    ("3.1.1", "C-M1"): ("fail", "public client"),  # the public client reads the registers
    ("3.1.1", "I-L5"): ("fail", "the clock is right"),  # it stands in 2024
    ("3.1.1", "A-L2"): ("fail", "70/0.0.96.3.10.255/4: OBJECT_UNAVAILABLE"),  # its switch has no control mode
    ("3.1.1", "A-L3"): ("fail", "70/0.0.96.3.10.255/4: OBJECT_UNAVAILABLE"),
    ("3.1.2", "The Meter Tells The Headend Why There Is No Value"): ("fail", "answered with"),  # public client again
    ("3.4.1", "I-L2"): ("fail", "the clock's time is not a date-time"),  # it takes any type for any attribute
    ("3.4.1", "I-L4"): ("fail", "public client"),  # which may also disconnect
    # its reconnect is acknowledged and does nothing
    ("3.4.1", "The Meter Connects And Says So"): ("fail", "could not be set: the switch of meter did not"),
    ("3.4.3", "The Meter Disconnects And Says So"): ("fail", "could not be set: the switch of meter did not"),
    ("3.4.3", "I-H1"): ("fail", "could not be set: the switch of meter did not"),
    # what it does right
    ("3.1.1", "C-H4"): ("pass", ""),
    # what nobody can see on this station
    ("3.1.1", "Every Interval Of A Day Arrives Once"): ("inconclusive", "exceeds the run's allowance|allowance is"),
    ("3.1.1", "C-L3"): ("inconclusive", "one unit of the type only"),
    ("3.1.1", "C-M3"): ("inconclusive", "no access table"),
    ("3.1.1", "C-M4"): ("inconclusive", "WaitTooLongError"),
    ("3.1.1", "C-H2"): ("inconclusive", "OperatorAbsentError"),
    ("3.1.1", "I-L3"): ("inconclusive", "no power analyser"),
    ("3.1.1", "A-L1"): ("inconclusive", "WaitTooLongError"),
    ("3.1.2", "The Meter Shows Voltage Var And Frequency"): ("inconclusive", "NoInstrumentError"),
    ("3.4.1", "I-M2"): ("inconclusive", "neither power analyser nor multimeter"),
    ("3.4.3", "I-H3"): ("inconclusive", "no load side source"),
}


@pytest.mark.parametrize("link", ["tcp", "serial"])
async def test_the_bench_judges_it_fairly_and_ends(run: Run, link: str) -> None:
    ended = await run(link, PROCESSES)
    assert ended.code == 1
    counts = {word: sum(verdict == word for verdict, _ in ended.verdicts.values()) for word in ("error", "not_run")}
    assert counts == {"error": 0, "not_run": 0}
    wrong = []
    for (process, words), (verdict, why) in DEMANDED.items():
        seen, message = ended.of(process, words)
        if seen != verdict or not any(part in message for part in why.split("|")):
            wrong.append(f"{process} {words}: expected {verdict} with {why!r}, seen {seen}: {message[:300]}")
    assert wrong == []


CONFORMING = {
    "tcp": {
        "WRAPPER_B1": ("pass", ""),
        "APPL_OPEN_1": ("pass", ""),
        "APPL_REL_P1": ("pass", ""),
        "COSEM_8": ("pass", ""),
        "APPL_OPEN_4": ("fail", "protocol version 2 only"),
        "APPL_OPEN_14": ("fail", "with PDUs of 11 bytes"),
    },
    "serial": {
        "HDLC_FRAME_N8": ("pass", ""),
        "HDLC_NDM2NRM_P1": ("pass", ""),
        "HDLC_INFO_B1": ("pass", ""),
        "APPL_OPEN_3": ("pass", ""),
        "COSEM_B3": ("pass", ""),
        "HDLC_NDMOP_B1": ("fail", "expected 'DM', seen 'UA'"),  # it knows no disconnected mode
        "HDLC_INFO_B5": ("fail", "seen 'I 0 1'"),  # it speaks without having been polled
        "HDLC_FRAME_P1": ("fail", "expected 'DM', seen 'RR 0'"),
    },
}


@pytest.mark.parametrize("link", ["tcp", "serial"])
async def test_protocol_conformance_tells_what_it_does_right_and_wrong(run: Run, link: str) -> None:
    ended = await run(link, CONFORMANCE)
    assert ended.code == 1
    assert not [name for name, (verdict, _message) in ended.verdicts.items() if verdict in ("error", "not_run")]
    wrong = []
    for case, (verdict, why) in CONFORMING[link].items():
        seen, message = ended.of("interfaces/dlms", f" {case} ")
        if seen != verdict or why not in message:
            wrong.append(f"{case}: expected {verdict} with {why!r}, seen {seen}: {message[:300]}")
    assert wrong == []
