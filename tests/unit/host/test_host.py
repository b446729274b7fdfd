"""The emulation host as a process: its ready line, its channel, its end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from fixtures.host import HostConfigError, host_config
from fixtures.pytest_async import HostStarter

START = 1_767_571_200.0  # 2026-01-05T00:00:00Z


class Process:
    """A host process started for a test."""

    def __init__(self, process: asyncio.subprocess.Process, ready: dict[str, Any]) -> None:
        self.process = process
        self.ready = ready

    async def end(self) -> int:
        return await asyncio.wait_for(self.process.wait(), 20)


class Client:
    """The bare channel: one request, one answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, op: str, **values: Any) -> dict[str, Any]:
        self.writer.write(json.dumps({"id": 1, "op": op, **values}).encode() + b"\n")
        answer: dict[str, Any] = json.loads(await asyncio.wait_for(self.reader.readline(), 20))
        return answer


async def connect(path: str) -> Client:
    return Client(*await asyncio.open_unix_connection(path))


@pytest_asyncio.fixture
async def start_host(short_directory: Path) -> AsyncIterator[Any]:
    started: list[asyncio.subprocess.Process] = []

    async def start(document: Mapping[str, Any]) -> Process:
        path = short_directory / "config.json"
        path.write_text(json.dumps({"directory": str(short_directory / "host"), **document}))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "fixtures.host", str(path), stdin=-1, stdout=-1, stderr=-1
        )
        started.append(process)
        assert process.stdout is not None
        return Process(process, json.loads(await asyncio.wait_for(process.stdout.readline(), 20)))

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_a_host_says_where_everything_is(start_host: Any) -> None:
    host = await start_host({"name": "emulated"})
    assert (host.ready["ready"], host.ready["name"], host.ready["now"]) == (True, "emulated", START)
    assert host.ready["pid"] == host.process.pid
    client = await connect(host.ready["control"])
    assert await client.ask("now") == {"id": 1, "ok": True, "now": START}


async def test_shutdown_ends_the_host_and_leaves_no_file(start_host: Any, short_directory: Path) -> None:
    host = await start_host({})
    client = await connect(host.ready["control"])
    assert (await client.ask("shutdown"))["ok"]
    assert await host.end() == 0
    assert os.listdir(short_directory) == ["config.json"]


async def test_the_host_ends_with_its_keeper(start_host: Any, short_directory: Path) -> None:
    host = await start_host({})
    host.process.stdin.close()
    assert await host.end() == 0
    assert os.listdir(short_directory) == ["config.json"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_host(start_host: Any, short_directory: Path, number: signal.Signals) -> None:
    host = await start_host({})
    host.process.send_signal(number)
    assert await host.end() == 0
    assert os.listdir(short_directory) == ["config.json"]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"sede": 1}, "unknown key sede"),
        ({"seats": {"meter1": {"kind": "x", "settigns": {}}}}, "unknown key seats.meter1.settigns"),
        ({"seats": {"meter1": {}}}, "seats.meter1: 'kind' is missing"),
        ({"seats": {"meter1": {"kind": "no-such-seat"}}}, "no seat of kind 'no-such-seat'"),
        ({"clock": {"start": "2026-01-05T00:00:00"}}, "has no UTC offset"),
        ({"clock": {"mode": "fast"}}, "must be 'free' or 'stepped'"),
        ({"plant": {"service_points": {"p": {"source": "gird"}}}}, "no source 'gird'"),
        ({"control": "/tmp/" + "x" * 120}, "longer than 107 bytes"),
    ],
)
async def test_a_wrong_configuration_is_explained(
    start_host: Any, short_directory: Path, document: dict[str, Any], message: str
) -> None:
    host = await start_host(document)
    assert host.ready["ready"] is False
    assert message in host.ready["error"]
    assert "config.json" in host.ready["error"]
    assert await host.end() == 2
    assert os.listdir(short_directory) == ["config.json"]


def test_times_may_be_numbers_or_iso() -> None:
    assert host_config({"clock": {"start": 12.5}}).start == 12.5
    assert host_config({"clock": {"start": "2026-01-05T01:00:00+01:00"}}).start == START
    with pytest.raises(HostConfigError):
        host_config({"clock": {"start": "yesterday"}})


async def test_channel_advances_and_goes_back_fresh(emulation_host: HostStarter) -> None:
    host = await emulation_host({"plant": {"service_points": {"meter1": {"load": {"power_w": 1000.0}}}}})
    client = await connect(host.ready()["control"])
    assert (await client.ask("advance", until=START + 3600.0))["now"] == START + 3600.0
    assert host.world.plant.service_point("meter1").energy().import_wh == pytest.approx(1000.0)
    assert (await client.ask("fresh"))["now"] == START
    assert host.world.plant.service_point("meter1").energy().import_wh == 0.0


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"op": "sing"}, "no operation 'sing'"),
        ({"op": "advance"}, "lacks 'until'"),
        ({"op": "power", "seat": "meter9", "on": True}, "no seat 'meter9'"),
        ({"op": "fresh", "faults": {"meter9": []}}, "no seat 'meter9'"),
    ],
)
async def test_a_wrong_request_is_refused(emulation_host: HostStarter, request_: dict[str, Any], message: str) -> None:
    host = await emulation_host({})
    client = await connect(host.ready()["control"])
    answer = await client.ask(**request_)
    assert message in answer["error"]
    assert (await client.ask("now"))["ok"]


async def test_garbage_on_the_channel_is_answered(emulation_host: HostStarter) -> None:
    host = await emulation_host({})
    client = await connect(host.ready()["control"])
    client.writer.write(b"\xff{[\n7\n")
    assert "not JSON" in json.loads(await client.reader.readline())["error"]
    assert "JSON object" in json.loads(await client.reader.readline())["error"]
    assert (await client.ask("now"))["ok"]


async def test_requests_are_worked_on_side_by_side(emulation_host: HostStarter) -> None:
    host = await emulation_host({"clock": {"guard_s": 30.0}})
    client = await connect(host.ready()["control"])
    poll = {"id": 7, "op": "poll", "links": [["tcp:1:2", 1, 0]], "deadline": START + 1.0}
    client.writer.write(json.dumps(poll).encode() + b"\n")
    assert (await client.ask("now"))["ok"]
    client.writer.write(b'{"id": 8, "op": "cancel", "of": 7}\n')
    answers = [json.loads(await client.reader.readline()) for _ in range(2)]
    assert {answer["id"]: answer.get("cancelled", False) for answer in answers} == {7: True, 8: False}


async def test_a_client_that_vanishes_ends_its_waits(emulation_host: HostStarter) -> None:
    host = await emulation_host({})
    client = await connect(host.ready()["control"])
    poll = {"id": 7, "op": "poll", "links": [["tcp:1:2", 1, 0]], "deadline": START + 1.0}
    client.writer.write(json.dumps(poll).encode() + b"\n")
    await client.ask("now")
    client.writer.close()
    other = await connect(host.ready()["control"])
    assert (await other.ask("advance", until=START + 5.0))["now"] == START + 5.0
