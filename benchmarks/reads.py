"""Ciphered register reads over the TCP wrapper: our client on our meter and the peers' pairs, two processes each."""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from benchmarks.measure import Row, in_turns, ratio
from benchmarks.processes import ask, ours, serving

PEERS = Path(__file__).parents[1] / "tests" / "interop" / "peers"
TARGET = 3.0
_COUNT = 1000
_COUNTERS_APART = 100_000
_TITLE = "4845530000000001"
_PEERS_TITLE = "5059440000000001"
_ENERGY = "1.0.1.8.0.255"

Measure = Callable[[], Awaitable[float]]


async def rows(peers: str, turns: int) -> list[Row]:
    """``peers``: a Python that has the peers, or empty. The measures are reads a second."""
    async with AsyncExitStack() as stack:
        measures: dict[str, Measure] = {"ours": await _ours(stack)}
        if peers:
            measures |= await _theirs(stack, peers)
        samples = await in_turns(measures, turns)
    mine = samples.pop("ours")
    if not samples:
        return []
    fastest = max(samples, key=lambda name: samples[name].median)
    found = []
    for name, theirs in samples.items():
        by = ratio(mine, theirs)
        note = "the fastest peer" if name == fastest else ""
        what, they = f"ciphered reads over TCP, beside {name}", f"{theirs.median:,.0f}/s"
        target = TARGET if name == fastest else 0.0
        found.append(Row(what, f"{mine.median:,.0f}/s", they, by.median, by.spread, target, note=note))
    return found


async def our_order(stack: AsyncExitStack) -> tuple[Mapping[str, str], dict[str, Any]]:
    """Start our meter; where it listens, and what our client must know of it."""
    where = await stack.enter_async_context(serving(ours("our_meter"), {}))
    return where, {"title": where["title"], "keys": _keys(Path(where["secrets"]))}


def _keys(secrets_file: Path) -> dict[str, str]:
    book = json.loads(secrets_file.read_text())
    return {"unicast": book["meter/management/guek"], "authentication": book["meter/management/gak"]}


async def _ours(stack: AsyncExitStack) -> Measure:
    where, order = await our_order(stack)
    counters = itertools.count(1, _COUNTERS_APART)

    async def measure() -> float:
        job = {**order, "do": "reads", "url": where["tcp"], "count": _COUNT, "counter": next(counters)}
        return float(_COUNT / (await ask(ours("our_client"), job))["seconds"])

    return measure


async def _theirs(stack: AsyncExitStack, peers: str) -> dict[str, Measure]:
    """The clients of pydlms and gurux on pydlms's meter; gurux's own Python meter is an unfinished port."""
    keys = {"unicast": secrets.token_hex(16), "authentication": secrets.token_hex(16)}
    port = await stack.enter_async_context(serving([peers, str(PEERS / "pydlms_meter.py")], {**keys, "port": 0}))
    counters = itertools.count(1, _COUNTERS_APART)

    async def pydlms() -> float:
        step = {"do": "time", "obis": _ENERGY, "class": 3, "attribute": 2, "count": _COUNT}
        order = {
            "builder": "tcp",
            "connect": {"host": "127.0.0.1", "port": port, "client_sap": 1},
            "settings": {"mechanism": 5},
            "security": {
                "encryption_key": keys["unicast"],
                "authentication_key": keys["authentication"],
                "client_system_title": _TITLE,
                "server_system_title": _PEERS_TITLE,
                "invocation_counter": next(counters),
            },
            "steps": [step],
        }
        (seconds,) = await ask([peers, str(PEERS / "pydlms_client.py")], order)
        return _COUNT / float(seconds)

    async def gurux() -> float:
        order = {
            "link": "tcp",
            "address": ["127.0.0.1", port],
            "client": 1,
            "authentication": 5,
            "security": {"client_title": _TITLE, **keys, "counter": next(counters)},
            "reads": [[3, _ENERGY, 2]],
            "repeat": _COUNT,
        }
        *_values, seconds = await ask([peers, str(PEERS / "gurux_client.py")], order)
        return _COUNT / float(seconds)

    return {"pydlms on pydlms": pydlms, "gurux on pydlms": gurux}
