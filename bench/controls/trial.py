"""What a probe works with: one control, on one row, at one level, over one link, on one seat of the station."""

from __future__ import annotations

import random
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.catalogue import Trials
from bench.catalogue.demand import bound_for
from bench.judgement.observation import Json

if TYPE_CHECKING:
    from bench.catalogue.bounds import Bound
    from bench.catalogue.catalogue import Catalogue
    from bench.catalogue.demand import Demand
    from bench.catalogue.model import Control, Row
    from bench.exchanges.base import Exchange
    from bench.lab.station import Station
    from bench.session.recorder import Recorder
    from drivers.clock import Clock


@dataclass
class Trial:
    """One control on one row.

    ``demand`` is the row's demand for the control: row, levels, link. ``seat`` is the seat under test. ``exchange``
    is the row's own exchange. Numbers are drawn from ``random``, seeded by the test, so that a run can be repeated.
    """

    catalogue: Catalogue
    demand: Demand
    seat: str
    station: Station
    record: Recorder
    exchange: Exchange
    profile: str
    faults: tuple[str, ...] = ()
    random: random.Random = field(default_factory=lambda: random.Random(0))
    asked: set[str] = field(default_factory=set)
    """Bounds that were asked for until now."""

    @property
    def row(self) -> Row:
        """The row of the white paper."""
        return self.demand.row

    @property
    def control(self) -> Control:
        """The control under test."""
        return self.demand.control

    @property
    def link(self) -> str:
        """The catalogue's link over which the bench reaches the seat."""
        return self.demand.link

    @property
    def clock(self) -> Clock:
        """The station clock."""
        return self.station.clock

    def bound(self, name: str, *, transport: str | None = None, subject: str | None = None) -> Bound:
        """The bound ``name`` for this row's levels, on this link, in this profile."""
        self.asked.add(name)
        return bound_for(self.catalogue, self.demand, name, transport=transport, subject=subject, profile=self.profile)

    def limit(self, name: str, *, transport: str | None = None, subject: str | None = None) -> dict[str, Json]:
        """The bound as the limits of a check: ``{"limit": number}``."""
        return {"limit": self.bound(name, transport=transport, subject=subject).number}

    def enough(self, name: str) -> dict[str, Json]:
        """A bound of trials as the limits of `at_least_true`. Raises TypeError for a bound of another kind."""
        rate = self.bound(name).value
        if not isinstance(rate, Trials):
            raise TypeError(f"bound {name} is {rate!r}, not a number of trials")
        return {"count": rate.at_least, "of": rate.of}

    def stimulus_key(self) -> Mapping[str, str]:
        """What decides the stimulus beside `parameters`: trials that agree in both may share their observations."""
        sent = f"{self.exchange.stimulus_class().__name__} {self.exchange.message}"
        return {
            "seat": self.seat,
            "link": self.link,
            "control": self.control.id,
            "exchange": sent if self.control.kind == "message" else "",
            "side": self.exchange.side,
            "profile": self.profile,
            "faults": " ".join(self.faults),
        }

    def parameters(self, names: Container[str]) -> Mapping[str, str]:
        """The levels of those of the bounds ``names`` that change the stimulus with the level."""
        table = self.catalogue.bounds
        by_level = {line.name for line in table.by_level}
        return {
            name: str(table.level_of(name, self.demand.levels, self.control.objective))
            for name in self.control.stimulus_depends_on_level
            if name in names and name in by_level
        }
