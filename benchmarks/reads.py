"""Ciphered register reads over the TCP wrapper: our client on our meter and the peers' pairs, two processes each."""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measure import Row, Sample, in_turns, ratio
from benchmarks.processes import Server, ask, ours, serving
from drivers import event_loop

PEERS = Path(__file__).parents[1] / "tests" / "interop" / "peers"
TARGET = 3.0
_COUNT = 1000
_COUNTERS_APART = 100_000
_TITLE = "4845530000000001"
_PEERS_TITLE = "5059440000000001"
_ENERGY = "1.0.1.8.0.255"


@dataclass
class Pair:
    """A client and a meter. `reads` measures reads a second; what they cost both processes is kept beside it."""

    server: Server
    ask_client: Callable[[], Awaitable[tuple[float, float]]]
    """Seconds and processor seconds of the client for `_COUNT` reads."""
    per_processor_s: list[float] = field(default_factory=list)

    async def reads(self) -> float:
        before = self.server.processor_s
        seconds, client = await self.ask_client()
        self.per_processor_s.append(_COUNT / (client + self.server.processor_s - before))
        return _COUNT / seconds


async def rows(peers: str, turns: int) -> list[Row]:
    """``peers``: a Python that has the peers, or empty."""
    async with AsyncExitStack() as stack:
        mine, echo = await _ours(stack, "reads", "tcp"), await _ours(stack, "echo", "echo")
        plain = await _ours(stack, "reads", "tcp", plain_loop=True)
        others = await _theirs(stack, peers) if peers else {}
        pairs = {"": mine, "plain": plain, "echo": echo, **others}
        samples = await in_turns({name: pair.reads for name, pair in pairs.items()}, turns)
    fastest = max(others, key=lambda name: samples[name].median, default="")
    found = []
    for name, pair in others.items():
        target = TARGET if name == fastest else 0.0
        found.append(_row(f"ciphered reads over TCP, beside {name}", samples[""], samples[name], target))
        costs = Sample(tuple(mine.per_processor_s)), Sample(tuple(pair.per_processor_s))
        found.append(_row(f"... in a second of both ends' processor time, beside {name}", *costs, 0.0))
    if fastest and event_loop.NAME != "asyncio":
        what = f"... on asyncio's own loop at both our ends, beside {fastest}"
        found.append(_row(what, samples["plain"], samples[fastest], 0.0))
        costs = Sample(tuple(plain.per_processor_s)), Sample(tuple(others[fastest].per_processor_s))
        found.append(_row("... the same in a second of both ends' processor time", *costs, 0.0))
    found.append(_row("... beside bare echoes on the same loop, the most there is", samples[""], samples["echo"], 0.0))
    return found


def _row(what: str, mine: Sample, theirs: Sample, target: float) -> Row:
    by = ratio(mine, theirs)
    note = f"our ends on {event_loop.NAME}" if target else ""
    return Row(what, f"{mine.median:,.0f}/s", f"{theirs.median:,.0f}/s", by.median, by.spread, target, note=note)


async def our_order(stack: AsyncExitStack, *, plain_loop: bool = False) -> tuple[Server, dict[str, Any]]:
    """Start our meter; what our client must know of it. ``plain_loop``: both on asyncio's own loop."""
    loop = {"plain_loop": plain_loop}
    server = await stack.enter_async_context(serving(ours("our_meter"), loop))
    return server, {**loop, "title": server.where["title"], "keys": _keys(Path(server.where["secrets"]))}


def _keys(secrets_file: Path) -> dict[str, str]:
    book = json.loads(secrets_file.read_text())
    return {"unicast": book["meter/management/guek"], "authentication": book["meter/management/gak"]}


async def _ours(stack: AsyncExitStack, do: str, port: str, *, plain_loop: bool = False) -> Pair:
    server, order = await our_order(stack, plain_loop=plain_loop)
    counters = itertools.count(1, _COUNTERS_APART)

    async def reads() -> tuple[float, float]:
        job = {**order, "do": do, "url": server.where[port], "count": _COUNT, "counter": next(counters)}
        answer = await ask(ours("our_client"), job)
        return answer["seconds"], answer["processor"]

    return Pair(server, reads)


async def _theirs(stack: AsyncExitStack, peers: str) -> dict[str, Pair]:
    """The clients of pydlms and gurux on pydlms's meter; gurux's own Python meter is an unfinished port."""
    keys = {"unicast": secrets.token_hex(16), "authentication": secrets.token_hex(16)}
    command = [peers, str(PEERS / "pydlms_meter.py")]
    for_pydlms = await stack.enter_async_context(serving(command, {**keys, "port": 0}))
    for_gurux = await stack.enter_async_context(serving(command, {**keys, "port": 0}))
    counters = itertools.count(1, _COUNTERS_APART)

    async def pydlms() -> tuple[float, float]:
        order = {
            "builder": "tcp",
            "connect": {"host": "127.0.0.1", "port": for_pydlms.where, "client_sap": 1},
            "settings": {"mechanism": 5},
            "security": {
                "encryption_key": keys["unicast"],
                "authentication_key": keys["authentication"],
                "client_system_title": _TITLE,
                "server_system_title": _PEERS_TITLE,
                "invocation_counter": next(counters),
            },
            "steps": [{"do": "time", "obis": _ENERGY, "class": 3, "attribute": 2, "count": _COUNT}],
        }
        ((seconds, processor),) = await ask([peers, str(PEERS / "pydlms_client.py")], order)
        return seconds, processor

    async def gurux() -> tuple[float, float]:
        order = {
            "link": "tcp",
            "address": ["127.0.0.1", for_gurux.where],
            "client": 1,
            "authentication": 5,
            "security": {"client_title": _TITLE, **keys, "counter": next(counters)},
            "reads": [[3, _ENERGY, 2]],
            "repeat": _COUNT,
        }
        *_values, (seconds, processor) = await ask([peers, str(PEERS / "gurux_client.py")], order)
        return seconds, processor

    return {"pydlms on pydlms": Pair(for_pydlms, pydlms), "gurux on pydlms": Pair(for_gurux, gurux)}
