"""Where the peers live: the Python of an environment with what `peers.txt` names, told by AMIBENCH_PEERS."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

PEERS = Path(__file__).parent / "peers"
Peer = Callable[[str, dict[str, Any]], Awaitable[Any]]


@pytest.fixture
def peer() -> Peer:
    """``await peer("pydlms_client.py", order)``: run a peer's script, hand it the order, take its answer (JSON)."""
    python = os.environ.get("AMIBENCH_PEERS", "")
    if not python:
        pytest.skip("AMIBENCH_PEERS names no Python that has the peers")

    async def run(script: str, order: dict[str, Any]) -> Any:
        process = await asyncio.create_subprocess_exec(
            python,
            str(PEERS / script),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(60):
                out, err = await process.communicate(json.dumps(order).encode())
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        assert process.returncode == 0, err.decode()
        return json.loads(out)

    return run
