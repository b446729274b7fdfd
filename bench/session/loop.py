"""The loop thread: drivers are async, Robot is not.

A call from another thread runs a coroutine on the loop and waits for it. Whatever ends the wait early, Ctrl-C and
Robot's time-outs included, cancels the coroutine and waits until it has really ended: nothing of one test works on in
the next.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any, TypeVar

T = TypeVar("T")


class GuardExpiredError(RuntimeError):
    """The real-time guard ended a call: something hung that should not be able to. A fault of the bench."""


class LoopThread:
    """An asyncio loop in a thread of its own."""

    def __init__(self, name: str = "bench-loop") -> None:
        self.loop = asyncio.new_event_loop()  # not uvloop: the barrier looks whether asyncio's own has anything to do
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def call(self, coroutine: Coroutine[Any, Any, T], guard_s: float = 300.0) -> T:
        """Run ``coroutine`` on the loop and return its result. Raises what it raises, or GuardExpiredError."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        try:
            return future.result(guard_s)
        except FutureTimeoutError:
            if future.done():
                return future.result()
            self._end(future)
            raise GuardExpiredError(f"the call did not end within {guard_s:g} s of real time") from None
        except BaseException:
            self._end(future)
            raise

    def _end(self, future: Any) -> None:
        """Cancel the future's task and wait until it has ended."""
        if future.done():
            return
        ended = threading.Event()
        future.add_done_callback(lambda _future: ended.set())
        future.cancel()
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self.loop).result(5.0)
        ended.wait(5.0)

    def close(self) -> None:
        """Cancel what still runs, stop the loop, end the thread."""
        if self.loop.is_closed():
            return

        async def cancel_all() -> None:
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(cancel_all(), self.loop).result(10.0)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10.0)
        self.loop.close()
