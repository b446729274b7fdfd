"""The event loop of hosts and drivers: uvloop where it is installed (``pip install amibench[fast]``).

A request and its answer go through a loop four times, so the loop decides how many reads a second there are. The
bench's own loop is always asyncio's (`bench.session.loop`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

try:
    import uvloop
except ImportError:
    NAME, _new_loop = "asyncio", asyncio.new_event_loop
else:
    NAME, _new_loop = "uvloop", uvloop.new_event_loop

Result = TypeVar("Result")


def new_event_loop() -> asyncio.AbstractEventLoop:
    """A new loop of the quickest kind that there is."""
    return _new_loop()


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """As `asyncio.run`, on such a loop."""
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(main)
