"""3.3.1 on AMI-28: the meter tells of tampering; the headend flags it as to be watched."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar

from bench.exchanges.dlms_notification import DlmsNotification
from bench.exchanges.dlms_write import DlmsWrite
from bench.exchanges.notice import Notice
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import U8, Data
from drivers.dlms.errors import DlmsError

LOCAL = "local"
_DATA, _VALUE = 1, 2


class AtTheBox(Notice):
    """Something is done to the meter that the fault box can do: ``act`` with the values ``doing``, then ``undoing``."""

    act: ClassVar[str]
    doing: ClassVar[Mapping[str, Any]]
    undoing: ClassVar[Mapping[str, Any]]

    async def cause(self) -> None:
        """Do it."""
        await self.station.box.do(self.access.seat, self.act, **self.doing)

    async def undo(self) -> None:
        """Undo it."""
        await self.station.box.do(self.access.seat, self.act, **self.undoing)


class CoverOpened(AtTheBox):
    """Somebody opens the meter's cover."""

    meaning, act, doing, undoing = "cover_opened", "cover", {"open": True}, {"open": False}


class TerminalCoverOpened(AtTheBox):
    """Somebody opens the terminal cover."""

    meaning, act, doing, undoing = "terminal_cover_opened", "terminal_cover", {"open": True}, {"open": False}


class MeterTilted(AtTheBox):
    """Somebody tilts the meter, as one does who takes it off."""

    meaning, act, doing, undoing = "tilted", "tilt", {"on": True}, {"on": False}


class MagnetHeld(AtTheBox):
    """Somebody holds a magnet to the meter."""

    meaning, act, doing, undoing = "magnet_detected", "magnet", {"on": True}, {"on": False}


class WrongLogons(Notice):
    """Somebody guesses at the password of the local client, as often as locks it by the declaration."""

    meaning = "locked_out"

    async def cause(self) -> None:
        """Give wrong passwords, on the port on which the client is served. Raises what the link raises."""
        tries = int(self.access.pixit("lockout", {}).get("tries", 0))
        client = self.access.new_client(LOCAL, port=self.access.ports_of(LOCAL)[0])
        secret = client.identity.secret
        client.identity = replace(client.identity, secret=secret[:-1] + bytes((secret[-1] ^ 1,)))
        try:
            await client.link.open()
            for _number in range(tries):
                with suppress(DlmsError):
                    await client.associate()
        finally:
            await client.close()
            locked_s = float(self.access.pixit("lockout", {}).get("seconds", 0.0))
            self.station.wear.locked_out(self.access.seat, LOCAL, self.station.clock.now() + locked_s)

    async def undo(self) -> None:
        """Nothing: the lock-out ends by itself."""


STIMULI: Mapping[str, type[Notice]] = {
    "cover": CoverOpened,
    "terminal cover": TerminalCoverOpened,
    "tilt": MeterTilted,
    "magnet": MagnetHeld,
    "wrong logons": WrongLogons,
}
"""What a tamper sensor or routine of a meter can be made to see."""


SENSORS = ("cover", "terminal cover", "tilt", "magnet", "bypass")
"""The sensors of which a device file may name counters (PIXIT ``tamper_counters``)."""


class WatchFlag(DlmsWrite):
    """The flag *to be watched*, 0 or 1."""

    @property
    def shown(self) -> Attribute:
        """The flag's value."""
        return Attribute(_DATA, self.access.names.watch_flag, _VALUE)

    def another(self, present: Data | None) -> Data:
        """The other of the two."""
        return U8(0 if present == U8(1) else 1)


class Tamper(DlmsNotification):
    """The opened cover, and the flag."""

    rows = ("3.3.1/AMI-28/Meter-HE",)
    predicates = frozenset({"notifies", "returns", "writes"})
    notice_kind = CoverOpened
    returned_kind = WatchFlag


class FlagByCrew(WatchFlag):
    """The flag, written through the optical port."""

    rows = ("3.3.1/AMI-39/Crew-Meter/d1",)
