"""What a session stands on: the loop, the secrets and the station.

A session opens them and closes them, unless somebody lends them to it. Qualification runs hundreds of sessions of a
few tests each; there one process lends the same station to all its sessions. `Station.fresh` brings it back to its
initial state before each test, with the faults of that session.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from bench.lab.config import Lab
from bench.lab.secrets import SecretStore
from bench.lab.station import Station, repository_of
from bench.session.loop import LoopThread
from drivers import collector


class StationHolder:
    """A loop thread and everything on it. The station is opened when it is asked for."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.secrets = SecretStore(repository=repository_of(lab.path))
        self.loop = LoopThread()
        self._station: Station | None = None

    def station(self, directory: Path, faults: Sequence[str]) -> Station:
        """The open station; where it has to be opened, with these faults, the hosts' logs going to ``directory``.

        Raises what `Station.open` raises.
        """
        if self._station is None:
            self._station = self.loop.call(Station.open(self.lab, directory, faults=faults, secrets=self.secrets))
            collector.settle()
        return self._station

    def close_station(self) -> None:
        """Bring the station to its safe state and end all that it has started; whoever asks next gets a new one."""
        station, self._station = self._station, None
        if station is not None:
            self.loop.call(station.close(), guard_s=60.0)

    def close(self) -> None:
        """Close the station and end the loop. Closing twice is fine."""
        try:
            self.close_station()
        finally:
            self.loop.close()


_LENT: ContextVar[StationHolder | None] = ContextVar("lent_station", default=None)


@contextmanager
def lending(holder: StationHolder) -> Iterator[None]:
    """Sessions that are opened in this context use what ``holder`` has, and leave it open."""
    token = _LENT.set(holder)
    try:
        yield
    finally:
        _LENT.reset(token)


def lent(lab: Lab) -> StationHolder | None:
    """The holder that lends a station of ``lab`` in this context."""
    holder = _LENT.get()
    return holder if holder is not None and holder.lab.path == lab.path else None
