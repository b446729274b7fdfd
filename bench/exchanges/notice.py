"""What a meter sends unasked: its physical cause, the bench that listens, and whether what came is the real thing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, ClassVar

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.access.dlms_notices import NoticeReader, Notified
from bench.access.push import PushListener, PushTarget, bench_address, point_push, push_now, put_push_back
from bench.exchanges.base import Effect

if TYPE_CHECKING:
    from drivers.dlms.selection import CaptureObject

ARRIVAL_S = 60.0
"""How long a notification is awaited where nobody says: t_evt of a row of availability High."""


class Notice(ABC):
    """The notification of one kind of event. A subclass does to the meter what causes it, and undoes it.

    ``meaning`` is what the event means (`bench.access.dlms_events`); a message that tells of another event is not this
    notice. Empty: any valid message is. ``also`` are objects to be sent along, before the push setup's own.
    """

    meaning: ClassVar[str] = ""

    def __init__(self, access: DlmsAccess) -> None:
        self.access = access
        self.station = access.station
        self.also: Sequence[CaptureObject] = ()
        self.listener: PushListener | None = None
        self.last: Notified | None = None
        self.caused_at = 0.0
        self._caused = False
        self._before: PushTarget | None = None
        self._reader: NoticeReader | None = None
        self._stack = AsyncExitStack()

    @abstractmethod
    async def cause(self) -> None:
        """Do what the meter is to tell of, once. Returns when it is done, not when the meter has told."""

    @abstractmethod
    async def undo(self) -> None:
        """Bring the cause's place back to what it was. Safe to call at any time."""

    # -- scene -----------------------------------------------------------------------------------------------------

    async def prepare(self) -> None:
        """The cause is absent, the bench listens, and the meter's push setup points at it. Safe at any time.

        Raises NoAddressError where a real meter has no address of the bench, and what the meter refuses.
        """
        await self.clear()
        if self.listener is None:
            await self._listen()
        assert self.listener is not None
        self.last = None
        self.listener.forget()

    async def restore(self) -> None:
        """The cause undone, the push setup as it was, nobody listening."""
        await self.clear()
        before, self._before = self._before, None
        if before is not None:
            async with self.access.session(MANAGEMENT, ask=True) as client:
                await put_push_back(self.access, client, before)
        await self.close()

    async def close(self) -> None:
        """Stop listening; the meter is left as it is."""
        self.listener = None
        await self._stack.aclose()

    # -- doing and looking -----------------------------------------------------------------------------------------

    async def perform(self, within_s: float = ARRIVAL_S) -> Notified | None:
        """Cause it and await the notification; None when no message of it comes ``within_s`` of the cause."""
        await self.stir()
        return await self.awaited(self.caused_at + within_s - self.station.clock.now())

    async def stir(self) -> None:
        """Cause it, and do not wait for the notification."""
        self.last = None
        self.caused_at = self.station.clock.now()
        self._caused = True
        await self.cause()

    async def clear(self) -> None:
        """Undo the cause where it is there."""
        if self._caused:
            await self.undo()
            self._caused = False

    async def awaited(self, within_s: float) -> Notified | None:
        """The next message that tells of the event, valid or not, and None when there is none ``within_s`` from now.

        Messages that tell of something else are passed over.
        """
        deadline = self.station.clock.now() + within_s
        while (found := await self.next(deadline - self.station.clock.now())) is not None:
            if self.tells(found):
                self.last = found
                return found
        return None

    async def next(self, within_s: float) -> Notified | None:
        """The next message of any kind; None when there is none ``within_s`` from now."""
        assert self.listener is not None, "prepare comes first"
        assert self._reader is not None
        pushed = await self.listener.next(max(0.0, within_s))
        return None if pushed is None else self._reader.read(pushed)

    async def push(self, within_s: float = ARRIVAL_S) -> Notified | None:
        """Have the meter send its present values at once, by the method of the push setup: nothing has to happen."""
        async with self.access.session(MANAGEMENT, ask=True) as client:
            await push_now(self.access, client)
        return await self.next(within_s)

    async def observe(self) -> Effect:
        """Whether the last `perform` brought a valid notification."""
        source = "the message that came unasked"
        if self.last is None:
            return Effect(False, source, "none came")
        return Effect(self.last.valid, source, self.last.why or self.last.words)

    def tells(self, found: Notified) -> bool:
        """Whether a message tells of the cause: by the event that it carries, where the device file says which."""
        code = self.code
        if code is None or found.event is None:
            return True
        return found.event.code == code

    @property
    def code(self) -> int | None:
        """The code of the event; None where the supplier declares none of that meaning."""
        for entry in self.access.pixit("event_table", []):
            if self.meaning and entry["meaning"] == self.meaning:
                return int(entry["code"])
        return None

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        address = bench_address(self.access)
        self._stack = AsyncExitStack()
        listener = await self._stack.enter_async_context(PushListener(self.station, address))
        self.listener = listener
        async with self.access.session(MANAGEMENT, ask=True) as client:
            before = await point_push(self.access, client, listener.destination, self.also)
            self._reader = await NoticeReader.of(self.access, client)
        if self._before is None:
            self._before = before
