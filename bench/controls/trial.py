"""What a probe works with: one control, on one row, at one level, over one link, on one seat of the station."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bench.judgement.observation import Json

if TYPE_CHECKING:
    from bench.catalogue.bounds import Bound
    from bench.catalogue.catalogue import Catalogue
    from bench.catalogue.model import Control, Row
    from bench.catalogue.vocabulary import Level
    from bench.exchanges.base import Exchange
    from bench.lab.station import Station
    from bench.session.recorder import Recorder
    from drivers.clock import Clock


@dataclass
class Trial:
    """One control on one row.

    ``seat`` is the seat under test, ``link`` the catalogue's link over which the bench reaches it. ``exchange`` is the row's
    own exchange. ``levels`` are the row's levels, raised where the run asks for that; ``level`` is the one of them that
    demands the control. Numbers are drawn from ``random``, seeded by the test, so that a run can be repeated.
    """

    catalogue: Catalogue
    row: Row
    control: Control
    level: Level
    link: str
    seat: str
    station: Station
    record: Recorder
    exchange: Exchange
    profile: str
    faults: tuple[str, ...] = ()
    random: random.Random = field(default_factory=lambda: random.Random(0))

    @property
    def clock(self) -> Clock:
        """The station clock."""
        return self.station.clock

    @property
    def device(self) -> Any:
        """The device file of the seat under test: identity, PICS and PIXIT."""
        return self.station.seat(self.seat).device

    def pixit(self, name: str, default: Json = None) -> Any:
        """A PIXIT value of the device under test, or ``default`` where the file has none."""
        return self.device.pixit.get(name, default)

    def bound(self, name: str, *, transport: str | None = None, subject: str | None = None) -> Bound:
        """The bound ``name`` at the level that picks its value for this control, on this link, in this profile."""
        table = self.catalogue.bounds
        level: Level | None = None
        if any(line.name == name for line in table.by_level):
            level = table.level_of(name, self.row.levels, self.control.objective)
            level = max(level, self.level, key=lambda one: one.rank) if self._raised(name) else level
        return self.catalogue.bound(
            name, level, link=self.link, transport=transport, subject=subject, profile=self.profile
        )

    def _raised(self, name: str) -> bool:
        """Whether the bound belongs to this control's own objective, so that an advisory level replaces the row's."""
        table = self.catalogue.bounds
        return table.level_of(name, self.row.levels, self.control.objective) == self.row.levels.of(
            self.control.objective
        )

    def limit(self, name: str, **where: str) -> dict[str, Json]:
        """The bound as the limits of a check: ``{"limit": number}``."""
        return {"limit": self.bound(name, **where).number}

    def stimulus_key(self) -> Mapping[str, str]:
        """What decides the stimulus: two trials that agree here may share their observations."""
        parameters = {name: repr(self.bound_value(name)) for name in self.control.stimulus_depends_on_level}
        exchange = f"{type(self.exchange).__name__} {self.row.process}" if self.control.kind == "message" else ""
        return {
            "seat": self.seat,
            "link": self.link,
            "control": self.control.id,
            "exchange": exchange,
            "profile": self.profile,
            "faults": " ".join(self.faults),
            **parameters,
        }

    def bound_value(self, name: str) -> Any:
        """All values of a bound that could matter on this link at this trial's level, for comparison only."""
        lines = [line for line in self.catalogue.bounds.lines if line.name == name]
        level = self.level
        return [(line, getattr(line, "full", None), level) for line in lines if self._matters(line)]

    def _matters(self, line: Any) -> bool:
        return getattr(line, "link", None) in (None, self.link)
